"""The filter `options.account_ids`."""

import pytest

from meta.reference_server.caller import Caller
from plaid_accounts_contract.reference_server import data
from plaid_accounts_contract.reference_server.portfolio import PORTFOLIO

IDS = data.EVERYDAY.account_ids()
UNKNOWN = ("INVALID_ACCOUNT_ID", "failed to find requested account ID for requested item")


def _shown(caller: Caller, ids: list[str]) -> list[str]:
    return [account["account_id"] for account in caller.get_accounts(data.EVERYDAY, ids)["accounts"]]


def _filtered(ids: object) -> dict[str, object]:
    return {"access_token": data.EVERYDAY.access_token, "options": {"account_ids": ids}}


@pytest.mark.parametrize("ids", [IDS[:1], IDS[-1:], IDS[1:4], IDS], ids=["first", "last", "some", "all"])
def test_the_filter_gives_exactly_the_accounts_asked_for(caller: Caller, ids: list[str]) -> None:
    """One id, several or all give those accounts and no other."""
    assert _shown(caller, ids) == ids


def test_the_order_of_the_ids_does_not_matter(caller: Caller) -> None:
    """Accounts come in the Item's own order."""
    assert _shown(caller, IDS[::-1]) == IDS


def test_an_id_asked_for_twice_gives_one_account(caller: Caller) -> None:
    """Duplicates in the filter do not repeat an account."""
    assert _shown(caller, [IDS[0], IDS[2], IDS[0], IDS[0]]) == [IDS[0], IDS[2]]


def test_a_large_item_is_filtered(caller: Caller) -> None:
    """Every second account of the portfolio, asked for out of order, comes back and no other."""
    wanted = sorted(PORTFOLIO.account_ids())[::2]
    body = caller.get_accounts(PORTFOLIO, wanted)
    assert {account["account_id"] for account in body["accounts"]} == set(wanted)
    assert len(body["accounts"]) == len(wanted) > 40


def test_empty_options_do_not_filter(caller: Caller) -> None:
    """Options without account_ids give all accounts."""
    response = caller.post({"access_token": data.EVERYDAY.access_token, "options": {}})
    assert [account["account_id"] for account in response.json()["accounts"]] == IDS


@pytest.mark.parametrize(
    "stranger",
    [
        "unknown",
        data.EVERYDAY.closed_accounts[0].account_id,
        data.BUSINESS.accounts[0].account_id,
        data.EVERYDAY.details.item_id,
        IDS[0].swapcase(),
        IDS[0] + " ",
        IDS[0][:-1],
        "x" * 100_000,
        "\x00",
        "\ud800",
        "é" * 37,
    ],
    ids=["unknown", "closed", "other-item", "item", "case", "space", "prefix", "long", "nul", "surrogate", "non-ascii"],
)
def test_an_id_that_is_no_open_account_of_the_item_refuses_the_request(caller: Caller, stranger: str) -> None:
    """An unknown, closed, foreign or altered id is refused, alone and among known ones."""
    assert caller.refused(_filtered([stranger])) == UNKNOWN
    assert caller.refused(_filtered([*IDS, stranger])) == UNKNOWN


def test_a_thousand_ids_are_looked_up(caller: Caller) -> None:
    """A filter far longer than the Item is answered as a short one would be."""
    assert _shown(caller, IDS * 150) == IDS
    assert caller.refused(_filtered([f"{IDS[0]}{number}" for number in range(1000)])) == UNKNOWN


@pytest.mark.parametrize("ids", [None, [], "", IDS[0], {"0": IDS[0]}, 0, True, [None], [""], [1], [IDS[0], None], [[]]])
def test_a_filter_of_another_type_is_refused(caller: Caller, ids: object) -> None:
    """A filter that is null, empty, no array or holds anything but ids is an INVALID_FIELD."""
    message = "options.account_ids must be a non-empty array of valid account ids"
    assert caller.refused(_filtered(ids)) == ("INVALID_FIELD", message)
