"""/accounts/balance/get: balances in real time, and how old they may be where they are not."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from plaid_accounts_contract.checks.accounts import DATED_INSTITUTION
from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.checks.context import Check, CheckContext, CheckResult, expect
from plaid_accounts_contract.checks.oracle import UNDECIDED, RejectionReason, account_ids_of, request_rule
from plaid_accounts_contract.wire.strict_json import timestamp

OPERATION: Final = "accountsBalanceGet"
# The clocks of suite and target may differ by this much; NTP keeps hosts within seconds.
CLOCK_SKEW: Final = timedelta(minutes=5)


@request_rule(OPERATION, "options.min_last_updated_datetime")
def _age(body: Mapping[str, Any], item: ItemBaseline | None, _: TestData) -> Iterator[RejectionReason]:
    """At the dated institution, a request has to name the oldest acceptable balance, and one that exists."""
    options = body.get("options")
    given = options.get("min_last_updated_datetime") if isinstance(options, Mapping) else None
    earliest = timestamp(given)
    if given is not None and earliest is None:
        yield UNDECIDED
    elif item is None or not _is_dated(item):
        return
    elif earliest is None:
        yield RejectionReason("balance-age-needed", frozenset({"INVALID_FIELD"}))
    elif (ids := account_ids_of(body)) is None or any(account.get("account_id") in ids for account in _cached(item)):
        if earliest > datetime.now(UTC) + CLOCK_SKEW:
            yield RejectionReason("balance-age-out-of-range", frozenset({"LAST_UPDATED_DATETIME_OUT_OF_RANGE"}))
        elif any(seen is None or seen < earliest for seen in map(_updated, _cached(item))):
            # Only the target knows whether the balance has been updated since the baseline.
            yield UNDECIDED


def _is_dated(item: ItemBaseline) -> bool:
    return item.item.get("institution_id") == DATED_INSTITUTION and bool(_cached(item))


def _cached(item: ItemBaseline) -> list[Mapping[str, Any]]:
    """Return the accounts of a dated Item whose balances are not available in real time: all but depository ones."""
    return [account for account in item.accounts.values() if account and account.get("type") != "depository"]


def _updated(account: Mapping[str, Any]) -> datetime | None:
    balances = account.get("balances")
    return timestamp(balances.get("last_updated_datetime")) if isinstance(balances, Mapping) else None


def _balance_in_real_time(context: CheckContext) -> Iterator[CheckResult]:
    item = context.expectation.item
    for path, account in context.accounts:
        account_id = str(account.get("account_id"))
        cached = None if item is None else item.accounts.get(account_id)
        if cached and account_id in context.test_data.moved:
            live = account.get("balances") != cached.get("balances")
            expected = "other balances: they have changed at the institution since"
            yield expect(live, f"{path}.balances", "the balances of /accounts/get", expected)


def _balance_age_kept(context: CheckContext) -> Iterator[CheckResult]:
    item, options = context.expectation.item, context.sent.get("options")
    earliest = timestamp(options.get("min_last_updated_datetime")) if isinstance(options, Mapping) else None
    if item is None or earliest is None or not _is_dated(item):
        return
    for path, account in context.accounts:
        if account.get("type") != "depository":
            updated = _updated(account)
            got = "no date-time" if updated is None else updated.isoformat()
            recent = updated is not None and updated >= earliest
            yield expect(recent, f"{path}.balances.last_updated_datetime", got, f"{earliest.isoformat()} or later")


CHECKS: Final[Mapping[str, Check]] = {
    "balance-in-real-time": _balance_in_real_time,
    "balance-age-kept": _balance_age_kept,
}
