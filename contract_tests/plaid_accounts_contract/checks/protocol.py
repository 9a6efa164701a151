"""Checks of what every operation does alike: rejections, credentials, methods, encodings, request_ids and errors."""

from collections.abc import Iterator, Mapping
from typing import Final

from plaid_accounts_contract.checks import credential_leaks, messages
from plaid_accounts_contract.checks.context import Check, CheckContext, CheckResult, Failed, expect, unique
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire.exchange import MISSING

# RFC 9110 section 15.6.2: for a method that the server does not implement at all.
_NOT_IMPLEMENTED: Final = 501
# The requirements that a request can violate; the oracle names them as reasons to reject it.
_REJECTIONS: Final = (
    "credentials-checked", "access-token-checked", "account-ids-unknown", "identifiers-case-sensitive",
    "unknown-fields-refused", "required-fields", "field-values-checked", "body-is-json-object", "content-type-json",
    "body-in-utf-8", "clients-kept-apart", "balance-age-needed", "balance-age-out-of-range", "verification-key-unknown",
)  # fmt: skip
# If one of these is violated, it is alone: nothing else in such a request has to be looked at.
_ABOVE_ALL: Final = ("body-is-json-object", "body-in-utf-8", "credentials-checked", "clients-kept-apart")
# Error codes of a server that does not look for credentials where they were sent.
_CREDENTIALS_NOT_SEEN: Final = ("INVALID_API_KEYS", "MISSING_FIELDS", "INVALID_HEADERS", "UNKNOWN_FIELDS")


def _response(context: CheckContext) -> str:
    code = context.error_code
    return f"status {context.status}" + (f" with error_code {code}" if code else "")


def _rejection(requirement: str) -> Check:
    def rejected(context: CheckContext) -> Iterator[CheckResult]:
        expectation = context.expectation
        reasons = _violable(context)
        if requirement not in reasons or not context.conclusive:
            return
        explained = not expectation.codes or context.error_code in expectation.codes
        if context.status == 400 and not explained and reasons[0] != requirement:
            return  # One wrong code is one violation: that of the first reason.
        if explained and context.undocumented_refusal:
            return  # The right code under an undocumented status is one violation: that of the status.
        codes = messages.listing(sorted(expectation.codes)) if expectation.codes else "any listed error_code"
        yield expect(context.status == 400 and explained, "", _response(context), f"status 400 with error_code {codes}")

    return rejected


def _violable(context: CheckContext) -> list[str]:
    """Return the requirements that a wrong response violates."""
    # What is wrong with a body that should not have been read, or by an unknown client, is no violation of its own.
    reasons = [reason.requirement for reason in context.expectation.binding]
    above = next((each for each in _ABOVE_ALL if each in reasons), None)
    return [above] if above and context.accepted else reasons


def _valid_requests_accepted(context: CheckContext) -> Iterator[CheckResult]:
    # In a mode that the target refuses altogether, it is one violation: that of the mode.
    mode_refused = context.exchange.request.mode in context.history.refused and not context.accepted
    if context.expectation.must_accept and context.conclusive and not mode_refused:
        yield expect(context.status == 200, "", _response(context), "status 200")


def _credentials_in(mode: Mode) -> Check:
    def accepted(context: CheckContext) -> Iterator[CheckResult]:
        if context.exchange.request.mode == mode and context.expectation.must_accept and context.conclusive:
            seen = context.error_code not in _CREDENTIALS_NOT_SEEN and mode not in context.history.refused
            yield expect(seen, "", _response(context), f"status 200 with the credentials in the {mode} alone")

    return accepted


def _no_server_error(context: CheckContext) -> Iterator[CheckResult]:
    if context.expectation.failure is None:
        healthy = 0 < context.status < 500 or (context.status == _NOT_IMPLEMENTED and not context.right_method)
        got = f"status {context.status}" if context.status else context.exchange.response.transport_error
        yield expect(healthy, "", got, "a status below 500")


def _post_only(context: CheckContext) -> Iterator[CheckResult]:
    if any(reason.requirement == "post-only" for reason in context.expectation.binding):
        refused = 400 <= context.status < 500 or context.status == _NOT_IMPLEMENTED
        yield expect(refused, "", f"status {context.status}", "a status from 400 to 499, or 501")


def _credentials_not_echoed(context: CheckContext) -> Iterator[CheckResult]:
    data = context.test_data
    issued = (
        data.client_id,
        data.secret,
        *(data.other_keys or ()),
        *(item.access_token for item in data.items),
        *data.failing,
    )
    place = credential_leaks.find(context.exchange, issued)
    yield expect(not place, "", f"a credential of the run in the response {place}", "no credential in any response")


def _response_encoding(context: CheckContext) -> Iterator[CheckResult]:
    response, parsed = context.exchange.response, context.exchange.parsed
    # A documented file may have any bytes.
    is_file = response.media_type in context.operation.files(context.status)
    if response.status and context.right_method and not is_file:
        problem = response.transport_error or parsed.unreadable or "; ".join(parsed.problems)
        got = f"a body that is {problem}" if parsed.unreadable else problem
        yield expect(not problem, "", got, "one JSON text in UTF-8")


def _request_id_present(context: CheckContext) -> Iterator[CheckResult]:
    if isinstance(context.exchange.json, Mapping) and context.right_method:
        value = context.body.get("request_id", MISSING)
        present = isinstance(value, str) and value != ""
        yield expect(present, "request_id", messages.describe(value), "a string, not empty")


def _request_id_unique(context: CheckContext) -> Iterator[CheckResult]:
    yield from unique(context, "request_id", context.history.request_ids)


def _error_code_listed(context: CheckContext) -> Iterator[CheckResult]:
    code = context.error_code
    if context.accepted or code is None or not context.right_method:
        return
    known = context.contract.error_codes_of(context.operation)
    listed = known.get(code)
    if listed is None:
        yield Failed("error_code", messages.describe(code), f"one of the {len(known)} codes listed for the operation")
        return
    kind = context.body.get("error_type")
    yield expect(kind == listed.type, "error_type", f"{kind} with {code}", listed.type)
    if not context.undocumented_refusal:
        got = f"status {context.status} with {code}"
        yield expect(context.status == listed.status, "", got, f"status {listed.status}")


CHECKS: Final[Mapping[str, Check]] = {
    **{requirement: _rejection(requirement) for requirement in _REJECTIONS},
    "valid-requests-accepted": _valid_requests_accepted,
    "credentials-header": _credentials_in("header"),
    "credentials-body": _credentials_in("body"),
    "no-server-error": _no_server_error,
    "post-only": _post_only,
    "credentials-not-echoed": _credentials_not_echoed,
    "response-encoding": _response_encoding,
    "request-id-present": _request_id_present,
    "request-id-unique": _request_id_unique,
    "error-code-listed": _error_code_listed,
}
