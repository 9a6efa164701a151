"""The checks that JSON Schema cannot say: one for each `x-requirements` id of the contract.

A check looks at one exchange and yields an outcome for each time the exchange puts its requirement to the test: None
where the requirement is met, a `Failed` where it is not. A check that yields nothing has seen nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs

from plaid_accounts_contract import traces, wording
from plaid_accounts_contract.evidence import Evidence
from plaid_accounts_contract.exchange import MISSING


@attrs.frozen
class Failed:
    """Where a requirement is broken, what stands there, and what should."""

    path: str
    got: str
    expected: str


Outcome = Failed | None
Check = Callable[[Evidence], Iterator[Outcome]]

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


def _answer(evidence: Evidence) -> str:
    code = evidence.error_code
    return f"status {evidence.status}" + (f" with error_code {code}" if code else "")


def _rate_limited(evidence: Evidence) -> bool:
    return evidence.status == 429


def _judged(evidence: Evidence) -> bool:
    """Whether the status says anything: a rate limit and a server error are judged by their own clauses."""
    return not _rate_limited(evidence) and 0 < evidence.status < 500


def _refusal(requirement: str) -> Check:
    def refused(evidence: Evidence) -> Iterator[Outcome]:
        expectation = evidence.expectation
        reasons = [objection.requirement for objection in expectation.binding]
        if requirement not in reasons or not _judged(evidence):
            return
        code = evidence.error_code
        explained = not expectation.codes or code in expectation.codes
        if evidence.status == 400 and not explained and reasons[0] != requirement:
            return  # One wrong code is one finding, for the first reason alone.
        if explained and _undocumented(evidence):
            return  # The right error under an undocumented status is one finding, for the status alone.
        codes = wording.listing(sorted(expectation.codes)) if expectation.codes else "any listed error_code"
        yield _expect(
            evidence.status == 400 and explained, "", _answer(evidence), f"status 400 with error_code {codes}"
        )

    return refused


def _undocumented(evidence: Evidence) -> bool:
    return 400 <= evidence.status < 500 and evidence.contract.response(evidence.operation, evidence.status) is None


for _id in REFUSALS:
    CHECKS[_id] = _refusal(_id)


@check("valid-requests-accepted")
def _valid_requests_accepted(evidence: Evidence) -> Iterator[Outcome]:
    if evidence.expectation.must_accept and _judged(evidence):
        yield _expect(evidence.status == 200, "", _answer(evidence), "status 200")


_CREDENTIALS_NOT_SEEN: Final = ("INVALID_API_KEYS", "MISSING_FIELDS", "INVALID_HEADERS", "UNKNOWN_FIELDS")


def _credentials_in(mode: str) -> Check:
    def accepted(evidence: Evidence) -> Iterator[Outcome]:
        if evidence.exchange.request.mode == mode and evidence.expectation.must_accept and _judged(evidence):
            refused = evidence.error_code in _CREDENTIALS_NOT_SEEN
            yield _expect(not refused, "", _answer(evidence), f"status 200 with the credentials in the {mode} alone")

    return accepted


CHECKS["credentials-header"] = _credentials_in("header")
CHECKS["credentials-body"] = _credentials_in("body")


@check("no-server-error")
def _no_server_error(evidence: Evidence) -> Iterator[Outcome]:
    if evidence.expectation.failure is None:
        sound = 0 < evidence.status < 500 or (evidence.status == _NOT_IMPLEMENTED and _other_method(evidence))
        got = f"status {evidence.status}" if evidence.status else evidence.exchange.response.damage
        yield _expect(sound, "", got, "a status below 500")


@check("post-only")
def _post_only(evidence: Evidence) -> Iterator[Outcome]:
    if any(objection.requirement == "post-only" for objection in evidence.expectation.binding):
        refused = 400 <= evidence.status < 500 or evidence.status == _NOT_IMPLEMENTED
        yield _expect(refused, "", f"status {evidence.status}", "a status from 400 to 499, or 501")


def _other_method(evidence: Evidence) -> bool:
    return evidence.exchange.request.method != evidence.operation.method


@check("credentials-not-echoed")
def _credentials_not_echoed(evidence: Evidence) -> Iterator[Outcome]:
    subject = evidence.subject
    issued = (subject.client_id, subject.secret, *(item.access_token for item in subject.items), *subject.failing)
    trace = traces.find(evidence.exchange, issued)
    where = f"header {trace.header}" if trace and trace.header else "body"
    yield _expect(
        trace is None, "", f"a credential of the run in the response {where}", "no credential in any response"
    )


@check("response-encoding")
def _response_encoding(evidence: Evidence) -> Iterator[Outcome]:
    response, parsed = evidence.exchange.response, evidence.exchange.parsed
    if not response.status or evidence.exchange.request.method != evidence.operation.method:
        return
    problem = response.damage or parsed.unreadable or "; ".join(parsed.problems)
    yield _expect(
        not problem, "", f"a body that is {problem}" if parsed.unreadable else problem, "one JSON text in UTF-8"
    )


@check("request-id-present")
def _request_id_present(evidence: Evidence) -> Iterator[Outcome]:
    if evidence.body and evidence.exchange.request.method == evidence.operation.method:
        value = evidence.body.get("request_id", MISSING)
        yield _expect(
            isinstance(value, str) and value != "", "request_id", wording.describe(value), "a string, not empty"
        )


@check("request-id-unique")
def _request_id_unique(evidence: Evidence) -> Iterator[Outcome]:
    value = evidence.body.get("request_id")
    if isinstance(value, str) and value:
        first = evidence.memory.request_ids.setdefault(value, evidence.exchange.number)
        same = first == evidence.exchange.number
        yield _expect(same, "request_id", f"the request_id of exchange {first}", "a request_id never given before")


@check("own-item-only")
def _own_item_only(evidence: Evidence) -> Iterator[Outcome]:
    known = evidence.expectation.item
    if known is None or evidence.item is None:
        return
    item_id = evidence.item.get("item_id")
    others = [item for item in evidence.subject.items if item is not known]
    if known.item_id is not None:
        right = item_id == known.item_id and item_id not in {item.item_id for item in others}
        yield _expect(right, "item.item_id", wording.describe(item_id), "the item_id of the token's Item")
    foreign = {entry for item in others for entry in item.account_ids}
    for path, account in evidence.accounts():
        if str(account.get("account_id")) in foreign:
            yield Failed(f"{path}.account_id", "an account of another Item", "accounts of the token's Item only")


@check("account-ids-filter")
def _account_ids_filter(evidence: Evidence) -> Iterator[Outcome]:
    known, wanted = evidence.expectation.item, evidence.expectation.account_ids
    if not evidence.has_accounts or evidence.expectation.binding or wanted == ():
        return  # Plaid does not say what an empty filter gives.
    if wanted is None and known is None:
        return
    expected = set(wanted if wanted is not None else known.account_ids if known is not None else ())
    got = set(evidence.account_ids)
    extra, lacking = len(got - expected), len(expected - got)
    several = wording.count(len(expected), "account", "accounts")
    right = f"exactly the {several} " + ("of the Item" if wanted is None else "asked for")
    found = f"{wording.count(extra, 'account', 'accounts')} too many, {lacking} lacking"
    yield _expect(got == expected, "accounts", found, right)


@check("account-ids-unique")
def _account_ids_unique(evidence: Evidence) -> Iterator[Outcome]:
    if evidence.has_accounts:
        ids = evidence.account_ids
        twice = next((index for index, entry in enumerate(ids) if entry in ids[:index]), None)
        yield _expect(
            twice is None, f"accounts[{twice}].account_id", "an account_id that stands above already", "each once"
        )


@check("active-accounts-only")
def _active_accounts_only(evidence: Evidence) -> Iterator[Outcome]:
    known = evidence.expectation.item
    if known is None or not known.closed:
        return
    for path, account in evidence.accounts():
        closed = account.get("account_id") in known.closed
        yield _expect(not closed, f"{path}.account_id", "a closed account", "open accounts only")


@check("stable-answer")
def _stable_answer(evidence: Evidence) -> Iterator[Outcome]:
    known = evidence.expectation.item
    if known is None or evidence.item is None:
        return
    if known.item and evidence.item.get("item_id") == known.item_id:
        yield from _same(known.item, evidence.item, "item")
    for path, account in evidence.accounts():
        before = known.accounts.get(str(account.get("account_id")))
        if before is not None:
            yield from _same(before, account, path)


def _same(before: Any, now: Any, path: str) -> Iterator[Outcome]:
    difference = _difference(before, now, path)
    if difference is None:
        yield None
    else:
        where, first, second = difference
        yield Failed(where, wording.describe(second), f"as in the first answer: {wording.describe(first)}")


def _difference(before: Any, now: Any, path: str) -> tuple[str, Any, Any] | None:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in {**before, **now}:
            inner = _difference(before.get(key, MISSING), now.get(key, MISSING), f"{path}.{key}")
            if inner:
                return inner
        return None
    return None if before == now and isinstance(before, bool) == isinstance(now, bool) else (path, before, now)


@check("subtype-of-type")
def _subtype_of_type(evidence: Evidence) -> Iterator[Outcome]:
    listed = evidence.contract.at(("components", "schemas", "AccountType", "x-subtypes"))
    known = evidence.contract.at(("components", "schemas", "AccountSubtype", "enum"))
    for path, account in evidence.accounts():
        kind, subtype = account.get("type"), account.get("subtype")
        # A subtype that is listed nowhere breaks the schema already.
        if isinstance(kind, str) and kind in listed and subtype in known:
            right = subtype in listed[kind]
            yield _expect(right, f"{path}.subtype", f"{subtype!r} with type {kind!r}", f"a subtype listed for {kind!r}")


@check("last-updated-institution")
def _last_updated_institution(evidence: Evidence) -> Iterator[Outcome]:
    institution = None if evidence.item is None else evidence.item.get("institution_id")
    for path, account in evidence.accounts():
        balances = account.get("balances")
        if isinstance(balances, dict) and balances.get("last_updated_datetime") is not None:
            where = f"{path}.balances.last_updated_datetime"
            yield _expect(institution == "ins_128026", where, f"a time at {institution}", "null or absent")


@check("products-disjoint")
def _products_disjoint(evidence: Evidence) -> Iterator[Outcome]:
    if evidence.item is not None:
        available, billed = (evidence.item.get(f"{kind}_products") for kind in ("available", "billed"))
        if isinstance(available, list) and isinstance(billed, list):
            both = [str(product) for product in available if product in billed]
            yield _expect(
                not both, "item.available_products", f"{wording.listing(both)} in both lists", "each in one list"
            )


@check("balance-never-billed")
def _balance_never_billed(evidence: Evidence) -> Iterator[Outcome]:
    billed = None if evidence.item is None else evidence.item.get("billed_products")
    if isinstance(billed, list):
        yield _expect("balance" not in billed, "item.billed_products", "balance", "products other than balance")


@check("item-error-null")
def _item_error_null(evidence: Evidence) -> Iterator[Outcome]:
    if evidence.item is not None and "error" in evidence.item:
        error = evidence.item["error"]
        yield _expect(error is None, "item.error", wording.describe(error), "null")
    failure = evidence.expectation.failure
    if failure is not None and evidence.accepted and not evidence.expectation.objections:
        yield Failed("", f"status {evidence.status} for an Item in error", f"the error {failure}")


@check("error-code-listed")
def _error_code_listed(evidence: Evidence) -> Iterator[Outcome]:
    code = evidence.error_code
    if evidence.accepted or not isinstance(code, str) or evidence.exchange.request.method != evidence.operation.method:
        return
    known = evidence.contract.error_codes_of(evidence.operation)
    listed = known.get(code)
    if listed is None:
        yield Failed("error_code", wording.describe(code), f"one of the {len(known)} codes listed for the operation")
        return
    kind = evidence.body.get("error_type")
    yield _expect(kind == listed.type, "error_type", f"{kind} with {code}", listed.type)
    if not _undocumented(evidence):
        got = f"status {evidence.status} with {code}"
        yield _expect(evidence.status == listed.status, "", got, f"status {listed.status}")
    failure = evidence.expectation.failure
    if failure is not None and not evidence.expectation.objections and not _limited_instead(evidence, failure):
        yield _expect(code == failure, "error_code", code, failure)


def _limited_instead(evidence: Evidence, failure: str) -> bool:
    """Whether a rate limit, which may come at any time, stands in place of another error."""
    expected = evidence.contract.error_codes.get(failure)
    return _rate_limited(evidence) and expected is not None and expected.status != 429
