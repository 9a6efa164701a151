"""Checks one response against the contract, for a server's own tests."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from plaid_accounts_contract.checks import oracle, registry, schema
from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.checks.context import CheckContext, CheckResult, Failed, RunHistory
from plaid_accounts_contract.checks.oracle import Expectation
from plaid_accounts_contract.contract import Contract, Operation, Pointer, Requirement
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import Exchange, Headers, Request, Response

# The requirements that one response can violate without knowledge of the server or of other responses.
OF_ONE_RESPONSE: Final = (
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
    """A response violates the contract; the message lists every clause with path, got and expected."""


def assert_conforms(response: Any, *, contract: Contract | None = None, operation_id: str = "accountsGet") -> None:
    """Check status, media type and schema of a response, and the requirements that a single response can violate.

    `response` is a response of httpx, requests or Starlette (or of its test client). If it has a `request`, the filter
    and the credentials of that request count as well.

    Raises:
        DoesNotConform: the response violates the contract.
        LookupError: the contract has no operation `operation_id`.
        TypeError: `response` is none of these.
    """
    checked = contract or _own_contract()
    operation = checked.operation(operation_id)
    context = context_of(checked, operation, _request(operation, _request_of(response)), _response(response))
    lines = [_line(context, mismatch, mismatch.clause, mismatch.pointer) for mismatch in schema.mismatches(context)]
    for requirement, failed in requirement_outcomes(context):
        lines += [] if failed is None else [_line(context, failed, requirement.id, requirement.pointer)]
    if lines:
        msg = f"status {context.status} of {operation.method} {operation.path} violates the contract:\n"
        msg += "\n".join(lines)
        for secret in (context.test_data.client_id, context.test_data.secret, *context.test_data.failing):
            msg = msg.replace(secret, "<credential>") if secret else msg
        raise DoesNotConform(msg)


@cache
def _own_contract() -> Contract:
    return Contract.load()


def _line(context: CheckContext, failed: schema.Mismatch | Failed, clause: str, pointer: Pointer) -> str:
    place = f"openapi.yaml:{context.contract.line(pointer)}"
    return f"  {failed.path or 'response'}: got {failed.got}, expected {failed.expected} [{clause}, {place}]"


def requirement_outcomes(context: CheckContext) -> Iterator[tuple[Requirement, CheckResult]]:
    """Yield the requirements that a single response exercises, each with the result."""
    for name in OF_ONE_RESPONSE:
        if context.contract.requires(name, context.operation):
            requirement = context.contract.requirements[name]
            yield from ((requirement, outcome) for outcome in registry.CHECKS[name](context))


def context_of(contract: Contract, operation: Operation, request: Request, response: Response) -> CheckContext:
    """Return the context of an exchange with a server of which nothing else is known."""
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
        return None  # httpx raises if a response was made without a request.


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
        raise TypeError(f"expected a response of httpx, requests or Starlette, got {type(response).__name__}")
    return Response(status, _headers(response.headers), body)


def _headers(headers: Any) -> Headers:
    if headers is None:
        return ()
    pairs: Iterable[tuple[str, str]] = headers.multi_items() if hasattr(headers, "multi_items") else headers.items()
    return tuple((str(name), str(value)) for name, value in pairs)
