"""How much of the contract's responses a run saw: properties, listed values and error codes.

A property is counted where the contract defines it, so one that several responses share counts once. The walk follows
`$ref`, `properties`, `items`, `oneOf`, `anyOf` and `allOf`; conditions (`if`, `then`, `not`) define nothing new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from plaid_accounts_contract.contract import Contract, Operation, Pointer
from plaid_accounts_contract.wire.exchange import Exchange

_COMBINERS: Final = ("oneOf", "anyOf", "allOf")


@attrs.define
class Property:
    """A property of a response, and how often it had a value, was null, and was absent."""

    name: str
    pointer: Pointer
    required: bool
    nullable: bool
    is_list: bool
    filled: int = 0
    null: int = 0
    absent: int = 0

    @property
    def seen(self) -> bool:
        """Whether it occurred at all, if only as null."""
        return self.filled + self.null > 0

    @property
    def counts(self) -> list[tuple[int, str]]:
        """How often it was seen in each way that occurred or that the contract allows."""
        ways = [(self.filled, "with a value", True), (self.null, "null", self.nullable)]
        ways.append((self.absent, "absent", not self.required))
        return [(number, way) for number, way, allowed in ways if number or allowed]


@attrs.frozen
class Share:
    """How many of something were seen, out of how many."""

    seen: int
    total: int

    def __str__(self) -> str:
        return f"{self.seen} of {self.total}"


@attrs.define(eq=False)
class Coverage:
    """What exchanges showed of the responses of one operation.

    `bodies` has the schema of each documented status, `properties` and `values` what the contract defines and lists at
    each place, `codes` how often each error code was seen with its own status.
    """

    contract: Contract
    operation: Operation
    bodies: dict[str, Pointer] = attrs.field(factory=dict, init=False)
    statuses: Counter[str] = attrs.field(factory=Counter, init=False)
    properties: dict[Pointer, Property] = attrs.field(factory=dict, init=False)
    values: dict[Pointer, dict[str, int]] = attrs.field(factory=dict, init=False)
    codes: dict[str, int] = attrs.field(init=False)
    _parts: dict[Pointer, tuple[Pointer, ...]] = attrs.field(factory=dict, init=False, repr=False)
    _schemas: dict[Pointer, Mapping[str, Any]] = attrs.field(factory=dict, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Walk the schemas once."""
        self.codes = dict.fromkeys(self.contract.error_codes_of(self.operation), 0)
        for status in self.operation.definition["responses"]:
            schema = self.contract.response_schema(self.operation, status)
            if schema is not None:
                self.bodies[status] = schema
        waiting, seen = list(self.bodies.values()), set[Pointer]()
        while waiting:
            for part in self.entries(waiting.pop(0)):
                if part not in seen:
                    seen.add(part)
                    waiting += self._define(part)

    @classmethod
    def of(cls, contract: Contract, operation: Operation, exchanges: Iterable[Exchange]) -> Coverage:
        """Return what `exchanges` showed."""
        coverage = cls(contract, operation)
        for exchange in exchanges:
            coverage.add(exchange)
        return coverage

    def add(self, exchange: Exchange) -> None:
        """Count what a response of the operation shows; a body that is not JSON shows its status alone."""
        status = str(exchange.response.status)
        if status not in self.bodies or exchange.request.method != self.operation.method:
            return
        if self.contract.operation_at(exchange.request.path, exchange.request.method) is not self.operation:
            return
        body = exchange.json
        self.statuses[status] += 1
        self._count(self.bodies[status], body)
        code = body.get("error_code") if isinstance(body, dict) else None
        if isinstance(code, str) and code in self.codes_of(status):
            self.codes[code] += 1

    def parts(self, pointer: Pointer) -> tuple[Pointer, ...]:
        """Return the schemas that may describe one value: the one at `pointer` and what it combines."""
        if pointer not in self._parts:
            self._parts[pointer] = ()  # Ends the walk where a schema combines itself.
            place = self.contract.follow(pointer)
            schema = self._schemas[place] = self.contract.at(place)
            combined = (
                part
                for name in _COMBINERS
                for index in range(len(schema.get(name, ())))
                for part in self.parts((*place, name, index))
            )
            self._parts[pointer] = tuple(dict.fromkeys((place, *combined)))
        return self._parts[pointer]

    def entries(self, pointer: Pointer) -> list[Pointer]:
        """Return the schemas that may describe one value or, if it is an array, an entry of it."""
        found = list(self.parts(pointer))
        for part in found:
            if "items" in self._schemas[part]:
                found += [one for one in self.parts((*part, "items")) if one not in found]
        return found

    def properties_at(self, part: Pointer) -> list[Property]:
        """Return the properties that one schema defines."""
        return [self.properties[(*part, "properties", name)] for name in self._schemas[part].get("properties", ())]

    def values_at(self, pointer: Pointer) -> dict[str, int]:
        """Return the values that are listed for one value or its entries, and how often each was seen."""
        return {value: seen for part in self.entries(pointer) for value, seen in self.values.get(part, {}).items()}

    def codes_of(self, status: str) -> dict[str, int]:
        """Return how often each error code of a status was seen."""
        codes = self.contract.error_codes
        return {code: seen for code, seen in self.codes.items() if str(codes[code].status) == status}

    @property
    def shares(self) -> dict[str, Share]:
        """The shares, by what they are of."""
        properties = self.properties.values()
        seen = {
            "response properties": [one.seen for one in properties],
            "nullable properties as null": [one.null > 0 for one in properties if one.nullable],
            "optional properties left out": [one.absent > 0 for one in properties if not one.required],
            "enum values": [times > 0 for listed in self.values.values() for times in listed.values()],
            "error codes": [times > 0 for times in self.codes.values()],
        }
        return {name: Share(sum(flags), len(flags)) for name, flags in seen.items()}

    @property
    def summary(self) -> str:
        """The shares in one line, without those of nothing."""
        return ", ".join(f"{share} {name}" for name, share in self.shares.items() if share.total)

    def _define(self, part: Pointer) -> list[Pointer]:
        """Note what one schema defines and lists; return its properties."""
        schema = self._schemas[part]
        listed = [value for value in schema.get("enum", [schema.get("const")]) if isinstance(value, str)]
        if listed:
            self.values[part] = dict.fromkeys(listed, 0)
        pointers = [(*part, "properties", name) for name in schema.get("properties", ())]
        for pointer in pointers:
            schemas = [self._schemas[one] for one in self.parts(pointer)]
            kinds = [one.get("type") for one in schemas]
            nullable = any(kind == "null" or (isinstance(kind, list) and "null" in kind) for kind in kinds)
            required, is_list = pointer[-1] in schema.get("required", ()), any("items" in one for one in schemas)
            self.properties[pointer] = Property(str(pointer[-1]), pointer, required, nullable, is_list)
        return pointers

    def _count(self, pointer: Pointer, value: Any) -> None:
        for part in self.parts(pointer):
            if isinstance(value, str) and value in self.values.get(part, ()):
                self.values[part][value] += 1
            elif isinstance(value, list) and "items" in self._schemas[part]:
                for entry in value:
                    self._count((*part, "items"), entry)
            elif isinstance(value, dict):
                for one in self.properties_at(part):
                    one.absent += one.name not in value
                    one.null += one.name in value and value[one.name] is None
                    if value.get(one.name) is not None:
                        one.filled += 1
                        self._count(one.pointer, value[one.name])
