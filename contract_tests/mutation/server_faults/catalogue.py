"""All faults of a server by id, and the clauses that need a fault."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

import attrs

from mutation.server_faults import access, accounts, requests, responses
from mutation.server_faults.additional import additional
from mutation.server_faults.fault import Fault, twentieth
from mutation.server_faults.schema import rare, schema_faults
from plaid_accounts_contract.checks.schema import MEDIA_TYPE, STATUS, named, schema_clause
from plaid_accounts_contract.contract import Contract, Pointer, reference_to

# Faults of every 200 that are also tried in every twentieth one.
_ALSO_RARE: Final = ("billed-product-available", "balance-billed", "nan-for-null", "type-of-another-subtype")
# What a schema may assert of a value by itself; within the last four, violations name no place of their own.
_ASSERTIONS: Final = (
    "type", "enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
    "not", "oneOf", "anyOf", "contains",
)  # fmt: skip
# Formats that are only a hint, by JSON Schema or by OpenAPI.
_HINTS: Final = ("double", "float", "int32", "int64", "password")
# What requests of an operation must be able to hold, where the requirement is about that.
_NEEDED: Final = {
    "access-token-checked": "access_token",
    "credentials-body": "client_id",
    "identifiers-case-sensitive": "access_token",
}


def catalogue(contract: Contract) -> Mapping[str, Fault]:
    """Return the behaviour faults, the schema faults, and rare ones of both."""
    modules = (access, accounts, requests, responses)
    own = [
        attrs.evolve(fault, kind=f"behaviour/{module.__name__.rpartition('.')[2]}")
        for module in modules
        for fault in module.FAULTS
    ]
    required, derived = {*requirement_clauses(contract)}, schema_faults(contract)
    others = (fault for fault in additional(contract) if fault.breaks in required)
    seldom = (twentieth(fault, 200) for fault in own if fault.id in _ALSO_RARE)
    return {fault.id: fault for fault in chain(own, others, derived, seldom, rare(derived))}


def uncovered(contract: Contract, faults: Iterable[Fault]) -> list[str]:
    """Return the requirements of each operation and the clauses of responses that none of `faults` breaks."""
    broken = {fault.breaks for fault in faults if not fault.equivalent}
    clauses = (*requirement_clauses(contract), *sorted(response_clauses(contract)))
    return [clause for clause in clauses if clause not in broken]


def rows(contract: Contract) -> list[str]:
    """Return what a report's table lists: the requirements of each operation, status, media type and schemas."""
    names = ((one, (STATUS, MEDIA_TYPE, *map(schema_clause, map(int, one.responses)))) for one in contract.operations)
    clauses = [named(contract, operation, name) for operation, listed in names for name in listed]
    return [*requirement_clauses(contract), *clauses]


def faults_of(row: str, faults: Iterable[Fault]) -> list[Fault]:
    """Return those of `faults` that break a row of a report's table."""
    prefix = f"{row.replace('schema-', '')}:"
    return [one for one in faults if row == one.breaks or ("schema-" in row and one.id.startswith(prefix))]


def requirement_clauses(contract: Contract) -> list[str]:
    """Return the requirements of each operation that its requests can put to the test, as violations name them."""
    return [
        named(contract, operation, requirement.id)
        for operation in contract.operations
        for requirement in contract.requirements_of(operation)
        if _NEEDED.get(requirement.id, "") in ("", *contract.at(contract.request(operation))["properties"])
    ]


def response_clauses(contract: Contract) -> frozenset[str]:
    """Return status, media type, and every clause of every response's schema, as violations name them."""
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
    schema, place = contract.at(pointer), reference_to(pointer)
    yield from (f"{place}/{keyword}" for keyword in _ASSERTIONS if keyword in schema)
    if schema.get("format") not in (None, *_HINTS):
        yield f"{place}/format"
    yield from (f"{place}/required/{name}" for name in schema.get("required", ()))
    inner: list[Pointer] = [("properties", name) for name in schema.get("properties", {})]
    inner += [("allOf", index) for index, _ in enumerate(schema.get("allOf", ()))]
    inner += [
        (word,) for word in ("items", "then", "else", "additionalProperties") if isinstance(schema.get(word), Mapping)
    ]
    for steps in inner:
        yield from _clauses(contract, (*pointer, *steps), seen)
