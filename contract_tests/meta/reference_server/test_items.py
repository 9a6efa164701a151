"""The Items of the reference world, as the server shows them."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from meta.reference_server import contract_schemas
from meta.reference_server.caller import Caller
from plaid_accounts_contract.reference_server import data, reference_world
from plaid_accounts_contract.reference_server.everything import EVERYTHING
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.portfolio import PORTFOLIO

LINKED = [item for item in reference_world().items.values() if item.failure is None]
by_title = pytest.mark.parametrize("item", LINKED, ids=lambda item: item.title.split(" ")[0])


@pytest.fixture(scope="module")
def answers(caller: Caller) -> list[dict[str, Any]]:
    """Give the 200 of each Item."""
    return [caller.get_accounts(item) for item in LINKED]


@pytest.fixture(scope="module")
def accounts(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give every account that the server shows."""
    return [account for answer in answers for account in answer["accounts"]]


@by_title
def test_every_item_is_shown_with_its_open_accounts(caller: Caller, item: Item) -> None:
    """Each Item answers 200, valid against the contract, with its own item and exactly its open accounts in order."""
    body = caller.get_accounts(item)
    assert body["item"]["item_id"] == item.details.item_id
    assert [account["account_id"] for account in body["accounts"]] == item.account_ids()


@by_title
def test_products_do_not_contradict_each_other(caller: Caller, item: Item) -> None:
    """No product is both available and billed, balance is never billed, and a billed product is in products."""
    shown = caller.get_accounts(item)["item"]
    assert not set(shown["available_products"]) & set(shown["billed_products"])
    assert "balance" not in shown["billed_products"]
    assert set(shown["billed_products"]) <= set(shown.get("products", shown["billed_products"]))


@by_title
def test_balances_are_dated_at_one_institution_only(caller: Caller, item: Item) -> None:
    """A last_updated_datetime that is not null occurs exactly at ins_128026."""
    body = caller.get_accounts(item)
    dated = [account["balances"].get("last_updated_datetime") is not None for account in body["accounts"]]
    assert all(dated) if body["item"].get("institution_id") == "ins_128026" else not any(dated)


@by_title
def test_the_item_has_no_error(caller: Caller, item: Item) -> None:
    """The error of an Item in a 200 is null."""
    assert caller.get_accounts(item)["item"]["error"] is None


def test_a_closed_account_is_not_shown(caller: Caller) -> None:
    """The everyday Item has a closed account, and the server does not list it."""
    closed = {account.account_id for account in data.EVERYDAY.closed_accounts}
    shown = {account["account_id"] for account in caller.get_accounts(data.EVERYDAY)["accounts"]}
    assert closed
    assert not closed & shown


def test_account_ids_are_unique_in_the_world() -> None:
    """No id stands for two accounts, open or closed, of whatever Item."""
    ids = [account.account_id for item in LINKED for account in (*item.accounts, *item.closed_accounts)]
    assert len(ids) == len(set(ids)) > 100


def test_two_accounts_differ_in_the_case_of_their_id_only(caller: Caller) -> None:
    """The portfolio holds two accounts that a server without regard to case would take for one."""
    ids = [account["account_id"] for account in caller.get_accounts(PORTFOLIO)["accounts"]]
    assert len({entry.lower() for entry in ids}) == len(ids) - 1


def test_limited_purpose_checking_shows_no_balance(caller: Caller) -> None:
    """A limited purpose checking account has neither available nor current."""
    (account,) = caller.get_accounts(data.LIMITED)["accounts"]
    assert account["subtype"] == "limited purpose checking"
    assert (account["balances"]["available"], account["balances"]["current"]) == (None, None)


def test_every_other_account_shows_a_balance(accounts: list[dict[str, Any]]) -> None:
    """Where current is null, available is not, except for limited purpose checking."""
    silent = [
        account["subtype"]
        for account in accounts
        if account["balances"]["current"] is None and account["balances"]["available"] is None
    ]
    assert set(silent) == {"limited purpose checking"}
    assert any(account["balances"]["current"] is None for account in accounts if account["subtype"] is None)


def test_the_minimal_item_has_required_properties_only(caller: Caller) -> None:
    """The minimal Item leaves out every optional property and is null wherever the contract lets it be."""
    schemas = contract_schemas.document()["components"]["schemas"]
    body = caller.get_accounts(data.MINIMAL)
    assert sorted(body["item"]) == sorted(schemas["Item"]["required"])
    for account in body["accounts"]:
        assert sorted(account) == sorted(schemas["Account"]["required"])
        assert sorted(account["balances"]) == sorted(schemas["AccountBalances"]["required"])
        assert account["mask"] is account["official_name"] is account["subtype"] is None
        assert account["balances"]["iso_currency_code"] is account["balances"]["unofficial_currency_code"] is None


def test_one_item_leaves_nothing_out(caller: Caller) -> None:
    """Every property of the item, the account, its balances and insights stands in one answer."""
    schemas = contract_schemas.document()["components"]["schemas"]
    body = caller.get_accounts(EVERYTHING)
    account = body["accounts"][0]
    shown = {
        "Item": body["item"],
        "Account": account,
        "AccountBalances": account["balances"],
        "AccountVerificationInsights": account["verification_insights"],
        "AccountVerificationInsightsNetworkStatus": account["verification_insights"]["network_status"],
        "AccountVerificationInsightsPreviousReturns": account["verification_insights"]["previous_returns"],
    }
    assert {name: sorted(value) for name, value in shown.items()} == {
        name: sorted(schemas[name]["properties"]) for name in shown
    }


def _values(value: Any) -> Iterator[object]:
    """Give every string, number, boolean and null inside a JSON value."""
    if isinstance(value, (dict, list)):
        for member in (
            cast("dict[str, Any]", value).values() if isinstance(value, dict) else cast("list[object]", value)
        ):
            yield from _values(member)
    else:
        yield value


# Values that no Item shows: payroll is a subtype of no type, and there are more methods than Items.
UNSEEN: dict[str, set[str]] = {
    "AccountSubtype": {"payroll"},
    "AccountType": set(),
    "VerificationStatus": set(),
    "AccountHolderCategory": set(),
    "AccountNumberFormat": set(),
    "Product": set(),
    "UpdateType": set(),
    "ItemAuthMethod": {"AUTOMATED_MICRODEPOSITS", "INSTANT_MICRODEPOSITS", "DATABASE_MATCH", "TRANSFER_MIGRATED"},
}


@pytest.mark.parametrize("schema", UNSEEN)
def test_listed_values_occur(answers: list[dict[str, Any]], schema: str) -> None:
    """Each value that the contract lists is shown by some Item, except those in UNSEEN."""
    assert contract_schemas.enum(schema) - set(_values(answers)) == UNSEEN[schema]


def test_every_subtype_occurs_with_each_of_its_types(accounts: list[dict[str, Any]]) -> None:
    """Each pair of type and subtype that the contract lists is shown, and no other pair."""
    listed = contract_schemas.document()["components"]["schemas"]["AccountType"]["x-subtypes"]
    pairs = {(kind, subtype) for kind, subtypes in listed.items() for subtype in subtypes}
    assert {(account["type"], account["subtype"]) for account in accounts if account["subtype"]} == pairs


def test_the_everyday_item_is_the_one_of_the_contracts_example(caller: Caller) -> None:
    """The accounts and the item in the contract's example of a 200 are those of the everyday Item."""
    operation = contract_schemas.document()["paths"]["/accounts/get"]["post"]
    (example,) = operation["responses"]["200"]["content"]["application/json"]["examples"].values()
    wanted = [account["account_id"] for account in example["value"]["accounts"]]
    body = caller.get_accounts(data.EVERYDAY, wanted)
    assert body["item"] == example["value"]["item"]
    for shown, listed in zip(body["accounts"], example["value"]["accounts"], strict=True):
        assert {name: shown[name] for name in listed} == listed


def test_the_contracts_requests_are_answered(caller: Caller) -> None:
    """Both request examples of the contract are answered with 200 by the reference server."""
    content = contract_schemas.document()["paths"]["/accounts/get"]["post"]["requestBody"]["content"]
    for example in content["application/json"]["examples"].values():
        body = example["value"]
        response = caller.post(body, {"Content-Type": "application/json"} if "secret" in body else None)
        assert response.status_code == 200, response.text
