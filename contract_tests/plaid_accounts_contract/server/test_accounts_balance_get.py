"""/accounts/balance/get: filters as in /accounts/get, and the age of balances that are not available in real time."""

from collections.abc import Iterator
from typing import Any, Final

from plaid_accounts_contract.checks.balance import OPERATION
from plaid_accounts_contract.checks.baseline import ItemBaseline
from plaid_accounts_contract.redaction.near_misses import wrong_values
from plaid_accounts_contract.server.requests import (
    DATA,
    MODES,
    OFFERED,
    PRIMARY,
    if_failing_items_are_known,
    in_each_mode,
    of_operation,
    send,
)  # fmt: skip
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire.exchange import Request
from plaid_accounts_contract.wire.strict_json import timestamp

pytestmark = of_operation(OPERATION)

OLD: Final = "1999-12-31T00:00:00Z"
FUTURE: Final = "2199-12-31T00:00:00Z"


def _request(mode: Mode, item: ItemBaseline, purpose: str, **options: Any) -> Request:
    fields = {"access_token": item.access_token, **({"options": options} if options else {})}
    return OFFERED[OPERATION].request(mode, fields, purpose=purpose)


@in_each_mode
def test_every_item_is_read(mode: Mode) -> None:
    """Each token returns the accounts of its Item, with and without an age."""
    for item in DATA.items:
        send([_request(mode, item, "all accounts"), _request(mode, item, "any age", min_last_updated_datetime=OLD)])


@in_each_mode
def test_a_filter_is_applied(mode: Mode) -> None:
    """A filter returns the accounts that it names, and no others."""
    for item in DATA.items:
        all_ids = item.account_ids
        filters = [all_ids[:1], all_ids[-1:], all_ids[::-1], all_ids[1:3]] if len(all_ids) > 1 else [all_ids]
        send(
            _request(mode, item, f"a filter of {len(ids)} ids", account_ids=list(ids), min_last_updated_datetime=OLD)
            for ids in filters
        )


@in_each_mode
def test_an_unknown_account_is_refused(mode: Mode) -> None:
    """An id of another Item, of a closed account, of none, or in another letter case: the whole request is rejected."""
    others = [entry for other in DATA.items[1:] for entry in other.account_ids][:1]
    known = PRIMARY.account_ids[0]
    wrong = [*PRIMARY.closed, *others, "none", "x" * 10_000, *wrong_values(known).values()]
    send(
        _request(mode, PRIMARY, "a filter with an id that is not the Item's", account_ids=ids)
        for entry in wrong
        if entry not in PRIMARY.accounts
        for ids in ([entry], [known, entry])
    )
    many = [known, *(f"none-{number}" for number in range(1000))]
    send([_request(mode, PRIMARY, "a filter of very many ids", account_ids=many)])


@in_each_mode
def test_a_filter_is_a_list_of_ids(mode: Mode) -> None:
    """A request with anything else as account_ids is rejected."""
    known = PRIMARY.account_ids[0]
    wrong: tuple[Any, ...] = (known, None, 5, {}, [None], [5], [[known]])
    send(_request(mode, PRIMARY, "a filter that is not a list of ids", account_ids=value) for value in wrong)


@in_each_mode
def test_the_age_of_a_balance_counts(mode: Mode) -> None:
    """An age is missing, met by no balance or met by all, for all accounts and for one."""
    for item in DATA.items:
        send(_ages(mode, item))


def _ages(mode: Mode, item: ItemBaseline) -> Iterator[Request]:
    ages = {"long past": OLD, "in another zone": "2001-05-05T05:05:05.5+05:00", "future": FUTURE, **_oldest(item)}
    few = [[account] for account in item.account_ids[:3]]
    for kind, age in ages.items():
        yield _request(mode, item, f"an age: {kind}", min_last_updated_datetime=age)
        for ids in few:
            yield _request(mode, item, f"an age: {kind}, one account", min_last_updated_datetime=age, account_ids=ids)
    yield from (_request(mode, item, "no age, one account", account_ids=ids) for ids in few)


def _oldest(item: ItemBaseline) -> dict[str, str]:
    """Return the latest age that all balances of an Item meet, if any balance has one."""
    balances = [account.get("balances") for account in item.accounts.values() if account]
    known = [str(entry.get("last_updated_datetime")) for entry in balances if isinstance(entry, dict)]
    dated = {found: text for text in known if (found := timestamp(text)) is not None}
    return {"that of the oldest balance": dated[min(dated)]} if dated else {}


@in_each_mode
def test_an_invalid_age_is_refused(mode: Mode) -> None:
    """A request with anything but a date-time with offset is rejected, even where the age does not count."""
    odd = ("", "yesterday", "2026-10-01", "2026-10-01T00:00:00", "2026-02-30T00:00:00Z", 1_790_000_000, None, [OLD])
    for item in DATA.items[:3]:
        send(_request(mode, item, "an age that is no date-time", min_last_updated_datetime=age) for age in odd)


@if_failing_items_are_known
def test_failing_items_respond_with_their_error() -> None:
    """An Item that is known to fail returns its error, the errors of this operation included."""
    for token, code in DATA.failing.items():
        send(
            OFFERED[OPERATION].valid(mode, access_token=token, purpose=f"an Item that fails with {code}")
            for mode in MODES
        )
