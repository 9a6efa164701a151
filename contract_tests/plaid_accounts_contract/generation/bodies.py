"""Make values that a schema allows.

Everything is deterministic and follows from the schema alone. `full` has every property, `least` what is required;
`variants` change `full` in one place at a time. `breaks.py` breaks them.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

import attrs
import jsonschema_rs

from plaid_accounts_contract.contract import Json, resolve

Schema = Mapping[str, Json]
Path = tuple[str, ...]

EACH: Final = "[]"
"""The step of a path that stands for every entry of an array."""


ABSENT: Final = object()
"""A property that is left out, where None is a value."""

SAMPLES: Final[Mapping[str, Json]] = {
    "object": {}, "array": [], "string": "text", "number": 1.5, "integer": 7, "boolean": True, "null": None,
}  # fmt: skip
"""A value of each JSON type."""

_FORMATS: Final = {
    "date-time": "2026-01-02T03:04:05Z", "date": "2026-01-02", "time": "03:04:05Z", "email": "user@service.example",
    "uri": "https://service.example/", "uuid": "62f1c0ff-ee0d-4dba-91f0-0dcafe62f1c0", "ipv4": "192.0.2.1",
}  # fmt: skip
# What programs may not represent: integers beyond 32 bits, floats near the largest, text that needs escapes.
_EDGES: Final[Mapping[str, tuple[Json, ...]]] = {
    "boolean": (False,), "integer": (0, -1, 2**40), "number": (0, -3, 575.67, 1e300),
    "string": ("", '\u00e9\u4e2d\U0001f600 \\" \n', "2026-01-02T03:04:05.123456+02:00"),
}  # fmt: skip
# Tried before Hypothesis, which is slow to import, makes up a text that matches a pattern.
_TEXTS: Final = ("text", "ABC", "A" * 43, "P-256", "sig", "ES256", "EC")
# Properties that contradict each other are left out or null; more than two would take too many attempts.
_TOGETHER: Final = 2


@attrs.frozen
class Variant:
    """A value that the schema allows; `path` and `what` name the one thing that it shows."""

    path: Path
    what: str
    value: Json = attrs.field(repr=False)


def full(document: Schema, schema: Schema) -> Json:
    """Return a value with every property and one entry in every array, or raise ValueError if none was found."""
    value = _settled(validator(document, schema), [*_places(document, schema)], base(document, schema), ())
    if value is ABSENT:
        msg = f"found no value for {schema.get('$ref', 'a schema')}: more than {_TOGETHER} of its properties contradict"
        raise ValueError(msg)
    return value


def least(document: Schema, schema: Schema) -> Json:
    """Return `full` with everything left out, or else null, that may be."""
    value, valid = full(document, schema), validator(document, schema).is_valid
    for path, _ in _places(document, schema):
        for other in (ABSENT, None):
            if path and path[-1] != EACH and valid(changed := put(value, path, other)):
                value = changed
                break
    return value


def variants(document: Schema, schema: Schema, *, edges: bool = False) -> Iterator[Variant]:
    """Yield `full`, `least`, and `full` with one property absent or null, of another type, or another listed value.

    `edges` adds values at the limits of their type, arrays with no and with two entries, properties that the schema
    does not list, every listed value, and what only fits `least`.
    """
    complete, smallest = full(document, schema), least(document, schema)
    # Compiled and listed once, for hundreds of values.
    checker, places = validator(document, schema), [*_places(document, schema)]
    yield Variant((), "everything", complete)
    yield Variant((), "as little as possible", smallest)
    for path, inner in places:
        others = [("absent", ABSENT)] if path and path[-1] != EACH else []
        values, kinds = listed(document, inner), sorted(types(document, inner))
        others += [(f"value {value!r}", value) for value in values]
        others += [(f"type {kind}", SAMPLES[kind]) for kind in kinds if not values or kind == "null"]
        changes = [(path, what, value) for what, value in others]
        if edges:
            changes += _edges(document, inner, path, at(complete, path))
        for place, what, value in changes:
            for start in (complete, smallest) if edges else (complete,):
                changed = _settled(checker, places, put(start, place, value), place)
                if changed is not ABSENT and (at(changed, place) == value if edges else changed != start):
                    yield Variant(place, what, changed)
                    break


def _edges(document: Schema, schema: Schema, path: Path, value: Json) -> Iterator[tuple[Path, str, Json]]:
    if isinstance(value, dict):
        yield (*path, "a_newer_property"), "unlisted", "any"
    elif isinstance(value, list):
        yield path, "no entry", []
        yield path, "two entries", value * 2
    if not listed(document, schema):
        for part in (schema, *(resolve(document, part) for part in _alternatives(schema))):
            limits = [part[keyword] for keyword in ("minimum", "maximum") if keyword in part]
            near = [edge for kind in types(document, part) for edge in _EDGES.get(kind, ())]
            yield from ((path, f"edge {edge!r}", edge) for edge in (*limits, *near))


def at(value: Json, path: Path) -> Json:
    """Return what is at `path` in `value`, in the first entry of arrays, or ABSENT."""
    for step in path:
        if step == EACH:
            value = value[0] if isinstance(value, list) and value else ABSENT
        else:
            value = value.get(step, ABSENT) if isinstance(value, dict) else ABSENT
    return value


def written(place: Path) -> str:
    """Write a place as a JSON path: `accounts[].balances.available`."""
    return "".join(step if step == EACH else f".{step}" for step in place).removeprefix(".")


def put(value: Json, path: Path, new: Json) -> Json:
    """Return a copy of `value` with `new`, or `ABSENT`, at `path` in every entry of arrays, wherever its parent is."""
    if not path:
        return new
    name, rest = path[0], path[1:]
    if name == EACH:
        return [put(entry, rest, new) for entry in value] if isinstance(value, list) else value
    if not isinstance(value, dict) or (rest and name not in value):
        return value
    inner = put(value.get(name), rest, new)
    if inner is ABSENT:
        return {key: old for key, old in value.items() if key != name}
    return {**value, name: inner}


def base(document: Schema, schema: Schema, around: tuple[str, ...] = ()) -> Json:
    """Return `full`, except that its properties may contradict each other."""
    # A schema that contains itself is left out where it does: `around` are the references followed on the way.
    if schema.get("$ref") in around:
        return ABSENT
    around = (*around, *([schema["$ref"]] if "$ref" in schema else ()))
    schema = resolve(document, schema)
    alternatives = _alternatives(schema)
    definite = [part for part in alternatives if resolve(document, part).get("type") != "null"]
    if definite:
        value = base(document, definite[0], around)
        return None if value is ABSENT and len(definite) < len(alternatives) else value
    if values := listed(document, schema):
        return values[0]
    kind = next((kind for kind in SAMPLES if kind in types(document, schema)), "null")
    if kind == "object":
        own = {name: base(document, inner, around) for name, inner in schema.get("properties", {}).items()}
        parts = [base(document, part, around) for part in schema.get("allOf", ())]
        return {name: value for part in (*parts, own) for name, value in part.items() if value is not ABSENT}
    if kind == "array":
        entry = base(document, schema.get("items", {}), around)
        return [] if entry is ABSENT else [entry] * max(1, schema.get("minItems", 1))
    bounds = [schema[key] for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum") if key in schema]
    near = (bound + step for bound in bounds for step in (0, 1, -1))
    tried = (_FORMATS.get(schema.get("format", "")), SAMPLES[kind], *_TEXTS, "x" * schema.get("minLength", 0), *near)
    fits = validator(document, {**schema, "type": kind}).is_valid
    fitting = [value for value in tried if fits(value)]
    return fitting[0] if fitting else _matching(schema.get("pattern", ""))


@cache
def _matching(pattern: str) -> str:
    from hypothesis import Phase, find, settings, strategies  # noqa: PLC0415 - slow to import, and few schemas need it

    quiet = settings(database=None, derandomize=True, phases=[Phase.generate], deadline=None)
    return find(strategies.from_regex(pattern, fullmatch=True), str.isprintable, settings=quiet)


def _alternatives(schema: Schema) -> tuple[Schema, ...]:
    return (*schema.get("oneOf", ()), *schema.get("anyOf", ()))


def types(document: Schema, schema: Schema) -> frozenset[str]:
    """Return the JSON types that a schema names, or all if it names none."""
    schema = resolve(document, schema)
    inner = [types(document, part) for part in _alternatives(schema)]
    open_ = ["object"] if {"properties", "required", "allOf"} & set(schema) else [*SAMPLES]
    listed = schema.get("type", open_)
    return frozenset[str]().union(*inner) if inner else frozenset([listed] if isinstance(listed, str) else listed)


def listed(document: Schema, schema: Schema) -> list[Json]:
    """Return the values that a schema or one of its alternatives lists."""
    schema = resolve(document, schema)
    own = [schema["const"]] if "const" in schema else schema.get("enum", ())
    return [*own, *(value for part in _alternatives(schema) for value in listed(document, part))]


def _places(
    document: Schema, schema: Schema, path: Path = (), around: tuple[str, ...] = ()
) -> Iterator[tuple[Path, Schema]]:
    """Yield each place that `full` has with its schema, the outermost first."""
    if schema.get("$ref") in around:
        return
    around = (*around, *([schema["$ref"]] if "$ref" in schema else ()))
    schema = resolve(document, schema)
    yield path, schema
    definite = [part for part in _alternatives(schema) if resolve(document, part).get("type") != "null"]
    for part in (*schema.get("allOf", ()), *definite[:1]):
        yield from itertools.islice(_places(document, part, path, around), 1, None)
    for name, inner in schema.get("properties", {}).items():
        yield from _places(document, inner, (*path, name), around)
    if "items" in schema:
        yield from _places(document, schema["items"], (*path, EACH), around)


def _settled(
    checker: jsonschema_rs.Draft202012Validator, places: Sequence[tuple[Path, Schema]], value: Json, kept: Path
) -> Json:
    """Leave out or null what contradicts the rest, but not the value at `kept`; ABSENT if that doesn't help."""
    valid = checker.is_valid
    if valid(value):
        return value
    paths = [error.instance_path for error in checker.iter_errors(value)]
    broken = [tuple(EACH if isinstance(step, int) else step for step in path) for path in paths]
    loose = [path for path, _ in places if path and path[-1] != EACH and path != kept[: len(path)]]
    near = [
        (path, other)
        for path in loose
        if any(path[: len(place)] == place for place in broken)
        for other in (None, ABSENT)
    ]
    for chosen in (chosen for count in range(_TOGETHER) for chosen in itertools.combinations(near, count + 1)):
        changed = value
        for path, other in chosen:
            changed = put(changed, path, other)
        if valid(changed):
            return changed
    return ABSENT


def validator(document: Schema, schema: Schema) -> jsonschema_rs.Draft202012Validator:
    """Return the validator of a schema of `document`, formats included."""
    inner = {**schema, "components": document.get("components", {})}
    return jsonschema_rs.Draft202012Validator(inner, validate_formats=True)
