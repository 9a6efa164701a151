"""Bodies that a contract allows: each property, null, listed value, type and absence once, and some drawn at random."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, Final

import attrs
import hypothesis
import jsonschema_rs
from hypothesis import strategies

from compare.shapes import ANY, ITEM, Place, Shape, written

ABSENT: Final = object()
_TWICE: Final = object()
Errors = Callable[[Any], Iterable[jsonschema_rs.ValidationError]]
# Relations between properties, such as "one of the two is null", are met by leaving out as many as it takes.
_AT_ONCE: Final = 2
_RELATIONS: Final = frozenset({"not", "if", "then", "else"})
_SAMPLES: Final[dict[str, tuple[Any, ...]]] = {
    "array": ([],),
    "boolean": (True, False),
    "integer": (7, 0, -1, 2**40),
    "null": (None,),
    "number": (1.5, 0, -3, 575.67, 1e300),
    "object": ({},),
    "string": ("text", "", '\u00e9\u4e2d\U0001f600 \\" \n'),
}
_FORMATS: Final[dict[str, tuple[str, ...]]] = {
    "date-time": ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123456+02:00"),
    "date": ("2026-01-02",),
    "uuid": ("62f1c0ff-ee0d-4dba-91f0-0dcafe62f1c0",),
}


@attrs.frozen
class Case:
    """A body that is allowed, and what it puts to the test."""

    place: Place
    what: str
    body: Any = attrs.field(repr=False)

    @property
    def label(self) -> str:
        """What it is, for a reader."""
        return f"{written(self.place) or 'the whole'}: {self.what}"


def systematic(shape: Shape, errors: Errors) -> Iterator[Case]:
    """Yield a body with everything, one with as little as possible, and each single change of them that is allowed.

    Raises:
        ValueError: no allowed body was found.

    """
    whole = _Bodies(shape, errors)
    full = whole.full()
    sparse = whole.sparse(full)
    yield Case((), "everything", full)
    yield Case((), "as little as possible", sparse)
    for place, what, value in _changes(shape, ()):
        for base in (full, sparse):
            changed = whole.changed(base, place, value)
            if changed is not None:
                yield Case(place, what, changed)
                break


def base(shape: Shape) -> Any:
    """Return a value with every property, each array with one item, relations between properties aside."""
    definite = [name for name in ("object", "array", "string", "number", "integer", "boolean") if name in shape.types]
    if shape.types == ANY:
        return {"any": ["thing"]}
    if not definite:
        return None
    return _of_type(shape, definite[0])[0]


def put(body: Any, place: Place, value: Any) -> Any:
    """Return a copy of a body with another value at a place, in the first item of each array; None where it isn't there."""
    if not place:
        return copy.deepcopy(value)
    changed = copy.deepcopy(body)
    return changed if _placed(changed, place, value) else None


def repaired(body: Any, place: Place, value: Any) -> Any:
    """Return a copy of a body with a value at a place, in every item of each array; where that isn't there, the body."""
    changed = copy.deepcopy(body)
    for node in _nodes(changed, place[:-1]):
        _set(node, place[-1], value)
    return changed


def at(body: Any, place: Place) -> Any:
    """Return the value at a place, in the first item of each array; ABSENT where there is none."""
    node = body
    for step in place:
        node = _child(node, step)
    return node


def _placed(body: Any, place: Place, value: Any) -> bool:
    node = body
    for step, following in itertools.pairwise(place):
        node = _below(node, step, following)
        if node is None:
            return False
    return _set(node, place[-1], value)


def _nodes(node: Any, place: Place) -> Iterator[Any]:
    if not place:
        yield node
    elif place[0] == ITEM and isinstance(node, list):
        for item in node:
            yield from _nodes(item, place[1:])
    elif isinstance(node, dict) and place[0] in node:
        yield from _nodes(node[place[0]], place[1:])


def _child(node: Any, step: str) -> Any:
    if step == ITEM:
        return node[0] if isinstance(node, list) and node else ABSENT
    return node.get(step, ABSENT) if isinstance(node, dict) else ABSENT


def _below(node: Any, step: str, following: str) -> Any:
    inner = _child(node, step)
    wanted = list if following == ITEM else dict
    return inner if isinstance(inner, wanted) else None


def _set(node: Any, step: str, value: Any) -> bool:
    if step == ITEM:
        if not isinstance(node, list) or value is ABSENT:
            return False
        node[:1] = [copy.deepcopy(value)]
    elif not isinstance(node, dict):
        return False
    elif value is ABSENT:
        node.pop(step, None)
    else:
        node[step] = copy.deepcopy(value)
    return True


def _changes(shape: Shape, place: Place) -> Iterator[tuple[Place, str, Any]]:
    """Yield every place with each value, type and absence to try there."""
    for name in sorted(shape.types):
        values = _of_type(shape, name)
        for value in values:
            yield place, _what(shape, name, value), value
    if shape.types != ANY and shape.properties and shape.others:
        yield (*place, "a_property_that_is_newer"), "unlisted", "any"
    for name, inner in shape.properties.items():
        if name not in shape.required:
            yield (*place, name), "absent", ABSENT
        yield from _changes(inner, (*place, name))
    if shape.items is not None:
        yield place, "two items", _TWICE
        yield from _changes(shape.items, (*place, ITEM))


def _what(shape: Shape, name: str, value: Any) -> str:
    if name == "null":
        return "null"
    return f"value {value!r}" if shape.values is not None and value in shape.values else f"type {name}"


def _of_type(shape: Shape, name: str) -> list[Any]:
    if shape.values is not None and name != "null":
        return [value for value in shape.values if _is(value, name)]
    if name == "object" and shape.types != ANY:
        return [{key: base(inner) for key, inner in shape.properties.items()}]
    if name == "array" and shape.items is not None:
        return [[base(shape.items)], []]
    bounds = shape.bounds
    if name == "string" and bounds.get("format") in _FORMATS:
        return list(_FORMATS[bounds["format"]])
    if name == "string" and "pattern" in bounds:
        return [_matching(bounds["pattern"])]
    limits = [
        bounds[keyword] for keyword in ("minimum", "maximum") if keyword in bounds and name in ("integer", "number")
    ]
    return [*limits, *_SAMPLES[name]]


def _is(value: Any, name: str) -> bool:
    kinds = {"string": str, "boolean": bool, "object": dict, "array": list}
    if name in kinds:
        return isinstance(value, kinds[name])
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@cache
def _matching(pattern: str) -> str:
    phases = [hypothesis.Phase.generate]
    settings = hypothesis.settings(database=None, derandomize=True, phases=phases, deadline=None)
    return hypothesis.find(strategies.from_regex(pattern, fullmatch=True), str.isprintable, settings=settings)


@attrs.frozen
class _Bodies:
    shape: Shape
    errors: Errors

    def full(self) -> Any:
        """Give everything that can be given at once."""
        body = self._settled(base(self.shape), ())
        if body is None:
            raise ValueError(f"no body was found that the schema at {'/'.join(map(str, self.shape.origin))} allows")
        return body

    def sparse(self, body: Any) -> Any:
        """Leave out or null whatever can be, one after the other."""
        for place, inner in self.shape.places():
            for value in (ABSENT, None):
                if not place or place[-1] == ITEM or (value is None and not inner.nullable):
                    continue
                changed = put(body, place, value)
                if changed is not None and self._valid(changed):
                    body = changed
                    break
        return body

    def changed(self, body: Any, place: Place, value: Any) -> Any:
        """Put a value at a place and settle the rest; None where that is not allowed."""
        if value is _TWICE:
            item = at(body, (*place, ITEM))
            value = [item, item]
            if item is ABSENT:
                return None
        changed = put(body, place, value)
        return None if changed is None else self._settled(changed, place)

    def _valid(self, body: Any) -> bool:
        return not any(True for _ in self.errors(body))

    def _settled(self, body: Any, kept: Place) -> Any:
        """Leave out what stands in a relation with the value at `kept`; None where it is the value that is wrong."""
        found = list(self.errors(body))
        if not found:
            return body
        if not all(_RELATIONS & {*error.schema_path} for error in found):
            return None
        loose = [entry for error in found for entry in self._loose(_place(error.instance_path), kept)]
        for count in range(1, _AT_ONCE + 1):
            for chosen in itertools.combinations(dict.fromkeys(loose), count):
                changed = copy.deepcopy(body)
                if all(_placed(changed, place, value) for place, value in chosen) and self._valid(changed):
                    return changed
        return None

    def _loose(self, broken: Place, kept: Place) -> Iterator[tuple[Place, Any]]:
        """Yield what may be null or left out beside a broken relation."""
        for place, inner in self.shape.places():
            near = place[: len(broken)] == broken or place[:-1] == broken[:-1]
            if near and place and place[-1] != ITEM and place != kept[: len(place)]:
                if inner.nullable:
                    yield place, None
                if place[-1] not in getattr(self.shape.at(place[:-1]), "required", ()):
                    yield place, ABSENT


def _place(path: Iterable[str | int]) -> Place:
    return tuple(ITEM if isinstance(step, int) else step for step in path)
