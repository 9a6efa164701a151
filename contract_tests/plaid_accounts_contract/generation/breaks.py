"""Break values that a schema allows: every clause, one at a time, in every way."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

import attrs
import jsonschema_rs

from plaid_accounts_contract.contract import Json, Pointer, pointer_of, reference_to, resolve
from plaid_accounts_contract.generation import bodies
from plaid_accounts_contract.generation.bodies import Path, Schema

Change = Callable[[Json], Json]


@attrs.frozen
class Break:
    """One way to break one clause.

    `clause` is its JSON pointer, `path` the place of the value that breaks it, `name` the way. `apply` returns a copy of
    a body with the clause broken in every place; what the body doesn't have there is brought in. A body that a
    conditional clause doesn't apply to comes back as it is.
    """

    clause: str
    path: Path
    name: str
    apply: Change = attrs.field(repr=False, eq=False)


def breaks(document: Schema, schema: Schema) -> Iterator[Break]:
    """Yield every way to break every clause of `schema` and of the schemas within it."""
    # Alternatives are not entered: a value that fits none of them breaks the `oneOf`. Neither are `not` and `if`.
    for node in _walk(document, _Node(schema, (), (), lambda change: change)):
        plain, properties = bodies.full(document, node.schema), node.schema.get("properties", {})
        for name in node.schema.get("required", ()):
            apply = node.lift(_filled(partial(bodies.put, path=(name,), new=bodies.ABSENT), plain))
            yield Break(reference_to((*node.pointer, "required", name)), (*node.path, name), "absent", apply)
        for keyword, argument in node.schema.items():
            alone = {"properties": properties} if keyword == "additionalProperties" else {}
            valid = bodies.validator(document, {keyword: argument, **alone}).is_valid
            clause = reference_to((*node.pointer, keyword))
            for name, change in _ways(document, node.schema, keyword, argument):
                if not valid(change(plain)):
                    yield Break(clause, node.path, name, node.lift(_filled(change, plain)))


@attrs.frozen
class _Node:
    """A schema within another; `lift` turns a change of its value into a change of the outermost one."""

    schema: Schema
    pointer: Pointer
    path: Path
    lift: Callable[[Change], Change]
    around: tuple[str, ...] = ()
    """The references followed on the way."""

    def inner(self, schema: Schema, steps: Pointer, through: Callable[[Change], Change], *name: str) -> _Node:
        def lift(change: Change) -> Change:
            return self.lift(through(change))

        return _Node(schema, (*self.pointer, *steps), (*self.path, *name), lift, self.around)


def _walk(document: Schema, node: _Node) -> Iterator[_Node]:
    if reference := node.schema.get("$ref"):
        if reference in node.around:
            return
        around = (*node.around, reference)
        node = attrs.evolve(node, schema=resolve(document, node.schema), pointer=pointer_of(reference), around=around)
    yield node
    here, plain = node.schema, bodies.base(document, node.schema)
    for name, schema in here.get("properties", {}).items():
        on_property = partial(_on_property, name, plain)
        yield from _walk(document, node.inner(schema, ("properties", name), on_property, name))
    if "items" in here:
        yield from _walk(document, node.inner(here["items"], ("items",), partial(_on_entries, plain), bodies.EACH))
    for index, schema in enumerate(here.get("allOf", ())):
        yield from _walk(document, node.inner(schema, ("allOf", index), lambda change: change))
    for keyword, met in (("then", True), ("else", False)):
        if keyword in here and "if" in here:
            condition = partial(_where, bodies.validator(document, here["if"]), met)
            yield from _walk(document, node.inner(here[keyword], (keyword,), condition))


def _where(condition: jsonschema_rs.Draft202012Validator, met: bool, change: Change) -> Change:
    return lambda value: change(value) if condition.is_valid(value) is met else value


def _on_property(name: str, plain: Json, change: Change) -> Change:
    def changed(value: Json) -> Json:
        owner = value if isinstance(value, dict) else plain
        return bodies.put(owner, (name,), change(owner.get(name, bodies.ABSENT)))

    return changed


def _on_entries(plain: Json, change: Change) -> Change:
    return lambda value: [change(entry) for entry in (value if isinstance(value, list) and value else plain)]


def _filled(change: Change, plain: Json) -> Change:
    return lambda value: change(plain if value in (bodies.ABSENT, None) else value)


def _ways(document: Schema, schema: Schema, keyword: str, argument: Json) -> Iterator[tuple[str, Change]]:
    """Yield what may break a keyword, each way with a name; whether it does depends on the argument."""
    if keyword in ("type", "oneOf", "anyOf"):
        others = [kind for kind in bodies.SAMPLES if kind not in bodies.types(document, schema)]
        yield from ((f"type-{kind}", partial(_converted, kind)) for kind in others)
    if keyword in ("enum", "const", "oneOf", "anyOf"):
        values = (value for other in document["components"]["schemas"].values() for value in other.get("enum", ()))
        foreign = next((value for value in values if value not in bodies.listed(document, schema)), "foreign")
        yield from _TEXTS.items()
        yield "of-another-list", lambda _: foreign
    if keyword in ("pattern", "format"):
        yield from _TEXTS.items()
    if keyword == "format":
        yield from _TIMES.items()
    if keyword == "not":
        yield "forbidden", partial(_satisfying, argument)
    if keyword in _LIMITS:
        yield keyword, partial(_LIMITS[keyword], argument)


def _converted(kind: str, value: Json) -> Json:
    """Return what a careless server makes of `value` as another type: digits in quotes, a list of one, pairs."""
    if kind == "string":
        return value if isinstance(value, str) else json.dumps(value)
    if kind in ("integer", "number") and isinstance(value, str) and value.isdecimal():
        return int(value)
    if kind == "array":
        return [*value.items()] if isinstance(value, dict) else [value]
    if kind == "object":
        return {str(key): entry for key, entry in enumerate(value if isinstance(value, list) else [value])}
    return bodies.SAMPLES[kind]


def _satisfying(schema: Schema, value: Json) -> Json:
    if "const" in schema:
        return schema["const"]
    if not jsonschema_rs.is_valid({"type": schema.get("type", [*bodies.SAMPLES])}, value):
        value = bodies.SAMPLES[schema["type"]]
    inner = schema.get("properties", {})
    names = (*schema.get("required", ()), *inner) if isinstance(value, dict) else ()
    return {**value, **{name: _satisfying(inner.get(name, {}), value.get(name)) for name in names}} if names else value


def _text(change: Callable[[str], str]) -> Change:
    return lambda value: change(value) if isinstance(value, str) else value


_OFFSET: Final = re.compile(r"(Z|[+-]\d\d:\d\d)$").sub
_TEXTS: Final[Mapping[str, Change]] = {
    "other-case": _text(str.swapcase), "space-after": _text(lambda text: f"{text} "), "empty": _text(lambda _: ""),
    "line-break-after": _text(lambda text: f"{text}\n"), "cut": _text(lambda text: text[:1]),
    "repeated": _text(lambda text: text * 3), "masked": _text(lambda text: f"••{text[-2:]}"),
}  # fmt: skip
_TIMES: Final[Mapping[str, Change]] = {
    "no-offset": _text(lambda text: _OFFSET("", text)), "date-only": _text(lambda text: text[:10]),
    "space-for-T": _text(lambda text: text.replace("T", " ")), "bare-offset": _text(lambda text: _OFFSET("+0000", text)),
    "no-seconds": _text(lambda text: f"{text[:16]}Z"), "month-13": _text(lambda text: f"{text[:5]}13{text[7:]}"),
    "slashes": _text(lambda text: text.replace("-", "/")), "epoch": _text(lambda _: "1793344509"),
    "hour-24": _text(lambda text: f"{text[:11]}24{text[13:]}" if "T" in text else text),
}  # fmt: skip
_LIMITS: Final[Mapping[str, Callable[[Any, Json], Json]]] = {
    "minLength": lambda limit, _: "x" * (limit - 1), "maxLength": lambda limit, _: "x" * (limit + 1),
    "minimum": lambda limit, _: limit - 1, "maximum": lambda limit, _: limit + 1,
    "exclusiveMinimum": lambda limit, _: limit, "exclusiveMaximum": lambda limit, _: limit,
    "multipleOf": lambda step, value: math.floor(value) + step / 2,
    "minItems": lambda limit, value: value[: limit - 1], "maxItems": lambda limit, value: value * (limit + 1),
    "uniqueItems": lambda _, value: [*value, *value],
    "additionalProperties": lambda allowed, value: {**value, "unlisted": 1} if allowed is False else value,
}  # fmt: skip
