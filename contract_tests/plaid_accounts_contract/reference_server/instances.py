"""A value that a schema allows: the contract's example, or the smallest one.

The value is deterministic, and valid against the complete schema: formats, `not`, `if` and patterns included.
"""

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, TypeAlias

from plaid_accounts_contract.reference_server.document import Document, resolve, validator

Json: TypeAlias = Any

_FORMATS: Final[Mapping[str, str]] = {
    "date-time": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "time": "03:04:05Z",
    "duration": "P1D",
    "email": "user@service.example",
    "hostname": "service.example",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://service.example/",
    "uri-reference": "/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "byte": "AAAA",
}
# Tried before Hypothesis, which takes seconds to make up a text that matches a pattern.
_TEXTS: Final = ("USD", "en", "0000", "2020-09-14", "A" * 43)
_BOUNDS: Final = {"minimum": 1, "exclusiveMinimum": 1, "maximum": -1, "exclusiveMaximum": -1}
# Bound the search: a schema that needs more than this should have an example in the contract.
_CANDIDATES: Final = 512
_CHOICES: Final = 6


class NoInstance(Exception):
    """No value was found that a schema allows; the message names the schema, and advises an example."""


def instance(document: Document, schema: Mapping[str, Any], name: str = "value") -> Json:
    """Return a value that `schema` allows, with `name` for any text; raise NoInstance if none is found."""
    try:
        return next(_valid(document, schema, name))
    except (StopIteration, RecursionError):
        raise NoInstance(f"no value was found for the schema of {name}; add an example of it to the contract") from None


def full(document: Document, schema: Mapping[str, Any], name: str = "value") -> Json:
    """Return `instance` with every property that it can have, as far as the schema allows them together."""
    return _full(document, schema, instance(document, schema, name), name, ())


def _full(document: Document, schema: Mapping[str, Any], value: Json, name: str, around: tuple[object, ...]) -> Json:
    """Return a value with all that it may have; a schema within itself, of which `around` are references, stays as it is."""
    if "$ref" in schema and schema["$ref"] in around:
        return value
    around, is_valid = (*around, *([schema["$ref"]] if "$ref" in schema else ())), validator(document, schema).is_valid
    schema = resolve(document, schema)
    parts = [schema, *(resolve(document, part) for part in schema.get("allOf", ()))]
    known = [entry for part in reversed(parts) for entry in part.get("examples", ())[:1]]
    if known and len(parts) == 1:
        return known[0]
    fixed = {key for entry in known for key in entry}
    for alternative in (entry for keyword in ("oneOf", "anyOf") for entry in schema.get(keyword, ())):
        if value is None and resolve(document, alternative).get("type") != "null":
            value = _full(document, alternative, instance(document, alternative, name), name, around)
    if value is None and isinstance(schema.get("type"), list):
        definite = {**schema, "type": [kind for kind in schema["type"] if kind != "null"]}
        value = _full(document, definite, instance(document, definite, name), name, around)
    if isinstance(value, list) and "items" in schema and schema["items"].get("$ref") not in around:
        items = schema["items"]
        listed = resolve(document, items).get("examples")
        entries = value or [instance(document, items, name)]
        value = [*listed] if listed else [_full(document, items, entry, name, around) for entry in entries]
    if isinstance(value, dict):
        for key, inner in ((key, inner) for part in parts for key, inner in part.get("properties", {}).items()):
            if key not in fixed and (inner.get("$ref") not in around or key in value):
                start = value[key] if key in value else instance(document, inner, key)
                richer = {**value, key: _full(document, inner, start, key, around)}
                value = richer if is_valid(richer) else value
    return value


def example(document: Document, content: Mapping[str, Any]) -> Json:
    """Return the first example of a response, or of another one with the same component; None without any."""
    schema = content.get("schema", {})
    for media in (content, *_same(document, schema)):
        for entry in media.get("examples", {}).values():
            value = resolve(document, entry).get("value")
            if value is not None and validator(document, schema).is_valid(value):
                return value
    return None


def _same(document: Document, schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "$ref" not in schema:
        return
    waiting: list[Any] = [document["paths"], document.get("components", {}).get("responses", {})]
    while waiting:
        node = waiting.pop(0)
        if not isinstance(node, Mapping):
            continue
        if node.get("schema") == schema and "examples" in node:
            yield node
        waiting.extend(node.values())


def _valid(document: Document, schema: Mapping[str, Any], name: str) -> Iterator[Json]:
    """Yield values that are valid against the complete schema, the simplest first."""
    complete = validator(document, schema)
    candidates = itertools.islice(_candidates(document, resolve(document, schema), name), _CANDIDATES)
    yield from (value for value in candidates if complete.is_valid(value))


def _candidates(document: Document, schema: Mapping[str, Any], name: str) -> Iterator[Json]:
    for keyword in ("const", "default"):
        if keyword in schema:
            yield schema[keyword]
    yield from schema.get("examples", ())
    yield from schema.get("enum", ())
    for keyword in ("oneOf", "anyOf"):
        # Null first: it is the smallest.
        for alternative in sorted(schema.get(keyword, ()), key=lambda entry: entry.get("type") != "null"):
            yield from _valid(document, alternative, name)
    for kind in _kinds(schema):
        yield from _of_kind(document, schema, kind, name)


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    if "type" not in schema:
        return ["object"] if {"properties", "required", "allOf"} & set(schema) else ["string", "null"]
    listed = [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
    return sorted(listed, key=lambda kind: kind != "null")


def _of_kind(document: Document, schema: Mapping[str, Any], kind: str, name: str) -> Iterator[Json]:
    if kind == "object":
        yield from _objects(document, schema)
    elif kind == "array":
        entries = (_valid(document, schema.get("items", {}), name) for _ in range(schema.get("minItems", 0)))
        # Unique entries are consecutive values that the schema allows.
        yield [next(itertools.islice(values, index, None)) if schema.get("uniqueItems") else next(values)
               for index, values in enumerate(entries)]  # fmt: skip
    elif kind == "string":
        yield from _texts(schema, name)
    elif kind in ("integer", "number"):
        yield from _numbers(schema)
    else:
        yield {"null": None, "boolean": False}[kind]


def _objects(document: Document, schema: Mapping[str, Any]) -> Iterator[Json]:
    """Yield objects with the required properties, with other values where the simplest contradict each other."""
    properties: dict[str, Any] = dict(schema.get("properties", {}))
    needed = list(schema.get("required", ()))
    known: dict[str, Any] = {}
    for part in (resolve(document, entry) for entry in schema.get("allOf", ())):
        properties |= part.get("properties", {})
        needed += part.get("required", ())
        known |= next(iter(part.get("examples", ())), {})
    needed = [name for name in needed if name not in known]
    choices = [list(itertools.islice(_valid(document, properties.get(one, {}), one), _CHOICES)) for one in needed]
    for values in _combined(choices):
        yield known | dict(zip(needed, values, strict=True))


def _combined(choices: list[list[Json]]) -> Iterator[tuple[Json, ...]]:
    """Yield one of each: the simplest of all, then with one other, then every combination."""
    if not all(choices):
        return
    simplest = tuple(values[0] for values in choices)
    yield simplest
    for index, values in enumerate(choices):
        for value in values[1:]:
            yield (*simplest[:index], value, *simplest[index + 1 :])
    yield from itertools.product(*choices)


def _texts(schema: Mapping[str, Any], name: str) -> Iterator[str]:
    if schema.get("format") in _FORMATS:
        yield _FORMATS[schema["format"]]
    if "pattern" in schema:
        yield _matching(schema["pattern"], schema.get("minLength", 0))
        return
    least = schema.get("minLength", 0)
    yield name
    yield (name * math.ceil(max(least, 1) / len(name)))[: max(least, 1)]


@cache
def _matching(pattern: str, least: int) -> str:
    if fitting := [text for text in _TEXTS if len(text) >= least and re.search(pattern, text)]:
        return fitting[0]
    # Takes a moment to import, and few contracts need it.
    from hypothesis import find, settings, strategies  # noqa: PLC0415

    texts = strategies.from_regex(pattern)
    quiet = settings(database=None, derandomize=True, max_examples=1000)
    return str(find(texts, lambda text: len(text) >= least and text.isprintable(), settings=quiet))


def _numbers(schema: Mapping[str, Any]) -> Iterator[float]:
    step = schema.get("multipleOf", 1)
    yield 0
    for bound, sign in _BOUNDS.items():
        if bound in schema:
            nearest = math.ceil(schema[bound] / step) * step if sign > 0 else math.floor(schema[bound] / step) * step
            yield from (schema[bound], nearest, nearest + sign * step)
    bounds = [schema[bound] for bound in _BOUNDS if bound in schema]
    yield sum(bounds) / max(1, len(bounds))
