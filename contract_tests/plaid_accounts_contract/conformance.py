"""One response held against the contract: for tests of a server that has its own way to send requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from plaid_accounts_contract.checks import oracle, registry, schema
from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.checks.context import CheckContext, RunHistory
from plaid_accounts_contract.checks.oracle import Expectation
from plaid_accounts_contract.checks.requirements import Outcome
from plaid_accounts_contract.contract import Contract, Operation, Pointer, Requirement
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import Exchange, Headers, Request, Response

_ABOUT_ONE_RESPONSE: Final = (
    "credentials-not-echoed",
    "response-encoding",
    "request-id-present",
    "account-ids-filter",
    "account-ids-unique",
    "products-disjoint",
    "balance-never-billed",
    "item-error-null",
    "error-code-listed",
)


class DoesNotConform(AssertionError):
    """A response breaks the contract; the message lists every clause with path, got and expected."""


def assert_conforms(response: Any, *, contract: Contract | None = None, operation_id: str = "accountsGet") -> None:
    """Hold a response against the contract: status, media type, schema, and the requirements that one response can show.

    `response` is an httpx or requests response, or one made by Starlette (also through its test client). Where it
    knows its request, the filter and the credentials in that are taken into account.

    Raises:
        DoesNotConform: the response breaks the contract.
        TypeError: `response` is none of these.

    """
    held = contract or _own_contract()
    operation = next(operation for operation in held.operations if operation.id == operation_id)
    context = _evidence(held, operation, response)
    lines = [*_clauses(context), *_requirements(context)]
    if lines:
        msg = f"status {context.status} of {operation.method} {operation.path} breaks the contract:\n" + "\n".join(
            lines
        )
        for secret in (context.test_data.client_id, context.test_data.secret, *context.test_data.failing):
            msg = msg.replace(secret, "<credential>") if secret else msg
        raise DoesNotConform(msg)


@cache
def _own_contract() -> Contract:
    return Contract.load()


def _clauses(context: CheckContext) -> Iterator[str]:
    for breach in schema.mismatches(context):
        place = _place(context.contract, breach.pointer)
        yield f"  {breach.path or 'response'}: got {breach.got}, expected {breach.expected} [{breach.clause}, {place}]"


def _requirements(context: CheckContext) -> Iterator[str]:
    for requirement, outcome in requirement_outcomes(context):
        if outcome is not None:
            place = _place(context.contract, requirement.pointer)
            where = outcome.path or "response"
            yield f"  {where}: got {outcome.got}, expected {outcome.expected} [{requirement.id}, {place}]"


def requirement_outcomes(context: CheckContext) -> Iterator[tuple[Requirement, Outcome]]:
    """Yield the requirements that one response puts to the test by itself, each with what it shows."""
    for name in _ABOUT_ONE_RESPONSE:
        if context.contract.requires(name, context.operation):
            requirement = context.contract.requirements[name]
            yield from ((requirement, outcome) for outcome in registry.CHECKS[name](context))


def _place(contract: Contract, pointer: Pointer) -> str:
    return contract.place(pointer).split(" ", 1)[0]


def _evidence(contract: Contract, operation: Operation, response: Any) -> CheckContext:
    return evidence_of(contract, operation, _request(operation, _request_of(response)), _response(response))


def evidence_of(contract: Contract, operation: Operation, request: Request, response: Response) -> CheckContext:
    """Put together what is known of one exchange where nothing else is known of the server."""
    body = strict_json.parse(request.body).value
    fields = body if isinstance(body, Mapping) else {}
    ids = oracle.account_ids_of(fields)
    token = fields.get("access_token")
    test_data = TestData(
        _text(request.header("plaid-client-id") or fields.get("client_id")),
        _text(request.header("plaid-secret") or fields.get("secret")),
        (),
        {token: ""} if isinstance(token, str) else {},
    )
    exchange = Exchange(1, request, response)
    return CheckContext(contract, operation, test_data, exchange, Expectation(account_ids=ids), RunHistory())


def _request_of(response: Any) -> Any:
    try:
        return getattr(response, "request", None)
    except RuntimeError:
        return None  # httpx raises where a response was made without a request.


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _request(operation: Operation, request: Any) -> Request:
    content = getattr(request, "content", None) if hasattr(request, "extensions") else getattr(request, "body", None)
    data = content.encode() if isinstance(content, str) else content
    return Request(
        operation.method,
        operation.path,
        _headers(getattr(request, "headers", None)),
        data if isinstance(data, bytes) else b"",
    )


def _response(response: Any) -> Response:
    status = getattr(response, "status_code", None)
    # httpx and requests call the bytes content, Starlette body.
    body = getattr(response, "content", None)
    body = getattr(response, "body", None) if body is None else body
    if not isinstance(status, int) or not isinstance(body, bytes):
        msg = f"an httpx, requests or Starlette response is needed, got {type(response).__name__}"
        raise TypeError(msg)
    return Response(status, _headers(response.headers), body)


def _headers(headers: Any) -> Headers:
    if headers is None:
        return ()
    pairs: Iterable[tuple[str, str]] = headers.multi_items() if hasattr(headers, "multi_items") else headers.items()
    return tuple((str(name), str(value)) for name, value in pairs)
