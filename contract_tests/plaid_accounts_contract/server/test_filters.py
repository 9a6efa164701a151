"""options.account_ids: exactly the requested accounts, or the whole request is refused."""

from collections.abc import Iterator

import pytest

from plaid_accounts_contract.checks.baseline import ItemBaseline
from plaid_accounts_contract.redaction.near_misses import DERIVED_IDS, wrong_values
from plaid_accounts_contract.server.requests import BUILDER, DATA, PRIMARY, in_each_mode, send
from plaid_accounts_contract.settings import Mode


def _filters(item: ItemBaseline) -> Iterator[tuple[str, tuple[str, ...]]]:
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
    """A filter returns the requested accounts, each once, and no others."""
    for item in DATA.items:
        send(
            BUILDER.valid(mode, ids, access_token=item.access_token, purpose=f"filter: {kind}")
            for kind, ids in _filters(item)
        )


@in_each_mode
def test_a_request_without_filter_lists_every_open_account(mode: Mode) -> None:
    """No options, and options without a filter, both return all accounts."""
    empty = BUILDER.request(mode, {**BUILDER.fields(), "options": {}}, purpose="empty options")
    send([BUILDER.valid(mode, purpose="no options"), empty])


@in_each_mode
def test_what_plaid_leaves_open_gets_a_documented_response(mode: Mode) -> None:
    """An empty filter and a duplicate id return accounts or a documented error."""
    one = PRIMARY.account_ids[0]
    filters = {
        "empty filter": (),
        "one id twice": (one, one),
        "all ids, one of them twice": (*PRIMARY.account_ids, one),
    }
    send(BUILDER.valid(mode, ids, purpose=purpose) for purpose, ids in filters.items())


def _unknown() -> Iterator[tuple[str, str]]:
    one = PRIMARY.account_ids[0]
    # An id with letters, if there is one, to change their case.
    lettered = (entry for entry in PRIMARY.account_ids[:DERIVED_IDS] if entry.upper() != entry.lower())
    yield from ((how, miss) for how, miss in wrong_values(next(lettered, one)).items() if miss not in PRIMARY.accounts)
    yield "of no form", "0"
    if PRIMARY.item_id:
        yield "the item_id", PRIMARY.item_id
    yield "two ids in one", ",".join(PRIMARY.account_ids[:2])
    yield "not ASCII", "Zürich\U0001f3e6"
    yield "very long", "x" * 10_000


@in_each_mode
def test_an_unknown_id_refuses_the_request(mode: Mode) -> None:
    """A request with an id that is not an open account of the Item is rejected, alone or among known ids."""
    known = PRIMARY.account_ids
    for number, (kind, entry) in enumerate(_unknown()):
        among = [
            (" last", (*known[:2], entry)), (" in the middle", (known[0], entry, known[-1])), (" first", (entry, known[0])),
        ]  # fmt: skip
        places = [("", (entry,)), among[number % len(among)]]
        send(BUILDER.valid(mode, ids, purpose=f"unknown id{place}: {kind}") for place, ids in places)


def _other_names(item: ItemBaseline) -> Iterator[tuple[str, str]]:
    """Yield values that identify an account in some way, but are not an account_id."""
    yield from (("its position", str(position)) for position in range(2))
    for name in ("mask", "name", "persistent_account_id", "subtype"):
        values = (account.get(name) for account in item.accounts.values() if isinstance(account, dict))
        given = next((value for value in values if isinstance(value, str) and value), None)
        if given is not None:
            yield f"its {name}", given


@in_each_mode
def test_an_account_is_known_by_its_id_alone(mode: Mode) -> None:
    """Mask, name, position and other properties of an account are not accepted as its id."""
    for item in DATA.items:
        send(
            BUILDER.valid(mode, (name,), access_token=item.access_token, purpose=f"an account by {kind}")
            for kind, name in _other_names(item)
            if name not in item.accounts
        )


@in_each_mode
def test_a_thousand_ids_are_no_trouble(mode: Mode) -> None:
    """A thousand unknown ids are refused, and a thousand known ones get a documented response."""
    unknown = tuple(f"unknown{number:04d}" for number in range(1000))
    known = (PRIMARY.account_ids * 1000)[:1000]
    filters = {"a thousand unknown ids": unknown, "a thousand known ids": known}
    send(BUILDER.valid(mode, ids, purpose=purpose) for purpose, ids in filters.items())


@in_each_mode
def test_another_items_account_is_unknown(mode: Mode) -> None:
    """A token opens the accounts of its own Item only."""
    other = next((item for item in DATA.items[1:] if item.accounts), None)
    if other is None:
        pytest.skip("no account of another Item is known (CONTRACT_OTHER_ACCESS_TOKEN)")
    own, foreign = PRIMARY.account_ids[0], other.account_ids[0]
    send(
        [
            BUILDER.valid(mode, (foreign,), purpose="another Item's account"),
            BUILDER.valid(mode, (own, foreign), purpose="own and another Item's account"),
            BUILDER.valid(mode, (own,), access_token=other.access_token, purpose="the first Item's account"),
        ]
    )


@in_each_mode
def test_a_closed_account_is_unknown(mode: Mode) -> None:
    """A closed account is neither listed nor returned for its id."""
    if not PRIMARY.closed:
        pytest.skip("no closed account is known (CONTRACT_CLOSED_ACCOUNT_ID)")
    own, closed = PRIMARY.account_ids[0], PRIMARY.closed[0]
    filters = {"a closed account": (closed,), "an open and a closed account": (own, closed)}
    send(BUILDER.valid(mode, ids, purpose=purpose) for purpose, ids in filters.items())
