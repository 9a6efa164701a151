"""Faults derived from a contract document: every clause of every response broken in every way, statuses and lists too."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from mutation.server_faults.derived import lists, statuses
from mutation.server_faults.derived.bodies import Deriving
from mutation.server_faults.derived.schemas import resolve
from mutation.server_faults.fault import Fault
from mutation.server_faults.honest import answered, answered_by
from plaid_accounts_contract.reference_server.document import Operation, operations

_PRIMARY: Final = "/accounts/get"
# What a run against the reference server sees of an operation that it knows by its schemas alone.
_SEEN: Final = (200, 400)
_ERROR_CODE: Final = "#/components/schemas/PlaidError/properties/error_code"
_ACCOUNT_TYPE: Final = "#/components/schemas/AccountType"


def derive(document: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Give every fault that follows from the operations of `document` and the reference world.

    The responses of `/accounts/get` are broken in every way. Of every other operation, its statuses and media types are,
    and of its responses' schemas whatever is not broken there already: a component that two operations share is broken
    once.
    """
    faults = list(_derived(document))
    broken = {fault.breaks for fault in faults}
    for operation in operations(document):
        if operation.path != _PRIMARY:
            added = [fault for fault in _of_further(document, operation) if fault.breaks not in broken]
            faults += added
            broken |= {fault.breaks for fault in added}
    return tuple(faults)


def _of_further(document: Mapping[str, Any], operation: Operation) -> Iterator[Fault]:
    responses = operation.definition["responses"]
    documented = {int(status) for status in responses}
    honest = {200: answered_by(document, operation), 400: answered(400, operation.id)}
    for status in (status for status in _SEEN if status in documented and honest[status]):
        schema = _schema(document, responses[str(status)])
        yield from (
            _at(operation, fault)
            for fault in (
                *Deriving(document, status, schema, honest[status], set()).faults(),
                *statuses.of_headers(status, documented),
            )
        )


def _at(operation: Operation, fault: Fault) -> Fault:
    """Give a fault as one of another operation; a clause of a schema is named by its place alone."""
    return replace(
        fault,
        id=f"{operation.id}:{fault.id}",
        statement=f"{operation.method} {operation.path}: {fault.statement}",
        breaks=fault.breaks if fault.breaks.startswith("#/") else f"{operation.id}:{fault.breaks}",
        endpoint=operation.path,
    )


def _derived(document: Mapping[str, Any]) -> Iterator[Fault]:
    responses = document["paths"][_PRIMARY]["post"]["responses"]
    honest = {int(status): answered(int(status)) for status in responses}
    introduced: set[str] = set()
    yield from _of_error_codes(document)
    yield from lists.of_subtypes(resolve(document, _ACCOUNT_TYPE)["x-subtypes"])
    for status, known in honest.items():
        schema = _schema(document, responses[str(status)])
        yield from Deriving(document, status, schema, known, introduced).faults()
        another = next(others[0] for other, others in honest.items() if (other == 200) is not (status == 200))
        lacking = next(name for name in resolve(document, schema)["required"] if name not in another)
        yield from statuses.faults(status, set(honest), another, f"{schema}/required/{lacking}")


def _of_error_codes(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the faults of each error code, in the first operation that may answer it."""
    entries = resolve(document, _ERROR_CODE)["x-error-codes"]
    for entry in entries:
        answering = [one for one in _in_order(document) if one.id in entry.get("operations", (one.id,))]
        if not answering:
            continue
        operation = answering[0]
        taken = operation.definition["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        of_items = "access_token" in resolve(document, taken)["properties"]
        faults = lists.of_error_code(entry, entries, of_items=of_items)
        yield from faults if operation.path == _PRIMARY else (_at(operation, fault) for fault in faults)


def _in_order(document: Mapping[str, Any]) -> list[Operation]:
    """Give the operations, the primary one first."""
    return sorted(operations(document), key=lambda operation: operation.path != _PRIMARY)


def _schema(document: Mapping[str, Any], response: Mapping[str, Any]) -> str:
    if "$ref" in response:
        response = resolve(document, response["$ref"])
    return str(response["content"]["application/json"]["schema"]["$ref"])
