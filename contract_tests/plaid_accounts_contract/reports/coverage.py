"""How much of the contract's responses a run saw: properties, listed values and error codes.

A property is counted where the contract defines it, so one that several responses share counts once. The walk follows
`$ref`, `properties`, `items`, `oneOf`, `anyOf` and `allOf`; conditions (`if`, `then`, `not`) define nothing new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from plaid_accounts_contract.contract import Contract, Operation, Pointer
from plaid_accounts_contract.wire.exchange import Exchange

_COMBINERS: Final = ("oneOf", "anyOf", "allOf")


@attrs.define
class Value:
    """A value that the contract lists, and how often it was seen."""

    value: str
    seen: int = 0


@attrs.define
class Property:
    """A property of a response, and how often it was seen with a value, as null, and left out."""

    name: str
    pointer: Pointer
    required: bool
    nullable: bool
    shape: Shape
    filled: int = 0
    null: int = 0
    absent: int = 0

    @property
    def seen(self) -> bool:
        """Whether it occurred at all, be it as null."""
        return self.filled + self.null > 0


@attrs.define
class Shape:
    """What may stand in one place: the properties of an object, the items of an array, listed values.

    `name` is the component that it comes from, empty for a schema written in place.
    """

    pointer: Pointer
    name: str = ""
    properties: dict[str, Property] = attrs.field(factory=dict)
    items: Shape | None = None
    values: dict[str, Value] = attrs.field(factory=dict)
    alternatives: list[Shape] = attrs.field(factory=list)
    nullable: bool = False


@attrs.frozen
class Share:
    """How many of something were seen, of how many."""

    seen: int
    total: int

    def __str__(self) -> str:
        return f"{self.seen} of {self.total}"


@attrs.define(eq=False)
class Coverage:
    """What exchanges showed of the responses of one operation; `shapes` has the body of each documented status."""

    contract: Contract
    operation: Operation
    shapes: dict[str, Shape] = attrs.field(init=False)
    statuses: Counter[str] = attrs.field(factory=Counter, init=False)
    codes: dict[str, Value] = attrs.field(init=False)
    _known: dict[Pointer, Shape] = attrs.field(factory=dict, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Walk the schemas once."""
        self.shapes = {status: self._shape(pointer) for status, pointer in self._bodies()}
        self.codes = {code: Value(code) for code in self.contract.error_codes_of(self.operation)}

    @classmethod
    def of(cls, contract: Contract, operation: Operation, exchanges: Iterable[Exchange]) -> Coverage:
        """Return what `exchanges` showed."""
        coverage = cls(contract, operation)
        for exchange in exchanges:
            coverage.add(exchange)
        return coverage

    def add(self, exchange: Exchange) -> None:
        """Note what the response of `exchange` shows; a body that is no JSON shows its status alone."""
        status, body = str(exchange.response.status), exchange.json
        shape = self.shapes.get(status)
        elsewhere = self.contract.operation_at(exchange.request.path, exchange.request.method) is not self.operation
        if elsewhere or exchange.request.method != self.operation.method or shape is None:
            return
        self.statuses[status] += 1
        _visit(shape, body)
        code = body.get("error_code") if isinstance(body, dict) else None
        listed = self.contract.error_codes_of(self.operation).get(code) if isinstance(code, str) else None
        if listed is not None and listed.status == exchange.response.status:
            self.codes[listed.code].seen += 1

    @property
    def properties(self) -> list[Property]:
        """Every property of a response, each once."""
        found = {one.pointer: one for shape in self._all() for one in shape.properties.values()}
        return list(found.values())

    @property
    def values(self) -> list[Value]:
        """Every listed value of a property."""
        return [value for shape in self.enumerations for value in shape.values.values()]

    @property
    def enumerations(self) -> list[Shape]:
        """Every place of the contract that lists values, each once."""
        return [shape for shape in self._all() if shape.values]

    @property
    def shares(self) -> dict[str, Share]:
        """The shares by what they are of."""
        properties, values, codes = self.properties, self.values, list(self.codes.values())
        nullable = [one for one in properties if one.nullable]
        optional = [one for one in properties if not one.required]
        return {
            "response properties": Share(sum(one.seen for one in properties), len(properties)),
            "nullable properties as null": Share(sum(one.null > 0 for one in nullable), len(nullable)),
            "optional properties left out": Share(sum(one.absent > 0 for one in optional), len(optional)),
            "enum values": Share(sum(value.seen > 0 for value in values), len(values)),
            "error codes": Share(sum(code.seen > 0 for code in codes), len(codes)),
        }

    @property
    def told(self) -> str:
        """The shares in a line, those of nothing left out."""
        return ", ".join(f"{share} {name}" for name, share in self.shares.items() if share.total)

    def _bodies(self) -> Iterator[tuple[str, Pointer]]:
        for status in self.operation.definition["responses"]:
            pointer = self.contract.follow((*self.operation.pointer, "responses", status))
            yield status, (*pointer, "content", "application/json", "schema")

    def _all(self) -> Iterator[Shape]:
        """Yield every shape that a response reaches, each once."""
        waiting, seen = list(self.shapes.values()), set[int]()
        while waiting:
            shape = waiting.pop(0)
            if id(shape) in seen:
                continue
            seen.add(id(shape))
            yield shape
            waiting += [one.shape for one in shape.properties.values()]
            waiting += shape.alternatives + ([shape.items] if shape.items else [])

    def _shape(self, pointer: Pointer) -> Shape:
        place = self.contract.follow(pointer)
        if place in self._known:
            return self._known[place]
        schema: Mapping[str, Any] = self.contract.at(place)
        shape = Shape(place, str(place[-1]) if place[:2] == ("components", "schemas") and len(place) == 3 else "")
        self._known[place] = shape
        shape.nullable = _allows_null(schema)
        listed = schema.get("enum", [schema["const"]] if "const" in schema else [])
        shape.values = {value: Value(value) for value in listed if isinstance(value, str)}
        shape.items = self._shape((*place, "items")) if "items" in schema else None
        for combiner in _COMBINERS:
            for index in range(len(schema.get(combiner, ()))):
                shape.alternatives.append(self._shape((*place, combiner, index)))
        shape.nullable = shape.nullable or any(one.nullable for one in shape.alternatives)
        shape.alternatives = [one for one in shape.alternatives if not _is_empty(one)]
        shape.properties = {name: self._property(place, name, schema) for name in schema.get("properties", {})}
        return shape

    def _property(self, place: Pointer, name: str, schema: Mapping[str, Any]) -> Property:
        pointer = (*place, "properties", name)
        shape = self._shape(pointer)
        return Property(name, pointer, name in schema.get("required", ()), shape.nullable, shape)


def _allows_null(schema: Mapping[str, Any]) -> bool:
    kind = schema.get("type")
    return kind == "null" or (isinstance(kind, list) and "null" in kind)


def _is_empty(shape: Shape) -> bool:
    return not (shape.properties or shape.items or shape.values or shape.alternatives)


def _visit(shape: Shape, value: Any) -> None:
    for alternative in shape.alternatives:
        _visit(alternative, value)
    if isinstance(value, str):
        if value in shape.values:
            shape.values[value].seen += 1
    elif isinstance(value, list):
        if shape.items is not None:
            for entry in value:
                _visit(shape.items, entry)
    elif isinstance(value, dict):
        _visit_object(shape, value)


def _visit_object(shape: Shape, value: Mapping[str, Any]) -> None:
    for name, one in shape.properties.items():
        if name not in value:
            one.absent += 1
        elif value[name] is None:
            one.null += 1
        else:
            one.filled += 1
            _visit(one.shape, value[name])
