"""The clauses of the contract that an exchange can break, read from the document: each needs a fault that breaks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from plaid_accounts_contract.checks.schema import MEDIA_TYPE, STATUS, named
from plaid_accounts_contract.contract import Contract, Operation, Pointer

# What a schema may assert of a value by itself; within the last four, no place of its own is named by a finding.
_ASSERTIONS: Final = (
    "type", "enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
    "not", "oneOf", "anyOf", "contains",
)  # fmt: skip
# Formats that are only a hint, by JSON Schema or by OpenAPI.
_HINTS: Final = ("double", "float", "int32", "int64", "password")
# What requests of an operation must be able to hold, where the requirement is about that.
_NEEDED: Final = {"access-token-checked": "access_token", "credentials-body": "client_id"}


def requirement_clauses(contract: Contract) -> list[str]:
    """Return the requirements of each operation that its requests can put to the test, named as findings name them."""
    return [
        named(contract, operation, requirement.id)
        for operation in contract.operations
        for requirement in contract.requirements_of(operation)
        if _takes(contract, operation, _NEEDED.get(requirement.id))
    ]


def _takes(contract: Contract, operation: Operation, name: str | None) -> bool:
    return name is None or name in contract.at(contract.request(operation))["properties"]


def response_clauses(contract: Contract) -> frozenset[str]:
    """Return the status, the media type, and every clause of every response's schema, named as findings name them."""
    found = {named(contract, operation, clause) for operation in contract.operations for clause in (STATUS, MEDIA_TYPE)}
    for operation in contract.operations:
        for status in operation.definition["responses"]:
            response = contract.response(operation, int(status))
            for media_type in contract.at((*response, "content")) if response else ():
                found.update(_clauses(contract, (*(response or ()), "content", media_type, "schema"), set()))
    return frozenset(found)


def _clauses(contract: Contract, pointer: Pointer, seen: set[Pointer]) -> Iterator[str]:
    pointer = contract.follow(pointer)
    if pointer in seen:
        return
    seen.add(pointer)
    schema: Mapping[str, Any] = contract.at(pointer)
    place = "#/" + "/".join(map(str, pointer))
    yield from (f"{place}/{keyword}" for keyword in _ASSERTIONS if keyword in schema)
    if schema.get("format") not in (None, *_HINTS):
        yield f"{place}/format"
    yield from (f"{place}/required/{name}" for name in schema.get("required", ()))
    for name in schema.get("properties", {}):
        yield from _clauses(contract, (*pointer, "properties", name), seen)
    for keyword in ("items", "then", "else", "additionalProperties"):
        if isinstance(schema.get(keyword), Mapping):
            yield from _clauses(contract, (*pointer, keyword), seen)
    for index, _ in enumerate(schema.get("allOf", ())):
        yield from _clauses(contract, (*pointer, "allOf", index), seen)
