"""Faults in how errors are said."""

from typing import Final

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call, Json
from mutation.server_faults.fault import fault
from mutation.server_faults.tampering import answers, failures, instead, recoded
from plaid_accounts_contract.reference_server import errors


def _code(before: str, after: str, body: Json) -> Json:
    return {**body, "error_code": after} if body.get("error_code") == before else body


def _typed(code: str, kind: str, body: Json) -> Json:
    return {**body, "error_type": kind} if body.get("error_code") == code else body


def _rest(answer: Answer, _: Call) -> Answer:
    return answer if answer.status == 200 else answer.with_status(200)


def _problem(body: Json, _: Call) -> Json:
    """Say an error as RFC 9457 does."""
    return {"type": "about:blank", "title": body["error_message"], "status": 400, "request_id": body["request_id"]}


def _page(_: Call) -> Answer:
    text = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
    return Answer(502, ((b"content-type", b"text/html"),), text)


FAULTS: Final = (
    fault(
        "error-code-in-lower-case",
        "Writes error codes in lower case.",
        "error-code-listed",
        failures(lambda body, _: {**body, "error_code": body["error_code"].lower()}),
    ),
    fault(
        "error-code-unlisted",
        "Names wrong credentials INVALID_CREDENTIALS.",
        "error-code-listed",
        failures(lambda body, _: _code("INVALID_API_KEYS", "INVALID_CREDENTIALS", body)),
    ),
    fault(
        "error-code-misspelt",
        "Misspells one error code of failing Items.",
        "error-code-listed",
        failures(lambda body, _: _code("INSTITUTION_NOT_RESPONDING", "INSTITUTION_NOT_RESPONDIG", body)),
    ),
    fault(
        "error-type-constant",
        "Gives every error the type API_ERROR.",
        "error-code-listed",
        failures(lambda body, _: {**body, "error_type": "API_ERROR"}),
    ),
    fault(
        "error-type-of-another",
        "Gives INVALID_ACCOUNT_ID the type INVALID_REQUEST.",
        "error-code-listed",
        failures(lambda body, _: _typed("INVALID_ACCOUNT_ID", "INVALID_REQUEST", body)),
    ),
    fault(
        "error-type-of-failing-item",
        "Gives NO_ACCOUNTS the type INVALID_RESULT.",
        "error-code-listed",
        failures(lambda body, _: _typed("NO_ACCOUNTS", "INVALID_RESULT", body)),
    ),
    fault(
        "rate-limit-400",
        "Answers every rate limit with status 400.",
        "error-code-listed",
        answers(lambda answer, _: answer.with_status(400) if answer.status == 429 else answer),
    ),
    fault(
        "maintenance-500",
        "Answers every error 503 with status 500.",
        "error-code-listed",
        answers(lambda answer, _: answer.with_status(500) if answer.status == 503 else answer),
    ),
    fault(
        "sign-in-named-locked",
        "Names an Item that needs a new sign-in ITEM_LOCKED.",
        "error-code-listed",
        recoded("ITEM_LOGIN_REQUIRED", errors.CATALOGUE["ITEM_LOCKED"]),
    ),
    fault(
        "errors-with-200",
        "Answers errors with status 200.",
        "#/components/schemas/AccountsGetResponse/required/accounts",
        answers(_rest),
    ),
    fault(
        "errors-of-another-format",
        "Says errors as RFC 9457 does.",
        "#/components/schemas/PlaidError/required/error_code",
        failures(_problem),
    ),
    fault(
        "failing-items-page",
        "Answers the tokens of failing Items with the page of a gateway.",
        "status-documented",
        instead(_page, lambda call: call.item is not None and call.item.failure is not None),
    ),
)
