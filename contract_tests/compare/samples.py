"""Valid bodies of requests and responses: each property, null, listed value, type and absence once, some combined."""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, Final

import attrs
import hypothesis
import jsonschema_rs
from hypothesis import strategies

from compare.endpoints import REQUEST, Key
from compare.failure import Failure
from compare.revisions import Revision
from compare.schemas import ANY, ITEM, Place, Schema, written

ABSENT: Final = object()
UNLISTED: Final = "unlisted"
_TWICE: Final = object()
Errors = Callable[[Any], Iterable[jsonschema_rs.ValidationError]]
# Relations between properties, such as "one of the two is null", are met by leaving out at most so many of them.
_LEFT_OUT: Final = 2
_RELATIONS: Final = frozenset({"not", "if", "then", "else"})
# Bodies that combine several changes, which may matter together, and the changes in each.
_COMBINATIONS: Final = 10
_COMBINED: Final = 12
# At the limits of what programs represent: no integer of 32 bits, a float near the end, text that needs escapes.
_VALUES: Final[dict[str, tuple[Any, ...]]] = {
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
class Sample:
    """A valid body, and what it varies."""

    place: Place
    what: str
    body: Any = attrs.field(repr=False)

    @property
    def label(self) -> str:
        """The name for a reader."""
        return f"{written(self.place) or 'the body'}: {self.what}"


@cache
def samples(revision: Revision, key: Key, status: str) -> tuple[Sample, ...]:
    """Return samples of the response with a status, or of the `REQUEST`; none where it has no JSON body.

    Raises:
        Failure: no valid body was found.

    """
    endpoint = revision.endpoints[key]
    schema = endpoint.body(status)
    if schema is None:
        return ()
    writer = _Writer(schema, revision.validator(key, status).iter_errors)
    found = writer.systematic()
    if status == REQUEST:
        return tuple(found)
    # Errors of several statuses share a schema: one status shows what the others would.
    alike = [other for other in endpoint.responses if getattr(endpoint.body(other), "origin", None) == schema.origin]
    return (*found, *writer.combined(found)) if alike[0] == status else tuple(found[:2])


def base(schema: Schema) -> Any:
    """Return a value with every property and each array with one item, relations between properties aside."""
    if schema.types == ANY:
        return {"any": ["thing"]}
    definite = [name for name in ("object", "array", "string", "number", "integer", "boolean") if name in schema.types]
    return _values(schema, definite[0])[0] if definite else None


def put(body: Any, place: Place, value: Any) -> Any:
    """Return a copy of a body with another value at a place, in every item of an array; None where it isn't there."""
    if not place:
        return copy.deepcopy(value)
    changed = copy.deepcopy(body)
    return changed if _set(changed, place, value) else None


def at(body: Any, place: Place) -> Any:
    """Return the value at a place, in the first item of each array; ABSENT where there is none."""
    for step in place:
        if step == ITEM:
            body = body[0] if isinstance(body, list) and body else ABSENT
        else:
            body = body.get(step, ABSENT) if isinstance(body, dict) else ABSENT
    return body


def _set(node: Any, place: Place, value: Any) -> bool:
    step, *rest = place
    if step == ITEM:
        if not isinstance(node, list) or (value is ABSENT and not rest):
            return False
        if rest:
            return sum(_set(item, (*rest,), value) for item in node) > 0
        node[:] = [copy.deepcopy(value) for _ in node or [None]]
        return True
    if not isinstance(node, dict):
        return False
    if rest:
        return step in node and _set(node[step], (*rest,), value)
    if value is ABSENT:
        node.pop(step, None)
    else:
        node[step] = copy.deepcopy(value)
    return True


def _changes(schema: Schema, place: Place) -> Iterator[tuple[Place, str, Any]]:
    """Yield every place with each value, type and absence to try there."""
    for name in sorted(schema.types):
        for value in _values(schema, name):
            is_listed = name != "null" and schema.values is not None
            yield place, "null" if name == "null" else f"value {value!r}" if is_listed else f"type {name}", value
    if schema.types != ANY and schema.properties and schema.additional:
        yield (*place, "a_property_that_is_newer"), UNLISTED, "any"
    for name, inner in schema.properties.items():
        if name not in schema.required:
            yield (*place, name), "absent", ABSENT
        yield from _changes(inner, (*place, name))
    if schema.items is not None:
        yield place, "two items", _TWICE
        yield from _changes(schema.items, (*place, ITEM))


def _values(schema: Schema, type_: str) -> list[Any]:
    if schema.values is not None and type_ != "null":
        return [value for value in schema.values if _is(value, type_)]
    if type_ == "object" and schema.types != ANY:
        return [{name: base(inner) for name, inner in schema.properties.items()}]
    if type_ == "array" and schema.items is not None:
        return [[base(schema.items)], []]
    known = schema.constraints
    if type_ == "string" and known.get("format") in _FORMATS:
        return list(_FORMATS[known["format"]])
    if type_ == "string" and "pattern" in known:
        return [_matching(known["pattern"])]
    is_number = type_ in ("integer", "number")
    return [*(known[name] for name in ("minimum", "maximum") if is_number and name in known), *_VALUES[type_]]


def _is(value: Any, type_: str) -> bool:
    kinds = {"string": str, "boolean": bool, "object": dict, "array": list}
    if type_ in kinds:
        return isinstance(value, kinds[type_])
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@cache
def _matching(pattern: str) -> str:
    phases = [hypothesis.Phase.generate]
    settings = hypothesis.settings(database=None, derandomize=True, phases=phases, deadline=None)
    return hypothesis.find(strategies.from_regex(pattern, fullmatch=True), str.isprintable, settings=settings)


@attrs.frozen
class _Writer:
    schema: Schema
    errors: Errors

    def systematic(self) -> list[Sample]:
        """Return a body with everything, one with as little as possible, and each single change of them."""
        full = self._settled(base(self.schema), ())
        if full is None:
            origin = "/".join(map(str, self.schema.origin))
            raise Failure(f"no valid body was found for the schema at #/{origin}: see whether it allows any")
        sparse = self._sparse(full)
        found = [Sample((), "everything", full), Sample((), "as little as possible", sparse)]
        for place, what, value in _changes(self.schema, ()):
            changed = next(
                (new for old in (full, sparse) if (new := self._changed(old, place, value)) is not None), None
            )
            if changed is not None:
                found.append(Sample(place, what, changed))
        return found

    def combined(self, found: list[Sample]) -> Iterator[Sample]:
        """Yield bodies with several changes, drawn at random but the same each time."""
        draw = random.Random(1)  # noqa: S311 - nothing secret
        changes = [change for change in _changes(self.schema, ()) if change[0]]
        for number in range(_COMBINATIONS):
            body = found[number % 2].body
            for place, _, value in draw.sample(changes, min(_COMBINED, len(changes))):
                changed = self._changed(body, place, value)
                body = body if changed is None else changed
            yield Sample((), "combined", body)

    def _sparse(self, body: Any) -> Any:
        """Leave out or null whatever can be, one after the other."""
        for place, inner in self.schema.places():
            for value in (ABSENT, None):
                if not place or place[-1] == ITEM or (value is None and not inner.nullable):
                    continue
                changed = put(body, place, value)
                if changed is not None and self._valid(changed):
                    body = changed
                    break
        return body

    def _changed(self, body: Any, place: Place, value: Any) -> Any:
        """Put a value at a place and settle the rest; None where that is not valid."""
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
        """Leave out what a relation forbids beside the value at `kept`; None where it is the value that is invalid."""
        found = list(self.errors(body))
        if not found:
            return body
        if not all(_RELATIONS & {*error.schema_path} for error in found):
            return None
        broken = [tuple(ITEM if isinstance(step, int) else step for step in error.instance_path) for error in found]
        loose = dict.fromkeys(entry for place in broken for entry in self._loose(place, kept))
        for count in range(1, _LEFT_OUT + 1):
            for chosen in itertools.combinations(loose, count):
                changed = copy.deepcopy(body)
                if all(_set(changed, place, value) for place, value in chosen) and self._valid(changed):
                    return changed
        return None

    def _loose(self, broken: Place, kept: Place) -> Iterator[tuple[Place, Any]]:
        """Yield what may be null or left out beside a broken relation."""
        for place, inner in self.schema.places():
            near = place[: len(broken)] == broken or place[:-1] == broken[:-1]
            if near and place and place[-1] != ITEM and place != kept[: len(place)]:
                if inner.nullable:
                    yield place, None
                if place[-1] not in getattr(self.schema.at(place[:-1]), "required", ()):
                    yield place, ABSENT
