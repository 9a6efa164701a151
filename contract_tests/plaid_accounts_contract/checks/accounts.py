"""Checks of responses with an Item and its accounts."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from plaid_accounts_contract.checks import messages
from plaid_accounts_contract.checks.baseline import ItemBaseline
from plaid_accounts_contract.checks.context import Check, CheckContext, CheckResult, Failed, expect
from plaid_accounts_contract.wire.exchange import MISSING
from plaid_accounts_contract.wire.strict_json import timestamp

# Capital One: https://plaid.com/docs/api/accounts/ documents last_updated_datetime for this institution alone.
DATED_INSTITUTION: Final = "ins_128026"


def _others(context: CheckContext) -> list[ItemBaseline]:
    """Return the other Items that a response could be mixed up with."""
    known = context.expectation.item
    return [item for item in context.test_data.items if item is not known and (item.item or item.accounts)]


def _own_item_only(context: CheckContext) -> Iterator[CheckResult]:
    known, others = context.expectation.item, _others(context)
    if known is None or context.item is None or not others:
        return
    item_id = context.item.get("item_id")
    if known.item_id is not None:
        own = item_id == known.item_id and item_id not in {item.item_id for item in others}
        yield expect(own, "item.item_id", messages.describe(item_id), "the item_id of the token's Item")
    foreign = {entry for item in others for entry in item.account_ids}
    for path, account in context.accounts:
        if str(account.get("account_id")) in foreign:
            yield Failed(f"{path}.account_id", "an account of another Item", "accounts of the token's Item only")


def _account_ids_filter(context: CheckContext) -> Iterator[CheckResult]:
    known, wanted = context.expectation.item, context.expectation.account_ids
    if not context.has_accounts or context.expectation.binding or wanted == ():
        return  # Plaid does not document the result of an empty filter.
    if wanted is None and known is None:
        return
    expected = set(wanted if wanted is not None else known.account_ids if known is not None else ())
    got = set(context.account_ids)
    several = messages.count(len(expected), "account")
    right = f"exactly the {several} " + ("of the Item" if wanted is None else "requested")
    unexpected = messages.count(len(got - expected), "unexpected account")
    # A server that ignores filters gets a filter of all accounts right.
    selective = known is not None and expected < set(known.accounts)
    if selective or got != expected:
        yield expect(got == expected, "accounts", f"{unexpected}, {len(expected - got)} missing", right)


def _account_ids_unique(context: CheckContext) -> Iterator[CheckResult]:
    if context.has_accounts:
        ids = context.account_ids
        first = {entry: index for index, entry in reversed([*enumerate(ids)])}
        twice = next((index for index, entry in enumerate(ids) if first[entry] != index), None)
        yield expect(twice is None, f"accounts[{twice}].account_id", "a duplicate account_id", "each account once")


def _active_accounts_only(context: CheckContext) -> Iterator[CheckResult]:
    known = context.expectation.item
    if known is not None and known.closed:
        for path, account in context.accounts:
            closed = account.get("account_id") in known.closed
            yield expect(not closed, f"{path}.account_id", "a closed account", "open accounts only")


def _stable_answer(context: CheckContext) -> Iterator[CheckResult]:
    known = context.expectation.item
    if known is None or context.item is None:
        return
    if known.item and (context.item.get("item_id") == known.item_id or not _others(context)):
        yield _same(known.item, context.item, "item")
    for path, account in context.accounts:
        before = known.accounts.get(str(account.get("account_id")))
        if before is not None:
            yield _same(before, account, path)


def _same(before: Any, now: Any, path: str) -> CheckResult:
    # Equal but for true and 1, which a schema tells apart: the usual case, found at once.
    difference = None if before == now else _difference(before, now, path)
    if difference is None:
        return None
    where, first, second = difference
    return Failed(where, messages.describe(second), f"as in the first response: {messages.describe(first)}")


def _difference(before: Any, now: Any, path: str) -> tuple[str, Any, Any] | None:
    if isinstance(before, dict) and isinstance(now, dict):
        inner = (_difference(before.get(key, MISSING), now.get(key, MISSING), f"{path}.{key}") for key in before | now)
        return next(filter(None, inner), None)
    same = before == now and isinstance(before, bool) == isinstance(now, bool)
    # The same time may be written with another offset.
    return None if same or timestamp(before) == timestamp(now) is not None else (path, before, now)


def _subtype_of_type(context: CheckContext) -> Iterator[CheckResult]:
    listed = context.contract.at(("components", "schemas", "AccountType", "x-subtypes"))
    known = context.contract.at(("components", "schemas", "AccountSubtype", "enum"))
    for path, account in context.accounts:
        kind, subtype = account.get("type"), account.get("subtype")
        # A subtype that is listed nowhere violates the schema already.
        if isinstance(kind, str) and kind in listed and subtype in known:
            right = subtype in listed[kind]
            yield expect(right, f"{path}.subtype", f"{subtype!r} with type {kind!r}", f"a subtype listed for {kind!r}")


def _last_updated_institution(context: CheckContext) -> Iterator[CheckResult]:
    institution = None if context.item is None else context.item.get("institution_id")
    for path, account in context.accounts:
        balances = account.get("balances")
        if isinstance(balances, dict) and institution != DATED_INSTITUTION:
            where, time = f"{path}.balances.last_updated_datetime", balances.get("last_updated_datetime")
            yield expect(time is None, where, f"a time at {institution}", "null or absent")


def _balance_known(context: CheckContext) -> Iterator[CheckResult]:
    if context.item is None or context.item.get("institution_id") is None:
        return
    for path, account in context.accounts:
        balances = account.get("balances")
        if isinstance(balances, dict) and account.get("subtype") != "limited purpose checking":
            known = any(balances.get(name) is not None for name in ("available", "current"))
            yield expect(known, f"{path}.balances", "neither available nor current", "available or current")


def _products_disjoint(context: CheckContext) -> Iterator[CheckResult]:
    if context.item is not None:
        available, billed = (context.item.get(f"{kind}_products") for kind in ("available", "billed"))
        if isinstance(available, list) and isinstance(billed, list):
            both = [str(product) for product in available if product in billed]
            got = f"{messages.listing(both)} in both lists"
            yield expect(not both, "item.available_products", got, "each product in one list")


def _balance_never_billed(context: CheckContext) -> Iterator[CheckResult]:
    billed = None if context.item is None else context.item.get("billed_products")
    if isinstance(billed, list):
        yield expect("balance" not in billed, "item.billed_products", "balance", "products other than balance")


def _item_error_null(context: CheckContext) -> Iterator[CheckResult]:
    if context.item is not None and "error" in context.item:
        error = context.item["error"]
        yield expect(error is None, "item.error", messages.describe(error), "null")


def _item_error_returned(context: CheckContext) -> Iterator[CheckResult]:
    failure = context.expectation.failure
    if failure is not None and not context.expectation.reasons and not context.limited_instead:
        got = context.error_code or f"status {context.status}"
        yield expect(context.error_code == failure and not context.accepted, "", got, f"the error {failure}")


CHECKS: Final[Mapping[str, Check]] = {
    "own-item-only": _own_item_only,
    "account-ids-filter": _account_ids_filter,
    "account-ids-unique": _account_ids_unique,
    "active-accounts-only": _active_accounts_only,
    "stable-answer": _stable_answer,
    "subtype-of-type": _subtype_of_type,
    "last-updated-institution": _last_updated_institution,
    "balance-known": _balance_known,
    "products-disjoint": _products_disjoint,
    "balance-never-billed": _balance_never_billed,
    "item-error-null": _item_error_null,
    "item-error-returned": _item_error_returned,
}
