"""The checks that JSON Schema cannot say: one for each `x-requirements` id of the contract.

A check looks at one exchange and yields an outcome for each time the exchange puts its requirement to the test: None
where the requirement is met, a `Failed` where it is not. A check that yields nothing has seen nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs

from plaid_accounts_contract.checks import credential_leaks, messages
from plaid_accounts_contract.checks.context import CheckContext
from plaid_accounts_contract.wire.exchange import MISSING


@attrs.frozen
class Failed:
    """Where a requirement is broken, what stands there, and what should."""

    path: str
    got: str
    expected: str


Outcome = Failed | None
Check = Callable[[CheckContext], Iterator[Outcome]]

# What RFC 9110 gives a server for a method that it does not know at all.
_NOT_IMPLEMENTED: Final = 501

CHECKS: Final[dict[str, Check]] = {}
REFUSALS: Final = (
    "credentials-checked",
    "access-token-checked",
    "account-ids-unknown",
    "identifiers-case-sensitive",
    "unknown-fields-refused",
    "required-fields",
    "field-values-checked",
    "body-is-json-object",
    "content-type-json",
    "balance-age-needed",
    "balance-age-out-of-range",
    "verification-key-unknown",
)


def check(requirement: str) -> Callable[[Check], Check]:
    """Register a function as the check of `requirement`."""

    def register(function: Check) -> Check:
        CHECKS[requirement] = function
        return function

    return register


def _expect(met: bool, path: str, got: str, expected: str) -> Outcome:
    return None if met else Failed(path, got, expected)


def _answer(context: CheckContext) -> str:
    code = context.error_code
    return f"status {context.status}" + (f" with error_code {code}" if code else "")


def _rate_limited(context: CheckContext) -> bool:
    return context.status == 429


def _judged(context: CheckContext) -> bool:
    """Whether the status says anything: a rate limit and a server error are judged by their own clauses."""
    return not _rate_limited(context) and 0 < context.status < 500


def _refusal(requirement: str) -> Check:
    def refused(context: CheckContext) -> Iterator[Outcome]:
        expectation = context.expectation
        reasons = [reason.requirement for reason in expectation.binding]
        if requirement not in reasons or not _judged(context):
            return
        code = context.error_code
        explained = not expectation.codes or code in expectation.codes
        if context.status == 400 and not explained and reasons[0] != requirement:
            return  # One wrong code is one finding, for the first reason alone.
        if explained and _undocumented(context):
            return  # The right error under an undocumented status is one finding, for the status alone.
        codes = messages.listing(sorted(expectation.codes)) if expectation.codes else "any listed error_code"
        yield _expect(context.status == 400 and explained, "", _answer(context), f"status 400 with error_code {codes}")

    return refused


def _undocumented(context: CheckContext) -> bool:
    return 400 <= context.status < 500 and context.contract.response(context.operation, context.status) is None


for _id in REFUSALS:
    CHECKS[_id] = _refusal(_id)


@check("valid-requests-accepted")
def _valid_requests_accepted(context: CheckContext) -> Iterator[Outcome]:
    if context.expectation.must_accept and _judged(context):
        yield _expect(context.status == 200, "", _answer(context), "status 200")


_CREDENTIALS_NOT_SEEN: Final = ("INVALID_API_KEYS", "MISSING_FIELDS", "INVALID_HEADERS", "UNKNOWN_FIELDS")


def _credentials_in(mode: str) -> Check:
    def accepted(context: CheckContext) -> Iterator[Outcome]:
        if context.exchange.request.mode == mode and context.expectation.must_accept and _judged(context):
            refused = context.error_code in _CREDENTIALS_NOT_SEEN
            yield _expect(not refused, "", _answer(context), f"status 200 with the credentials in the {mode} alone")

    return accepted


CHECKS["credentials-header"] = _credentials_in("header")
CHECKS["credentials-body"] = _credentials_in("body")


@check("no-server-error")
def _no_server_error(context: CheckContext) -> Iterator[Outcome]:
    if context.expectation.failure is None:
        sound = 0 < context.status < 500 or (context.status == _NOT_IMPLEMENTED and _other_method(context))
        got = f"status {context.status}" if context.status else context.exchange.response.transport_error
        yield _expect(sound, "", got, "a status below 500")


@check("post-only")
def _post_only(context: CheckContext) -> Iterator[Outcome]:
    if any(reason.requirement == "post-only" for reason in context.expectation.binding):
        refused = 400 <= context.status < 500 or context.status == _NOT_IMPLEMENTED
        yield _expect(refused, "", f"status {context.status}", "a status from 400 to 499, or 501")


def _other_method(context: CheckContext) -> bool:
    return context.exchange.request.method != context.operation.method


@check("credentials-not-echoed")
def _credentials_not_echoed(context: CheckContext) -> Iterator[Outcome]:
    test_data = context.test_data
    issued = (
        test_data.client_id,
        test_data.secret,
        *(item.access_token for item in test_data.items),
        *test_data.failing,
    )
    trace = credential_leaks.find(context.exchange, issued)
    where = f"header {trace.header}" if trace and trace.header else "body"
    yield _expect(
        trace is None, "", f"a credential of the run in the response {where}", "no credential in any response"
    )


@check("response-encoding")
def _response_encoding(context: CheckContext) -> Iterator[Outcome]:
    response, parsed = context.exchange.response, context.exchange.parsed
    if not response.status or context.exchange.request.method != context.operation.method:
        return
    problem = response.transport_error or parsed.unreadable or "; ".join(parsed.problems)
    yield _expect(
        not problem, "", f"a body that is {problem}" if parsed.unreadable else problem, "one JSON text in UTF-8"
    )


@check("request-id-present")
def _request_id_present(context: CheckContext) -> Iterator[Outcome]:
    if context.body and context.exchange.request.method == context.operation.method:
        value = context.body.get("request_id", MISSING)
        yield _expect(
            isinstance(value, str) and value != "", "request_id", messages.describe(value), "a string, not empty"
        )


@check("request-id-unique")
def _request_id_unique(context: CheckContext) -> Iterator[Outcome]:
    value = context.body.get("request_id")
    if isinstance(value, str) and value:
        first = context.history.request_ids.setdefault(value, context.exchange.number)
        same = first == context.exchange.number
        yield _expect(same, "request_id", f"the request_id of exchange {first}", "a request_id never given before")


@check("own-item-only")
def _own_item_only(context: CheckContext) -> Iterator[Outcome]:
    known = context.expectation.item
    if known is None or context.item is None:
        return
    item_id = context.item.get("item_id")
    others = [item for item in context.test_data.items if item is not known]
    if known.item_id is not None:
        right = item_id == known.item_id and item_id not in {item.item_id for item in others}
        yield _expect(right, "item.item_id", messages.describe(item_id), "the item_id of the token's Item")
    foreign = {entry for item in others for entry in item.account_ids}
    for path, account in context.accounts():
        if str(account.get("account_id")) in foreign:
            yield Failed(f"{path}.account_id", "an account of another Item", "accounts of the token's Item only")


@check("account-ids-filter")
def _account_ids_filter(context: CheckContext) -> Iterator[Outcome]:
    known, wanted = context.expectation.item, context.expectation.account_ids
    if not context.has_accounts or context.expectation.binding or wanted == ():
        return  # Plaid does not say what an empty filter gives.
    if wanted is None and known is None:
        return
    expected = set(wanted if wanted is not None else known.account_ids if known is not None else ())
    got = set(context.account_ids)
    extra, lacking = len(got - expected), len(expected - got)
    several = messages.count(len(expected), "account", "accounts")
    right = f"exactly the {several} " + ("of the Item" if wanted is None else "asked for")
    found = f"{messages.count(extra, 'account', 'accounts')} too many, {lacking} lacking"
    yield _expect(got == expected, "accounts", found, right)


@check("account-ids-unique")
def _account_ids_unique(context: CheckContext) -> Iterator[Outcome]:
    if context.has_accounts:
        ids = context.account_ids
        twice = next((index for index, entry in enumerate(ids) if entry in ids[:index]), None)
        yield _expect(
            twice is None, f"accounts[{twice}].account_id", "an account_id that stands above already", "each once"
        )


@check("active-accounts-only")
def _active_accounts_only(context: CheckContext) -> Iterator[Outcome]:
    known = context.expectation.item
    if known is None or not known.closed:
        return
    for path, account in context.accounts():
        closed = account.get("account_id") in known.closed
        yield _expect(not closed, f"{path}.account_id", "a closed account", "open accounts only")


@check("stable-answer")
def _stable_answer(context: CheckContext) -> Iterator[Outcome]:
    known = context.expectation.item
    if known is None or context.item is None:
        return
    if known.item and context.item.get("item_id") == known.item_id:
        yield from _same(known.item, context.item, "item")
    for path, account in context.accounts():
        before = known.accounts.get(str(account.get("account_id")))
        if before is not None:
            yield from _same(before, account, path)


def _same(before: Any, now: Any, path: str) -> Iterator[Outcome]:
    difference = _difference(before, now, path)
    if difference is None:
        yield None
    else:
        where, first, second = difference
        yield Failed(where, messages.describe(second), f"as in the first answer: {messages.describe(first)}")


def _difference(before: Any, now: Any, path: str) -> tuple[str, Any, Any] | None:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in {**before, **now}:
            inner = _difference(before.get(key, MISSING), now.get(key, MISSING), f"{path}.{key}")
            if inner:
                return inner
        return None
    return None if before == now and isinstance(before, bool) == isinstance(now, bool) else (path, before, now)


@check("subtype-of-type")
def _subtype_of_type(context: CheckContext) -> Iterator[Outcome]:
    listed = context.contract.at(("components", "schemas", "AccountType", "x-subtypes"))
    known = context.contract.at(("components", "schemas", "AccountSubtype", "enum"))
    for path, account in context.accounts():
        kind, subtype = account.get("type"), account.get("subtype")
        # A subtype that is listed nowhere breaks the schema already.
        if isinstance(kind, str) and kind in listed and subtype in known:
            right = subtype in listed[kind]
            yield _expect(right, f"{path}.subtype", f"{subtype!r} with type {kind!r}", f"a subtype listed for {kind!r}")


@check("last-updated-institution")
def _last_updated_institution(context: CheckContext) -> Iterator[Outcome]:
    institution = None if context.item is None else context.item.get("institution_id")
    for path, account in context.accounts():
        balances = account.get("balances")
        if isinstance(balances, dict) and balances.get("last_updated_datetime") is not None:
            where = f"{path}.balances.last_updated_datetime"
            yield _expect(institution == "ins_128026", where, f"a time at {institution}", "null or absent")


@check("products-disjoint")
def _products_disjoint(context: CheckContext) -> Iterator[Outcome]:
    if context.item is not None:
        available, billed = (context.item.get(f"{kind}_products") for kind in ("available", "billed"))
        if isinstance(available, list) and isinstance(billed, list):
            both = [str(product) for product in available if product in billed]
            yield _expect(
                not both, "item.available_products", f"{messages.listing(both)} in both lists", "each in one list"
            )


@check("balance-never-billed")
def _balance_never_billed(context: CheckContext) -> Iterator[Outcome]:
    billed = None if context.item is None else context.item.get("billed_products")
    if isinstance(billed, list):
        yield _expect("balance" not in billed, "item.billed_products", "balance", "products other than balance")


@check("item-error-null")
def _item_error_null(context: CheckContext) -> Iterator[Outcome]:
    if context.item is not None and "error" in context.item:
        error = context.item["error"]
        yield _expect(error is None, "item.error", messages.describe(error), "null")
    failure = context.expectation.failure
    if failure is not None and context.accepted and not context.expectation.reasons:
        yield Failed("", f"status {context.status} for an Item in error", f"the error {failure}")


@check("error-code-listed")
def _error_code_listed(context: CheckContext) -> Iterator[Outcome]:
    code = context.error_code
    if context.accepted or not isinstance(code, str) or context.exchange.request.method != context.operation.method:
        return
    known = context.contract.error_codes_of(context.operation)
    listed = known.get(code)
    if listed is None:
        yield Failed("error_code", messages.describe(code), f"one of the {len(known)} codes listed for the operation")
        return
    kind = context.body.get("error_type")
    yield _expect(kind == listed.type, "error_type", f"{kind} with {code}", listed.type)
    if not _undocumented(context):
        got = f"status {context.status} with {code}"
        yield _expect(context.status == listed.status, "", got, f"status {listed.status}")
    failure = context.expectation.failure
    if failure is not None and not context.expectation.reasons and not _limited_instead(context, failure):
        yield _expect(code == failure, "error_code", code, failure)


def _limited_instead(context: CheckContext, failure: str) -> bool:
    """Whether a rate limit, which may come at any time, stands in place of another error."""
    expected = context.contract.error_codes.get(failure)
    return _rate_limited(context) and expected is not None and expected.status != 429
