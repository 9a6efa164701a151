"""Checks a response against the contract's schemas: status, media type and every clause of the body."""

import json
from collections.abc import Iterator
from typing import Any, Final

import attrs
import jsonschema_rs

from plaid_accounts_contract.checks import messages
from plaid_accounts_contract.checks.context import CheckContext
from plaid_accounts_contract.contract import Contract, Operation, Pointer, reference_to
from plaid_accounts_contract.wire.exchange import MISSING

STATUS: Final = "status-documented"
MEDIA_TYPE: Final = "media-type"
# Between an operationId and a clause in the name of a clause of an additional operation.
_SEPARATOR: Final = ":"


@attrs.frozen
class Mismatch:
    """A clause that a response violates; `clause` is its JSON pointer or one of the names above."""

    clause: str
    pointer: Pointer
    path: str
    got: str
    expected: str


def named(contract: Contract, operation: Operation, clause: str) -> str:
    """Return the name of a clause in results and reports: that of an additional operation begins with its operationId.

    A clause of a schema is named by its place alone, whichever operation violates it.
    """
    if operation is contract.primary or clause.startswith("#/"):
        return clause
    return f"{operation.id}{_SEPARATOR}{clause}"


def plain(clause: str) -> str:
    """Return the name of a clause without its operation."""
    return clause if clause.startswith("#/") else clause.rpartition(_SEPARATOR)[2]


def schema_clause(status: int) -> str:
    """Return the name under which the schema of one status is counted."""
    return f"schema-{status}"


def observed(context: CheckContext) -> Iterator[str]:
    """Yield the clauses that the response exercises."""
    yield STATUS
    if context.contract.response(context.operation, context.status) is not None:
        yield MEDIA_TYPE
        if context.exchange.json is not MISSING and context.operation.response_body(context.status) is not None:
            yield schema_clause(context.status)


def mismatches(context: CheckContext) -> Iterator[Mismatch]:
    """Yield every clause that the response violates."""
    contract, operation = context.contract, context.operation
    pointer = contract.response(operation, context.status)
    if pointer is None:
        documented = ", ".join(operation.responses)
        yield Mismatch(
            STATUS, (*operation.pointer, "responses"), "", f"status {context.status}", f"one of {documented}"
        )
        return
    content = contract.at((*pointer, "content"))
    media_type = context.exchange.response.media_type
    if media_type not in content:
        got = "no Content-Type" if media_type is None else f"Content-Type {media_type}"
        yield Mismatch(MEDIA_TYPE, (*pointer, "content"), "", got, " or ".join(content))
    schema = contract.response_schema(operation, context.status)
    if schema is not None and context.exchange.json is not MISSING:
        met = context.exchange.parsed.met
        body = context.exchange.json
        checked = (context.history, schema)
        if checked in met and isinstance(body, dict) and isinstance(body.get("accounts"), list):
            # But for the request_id, this body is known to be valid.
            body = {**body, "accounts": body["accounts"][:1]}
        found = list(body_mismatches(contract, schema, body))
        yield from found
        if not found:
            met[checked] = 1


def body_mismatches(contract: Contract, pointer: Pointer, instance: Any) -> Iterator[Mismatch]:
    """Yield every clause of the schema at `pointer` that `instance` violates."""
    for error in _errors(contract, pointer, instance):
        place, parts = tuple(error.schema_path), list(error.instance_path)
        value: object = error.instance
        expected = messages.clause(contract, place, value)
        if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
            parts.append(error.kind.property)
            place, value, expected = (*place, error.kind.property), MISSING, "a value"
        yield Mismatch(reference_to(place), place[:-1] if value is MISSING else place, messages.path_of(parts),
                     messages.describe(value), expected)  # fmt: skip


def _errors(contract: Contract, pointer: Pointer, instance: Any) -> list[jsonschema_rs.ValidationError]:
    validator = contract.validator(pointer)
    try:
        return list(validator.iter_errors(instance))
    except UnicodeEncodeError:
        # The validator cannot read lone surrogates, which violate response-encoding anyway.
        replaced = json.dumps(instance, ensure_ascii=False).encode("utf-8", "replace")
        return list(validator.iter_errors(json.loads(replaced)))
