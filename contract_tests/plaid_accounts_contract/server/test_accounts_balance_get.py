"""Balances in real time: filters as in /accounts/get, and how old a balance may be where it is not to be had at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest

from plaid_accounts_contract.checks import neighbours
from plaid_accounts_contract.checks.baseline import ItemBaseline
from plaid_accounts_contract.runner import current_run, operations
from plaid_accounts_contract.server.requests import in_each_mode, neighbour, send, swap_case
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire.exchange import Request
from plaid_accounts_contract.wire.timestamps import instant, now

RUN = current_run.current()
OFFERED: Final = {operation.id: operation for operation in operations.available(RUN)}

pytestmark = [
    pytest.mark.additional,
    pytest.mark.skipif(neighbours.BALANCE not in OFFERED, reason="/accounts/balance/get is not offered"),
]

OLD: Final = "1999-12-31T00:00:00Z"


def request(mode: Mode, item: ItemBaseline, purpose: str, **options: Any) -> Request:
    """Write a request for the accounts of an Item."""
    builder = operations.builder(RUN, OFFERED[neighbours.BALANCE])
    fields = {"access_token": item.access_token, **({"options": options} if options else {})}
    return builder.request(mode, fields, purpose=purpose)


@in_each_mode
def test_every_item_is_read(mode: Mode) -> None:
    """The accounts of each token's Item are listed, with and without a word on their age."""
    for item in RUN.test_data.items:
        send([request(mode, item, "all accounts"), request(mode, item, "any age", min_last_updated_datetime=OLD)])


@in_each_mode
def test_exactly_the_accounts_asked_for_are_listed(mode: Mode) -> None:
    """A filter gives the accounts that it names."""
    for item in RUN.test_data.items:
        send(_filtered(mode, item, ids) for ids in _choices(item.account_ids))


def _choices(ids: tuple[str, ...]) -> list[list[str]]:
    return [list(ids[:1]), list(ids[-1:]), list(ids[::-1]), list(ids[1:3])] if len(ids) > 1 else [list(ids)]


def _filtered(mode: Mode, item: ItemBaseline, ids: list[str]) -> Request:
    return request(
        mode, item, f"a filter of {len(ids)} ids", account_ids=[*dict.fromkeys(ids)], min_last_updated_datetime=OLD
    )


@in_each_mode
def test_an_account_that_the_item_does_not_have_is_refused(mode: Mode) -> None:
    """An id of another Item, of a closed account, of none, or in another case refuses the whole request."""
    item = RUN.test_data.primary
    others = [entry for other in RUN.test_data.items[1:] for entry in other.account_ids][:1]
    known = item.account_ids[0]
    wrong = [neighbour(known), known[:-1], swap_case(known), "none", "x" * 10_000, *item.closed, *others]
    send(
        request(mode, item, "a filter with an id that is not the Item's", account_ids=ids)
        for entry in wrong
        if entry not in item.accounts
        for ids in ([entry], [known, entry])
    )
    send([request(mode, item, "a filter of very many ids", account_ids=[known, *(f"none-{n}" for n in range(1000))])])


@in_each_mode
def test_a_filter_is_a_list_of_ids(mode: Mode) -> None:
    """Anything else as account_ids refuses the request."""
    item = RUN.test_data.primary
    wrong: tuple[Any, ...] = (item.account_ids[0], None, 5, {}, [None], [5], [[item.account_ids[0]]])
    send(request(mode, item, "a filter that is no list of ids", account_ids=value) for value in wrong)


@in_each_mode
def test_the_age_of_a_balance_is_heeded_where_it_counts(mode: Mode) -> None:
    """Without an age, with one that nothing meets, and with one that every balance meets, as far as it is asked for."""
    for item in RUN.test_data.items:
        send(_ages(mode, item))


def _ages(mode: Mode, item: ItemBaseline) -> Iterator[Request]:
    future = (now() + timedelta(days=30)).isoformat()
    ages = {"long past": OLD, "in another zone": "2001-05-05T05:05:05.5+05:00", "future": future, **_known_ages(item)}
    for kind, age in ages.items():
        yield request(mode, item, f"an age: {kind}", min_last_updated_datetime=age)
        for account in item.account_ids[:3]:
            yield request(
                mode, item, f"an age: {kind}, one account", min_last_updated_datetime=age, account_ids=[account]
            )
    yield from (request(mode, item, "no age, one account", account_ids=[entry]) for entry in item.account_ids[:3])


def _known_ages(item: ItemBaseline) -> dict[str, str]:
    """Return the first instant at which a balance was updated, where any says so: the latest age that all of them meet."""
    balances = [account.get("balances") for account in item.accounts.values() if account]
    known = [str(entry.get("last_updated_datetime")) for entry in balances if isinstance(entry, dict)]
    dated = {found: text for text in known if (found := instant(text)) is not None}
    return {"that of the oldest balance": dated[min(dated)]} if dated else {}


@in_each_mode
def test_an_age_that_is_no_instant_is_refused(mode: Mode) -> None:
    """What is no date-time with offset refuses the request, also where the age does not count."""
    odd = ("", "yesterday", "2026-10-01", "2026-10-01T00:00:00", "2026-02-30T00:00:00Z", 1_790_000_000, None, [OLD])
    for item in RUN.test_data.items[:3]:
        send(request(mode, item, "an age that is no instant", min_last_updated_datetime=age) for age in odd)


@pytest.mark.skipif(not RUN.test_data.failing, reason="no tokens of failing Items are known (CONTRACT_ERROR_TOKENS)")
def test_failing_items_answer_their_error() -> None:
    """An Item that is known to fail answers its error, the errors of this operation included."""
    builder = operations.builder(RUN, OFFERED[neighbours.BALANCE])
    for token, code in RUN.test_data.failing.items():
        send(
            builder.valid(mode, access_token=token, purpose=f"an Item that fails with {code}")
            for mode in RUN.settings.modes
        )
