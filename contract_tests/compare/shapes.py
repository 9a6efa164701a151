"""What a schema allows, in one form whatever the version of OpenAPI and however the schema is put together.

OpenAPI 3.0 writes null as `nullable`, 3.1 as a type; a list of values stands in place or behind a reference. Two
contracts are compared by their shapes, in which such differences are gone. Each shape knows where it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from plaid_accounts_contract.contract import Contract, Pointer

Node = Mapping[str, Any]
Place = tuple[str, ...]

ITEM: Final = "[]"
ANY: Final = frozenset({"array", "boolean", "null", "number", "object", "string"})
BOUNDS: Final = (
    "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "default", "deprecated",
    "not", "if", "then", "else", "x-enum-varnames",
)  # fmt: skip
_TEXTS: Final = ("title", "description", "example", "examples")
_OBJECT: Final = ("properties", "required", "additionalProperties")


@attrs.frozen(kw_only=True)
class Shape:
    """What one schema allows."""

    pointer: Pointer
    """Where it is used."""
    origin: Pointer
    """Where it is written: the component, if it is one."""
    name: str | None = None
    """The component's name."""
    types: frozenset[str] = ANY
    """JSON types; `number` includes `integer`."""
    values: tuple[Any, ...] | None = None
    """The values listed for what is not null; None where any is allowed."""
    properties: Mapping[str, Shape] = attrs.field(factory=dict)
    required: frozenset[str] = frozenset()
    items: Shape | None = None
    others: bool = True
    """Whether an object may have properties that are not listed."""
    bounds: Mapping[str, Any] = attrs.field(factory=dict)
    """The further keywords that restrict values."""
    texts: Mapping[str, Any] = attrs.field(factory=dict)
    """Descriptions and examples."""

    @property
    def nullable(self) -> bool:
        """Whether null is allowed."""
        return "null" in self.types

    def at(self, place: Place) -> Shape | None:
        """Return the shape at a place below this one, if there is one."""
        shape: Shape | None = self
        for step in place:
            if shape is None:
                return None
            shape = shape.items if step == ITEM else shape.properties.get(step)
        return shape

    def places(self, place: Place = ()) -> Iterator[tuple[Place, Shape]]:
        """Yield this shape and all below, each with its place."""
        yield place, self
        for name, inner in self.properties.items():
            yield from inner.places((*place, name))
        if self.items is not None:
            yield from self.items.places((*place, ITEM))


def written(place: Place) -> str:
    """Write a place as JSON paths are written: `accounts[].balances.available`."""
    return "".join(step if step == ITEM else f".{step}" for step in place).removeprefix(".")


def read(contract: Contract, pointer: Pointer, seen: frozenset[Pointer] = frozenset()) -> Shape:
    """Return the shape of the schema at `pointer`."""
    origin = contract.follow(pointer)
    schema = contract.at(origin)
    if not isinstance(schema, Mapping) or origin in seen:
        return Shape(pointer=pointer, origin=origin)
    return _Reader(contract, pointer, origin, seen | {origin}).shape(schema)


@attrs.frozen
class _Reader:
    contract: Contract
    pointer: Pointer
    origin: Pointer
    seen: frozenset[Pointer]

    def shape(self, schema: Node) -> Shape:
        own = self._own(schema)
        for keyword in ("allOf", "oneOf", "anyOf"):
            if keyword in schema:
                inner = [self._inner(keyword, index) for index in range(len(schema[keyword]))]
                own = _all(own, inner) if keyword == "allOf" else _any(own, inner)
        # Plaid marks a schema nullable and forgets null in its list; what is meant is that null is allowed.
        if schema.get("nullable") is True or None in schema.get("enum", ()):
            own = attrs.evolve(own, types=own.types | {"null"})
        return own

    def _own(self, schema: Node) -> Shape:
        listed = [schema["const"]] if "const" in schema else schema.get("enum")
        return Shape(
            pointer=self.pointer,
            origin=self.origin,
            name=str(self.origin[-1])
            if self.origin[:2] == ("components", "schemas") and len(self.origin) == 3
            else None,
            types=_types(schema),
            values=None if listed is None else tuple(value for value in listed if value is not None),
            properties={name: self._inner("properties", name) for name in schema.get("properties", ())},
            required=frozenset(schema.get("required", ())) & frozenset(schema.get("properties", ())),
            items=self._inner("items") if "items" in schema else None,
            others=schema.get("additionalProperties", True) is not False,
            bounds=_bounds(schema),
            texts={keyword: schema[keyword] for keyword in _TEXTS if keyword in schema},
        )

    def _inner(self, *steps: str | int) -> Shape:
        return read(self.contract, (*self.origin, *steps), self.seen)


def _types(schema: Node) -> frozenset[str]:
    stated = schema.get("type")
    if stated is None:
        implied = {"object": _OBJECT, "array": ("items",)}
        found = {name for name, keywords in implied.items() if any(keyword in schema for keyword in keywords)}
        listed = schema.get("enum", [schema["const"]] if "const" in schema else ())
        found |= {"string" for value in listed if isinstance(value, str)} | {
            "null" for value in listed if value is None
        }
        return frozenset(found) or ANY
    types = {stated} if isinstance(stated, str) else set(stated)
    return frozenset(types - {"integer"} if "number" in types else types)


def _bounds(schema: Node) -> dict[str, Any]:
    bounds = {keyword: schema[keyword] for keyword in BOUNDS if keyword in schema}
    # OpenAPI 3.0 says whether `minimum` itself is excluded, 3.1 what is excluded.
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(bounds.get(exclusive), bool):
            limit = bounds.pop(bound, None) if bounds.pop(exclusive) else None
            bounds |= {} if limit is None else {exclusive: limit}
    return {keyword: _wordless(value) for keyword, value in bounds.items()}


def _wordless(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _wordless(inner) for key, inner in value.items() if key != "$comment"}
    return value


def _any(own: Shape, inner: list[Shape]) -> Shape:
    """Unite alternatives: a value may follow any of them."""
    types = frozenset[str]().union(*(shape.types for shape in inner))
    valued = [shape for shape in inner if shape.types - {"null"}]
    closed = bool(valued) and all(shape.values is not None for shape in valued)
    return attrs.evolve(
        own,
        name=own.name or next((shape.name for shape in valued if shape.name), None),
        origin=own.origin if own.name else next((shape.origin for shape in valued if shape.name), own.origin),
        types=types if own.types == ANY else own.types & types,
        values=tuple(value for shape in valued for value in shape.values or ()) if closed else own.values,
        properties=_together(own, valued),
        required=own.required.union(*(shape.required for shape in valued)),
        items=own.items or next((shape.items for shape in valued if shape.items), None),
        others=own.others and all(shape.others for shape in valued),
        bounds=_bounds_of(own, valued),
    )


def _all(own: Shape, inner: list[Shape]) -> Shape:
    """Intersect: a value has to follow all of them."""
    types = own.types
    for shape in inner:
        types = shape.types if types == ANY else types if shape.types == ANY else types & shape.types
    return attrs.evolve(
        own,
        name=own.name or next((shape.name for shape in inner if shape.name), None),
        origin=own.origin if own.name else next((shape.origin for shape in inner if shape.name), own.origin),
        types=types,
        values=next((shape.values for shape in (own, *inner) if shape.values is not None), None),
        properties=_together(own, inner),
        required=own.required.union(*(shape.required for shape in inner)),
        items=own.items or next((shape.items for shape in inner if shape.items), None),
        others=own.others and all(shape.others for shape in inner),
        bounds=_bounds_of(own, inner),
    )


def _together(own: Shape, inner: list[Shape]) -> dict[str, Shape]:
    return {name: shape for part in (*inner, own) for name, shape in part.properties.items()}


def _bounds_of(own: Shape, inner: list[Shape]) -> dict[str, Any]:
    return {keyword: value for part in (*inner, own) for keyword, value in part.bounds.items()}
