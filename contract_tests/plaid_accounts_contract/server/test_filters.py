"""options.account_ids: exactly what is asked for, or a refusal of the whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from plaid_accounts_contract.checks.baseline import ItemBaseline
from plaid_accounts_contract.server.requests import BUILDER, RUN, altered, in_each_mode, neighbour, send, swap_case
from plaid_accounts_contract.settings import Mode

SUBJECT = RUN.test_data
PRIMARY = SUBJECT.primary


def _sound(item: ItemBaseline) -> Iterator[tuple[str, tuple[str, ...]]]:
    ids = item.account_ids
    yield from ((f"account {number} of {len(ids)}", (entry,)) for number, entry in enumerate(ids[:20], 1))
    yield "all", ids
    yield "all, last first", ids[::-1]
    if len(ids) > 1:
        yield "first and last", (ids[0], ids[-1])
        yield "all but the first", ids[1:]
        yield "every other one", ids[::2]


@in_each_mode
def test_a_filter_is_obeyed(mode: Mode) -> None:
    """The accounts asked for are listed, each once, and no others."""
    for item in SUBJECT.items:
        send(
            BUILDER.valid(mode, ids, access_token=item.access_token, purpose=f"filter: {kind}")
            for kind, ids in _sound(item)
        )


@in_each_mode
def test_a_request_without_filter_lists_every_open_account(mode: Mode) -> None:
    """No options, and options without a filter, both stand for all accounts."""
    fields = BUILDER.fields()
    send(
        [
            BUILDER.valid(mode, purpose="no options"),
            BUILDER.request(mode, {**fields, "options": {}}, purpose="empty options"),
        ]
    )


@in_each_mode
def test_what_plaid_leaves_open_gets_a_documented_answer(mode: Mode) -> None:
    """An empty filter and a repeated id are answered with accounts or with a documented error."""
    one = PRIMARY.account_ids[0]
    send(
        [
            BUILDER.valid(mode, (), purpose="empty filter"),
            BUILDER.valid(mode, (one, one), purpose="one id twice"),
            BUILDER.valid(mode, (*PRIMARY.account_ids, one), purpose="all ids, one of them twice"),
        ]
    )


def _unknown() -> Iterator[tuple[str, str]]:
    one = PRIMARY.account_ids[0]
    yield "last character changed", neighbour(one)
    yield "first character changed", altered(one, 0)
    yield "a character in the middle changed", altered(one, len(one) // 2)
    yield "a prefix", one[:-1]
    yield "one character more", one + "0"
    yield "with a space", one + " "
    yield "of no form", "0"
    if PRIMARY.item_id:
        yield "the item_id", PRIMARY.item_id
    yield "two ids in one", ",".join(PRIMARY.account_ids[:2])
    yield "a pattern", "%"
    yield "not ASCII", "Zürich\U0001f3e6"
    yield "with NUL", one + "\0"
    yield "very long", "x" * 10_000
    for entry in PRIMARY.account_ids:
        if swap_case(entry) != entry and swap_case(entry) not in PRIMARY.accounts:
            yield "another case", swap_case(entry)
            yield "upper case", entry.upper() if entry.upper() != entry else entry.lower()
            break


@in_each_mode
def test_an_unknown_id_refuses_the_request(mode: Mode) -> None:
    """An id that is not an open account of the Item refuses the request, alone or beside known ones."""
    known = PRIMARY.account_ids
    for kind, entry in _unknown():
        send(
            [
                BUILDER.valid(mode, (entry,), purpose=f"unknown id: {kind}"),
                BUILDER.valid(mode, (*known[:2], entry), purpose=f"unknown id last: {kind}"),
                BUILDER.valid(mode, (known[0], entry, known[-1]), purpose=f"unknown id in the middle: {kind}"),
                BUILDER.valid(mode, (entry, known[0]), purpose=f"unknown id first: {kind}"),
            ]
        )


def _other_names(item: ItemBaseline) -> Iterator[tuple[str, str]]:
    """Yield what stands for an account in some way, and is no account_id."""
    yield from (("its position", str(position)) for position in range(2))
    for name in ("mask", "name", "persistent_account_id", "subtype"):
        shown = (account.get(name) for account in item.accounts.values() if isinstance(account, dict))
        given = next((value for value in shown if isinstance(value, str) and value), None)
        if given is not None:
            yield f"its {name}", given


@in_each_mode
def test_an_account_is_known_by_its_id_alone(mode: Mode) -> None:
    """Mask, name, position and whatever else an account has do not stand for its id."""
    for item in SUBJECT.items:
        send(
            BUILDER.valid(mode, (name,), access_token=item.access_token, purpose=f"an account by {kind}")
            for kind, name in _other_names(item)
            if name not in item.accounts
        )


@in_each_mode
def test_a_thousand_ids_are_no_trouble(mode: Mode) -> None:
    """A thousand unknown ids are refused, and a thousand known ones (with repetition) get a documented answer."""
    many = tuple(f"unknown{number:04d}" for number in range(1000))
    known = PRIMARY.account_ids
    send(
        [
            BUILDER.valid(mode, many, purpose="a thousand unknown ids"),
            BUILDER.valid(mode, (known * 1000)[:1000], purpose="a thousand known ids"),
        ]
    )


@in_each_mode
def test_another_items_account_is_unknown(mode: Mode) -> None:
    """A token opens the accounts of its own Item, whoever else's ids are named."""
    other = next((item for item in SUBJECT.items[1:] if item.accounts), None)
    if other is None:
        pytest.skip("no account of another Item is known (CONTRACT_OTHER_ACCESS_TOKEN)")
    send(
        [
            BUILDER.valid(mode, other.account_ids[:1], purpose="another Item's account"),
            BUILDER.valid(
                mode, (PRIMARY.account_ids[0], other.account_ids[0]), purpose="own and another Item's account"
            ),
            BUILDER.valid(
                mode, PRIMARY.account_ids[:1], access_token=other.access_token, purpose="the first Item's account"
            ),
        ]
    )


@in_each_mode
def test_a_closed_account_is_unknown(mode: Mode) -> None:
    """A closed account is neither listed nor to be had by its id."""
    if not PRIMARY.closed:
        pytest.skip("no closed account is known (CONTRACT_CLOSED_ACCOUNT_ID)")
    closed = PRIMARY.closed[0]
    send(
        [
            BUILDER.valid(mode, (closed,), purpose="a closed account"),
            BUILDER.valid(mode, (PRIMARY.account_ids[0], closed), purpose="an open and a closed account"),
        ]
    )
