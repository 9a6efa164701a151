"""The data behind a server: the Items of the default dataset, and the rules that all data must follow."""

from collections.abc import Callable

import pytest
from attrs import evolve

from meta.reference_server.caller import CONTRACT, SECRET, Caller
from plaid_accounts_contract.reference_server import (
    Account,
    Balances,
    Credentials,
    Dataset,
    Item,
    ItemDetails,
    data,
    reference_dataset,
)
from plaid_accounts_contract.reference_server.data import ALL_FIELDS, ALL_SUBTYPES

ITEM = Item(access_token="access-sandbox-mine", title="mine", details=ItemDetails(item_id="item"))
ACCOUNT = Account(account_id="a", name="A", type="other", balances=Balances(current=1))


def test_every_item_is_shown_with_its_open_accounts(caller: Caller) -> None:
    """Each Item's 200 has its own item, without an error, and exactly its open accounts in order."""
    for item in (item for item in reference_dataset().items.values() if item.failure is None):
        body = caller.get_accounts(item)
        assert (body["item"]["item_id"], body["item"]["error"]) == (item.details.item_id, None)
        assert [account["account_id"] for account in body["accounts"]] == item.account_ids()


def test_the_dataset_has_the_accounts_that_servers_get_wrong(caller: Caller) -> None:
    """There are a closed account, one without balances, and two whose ids differ in case only."""
    assert data.EVERYDAY.closed_accounts
    (limited,) = caller.get_accounts(data.LIMITED)["accounts"]
    assert limited["subtype"] == "limited purpose checking"
    assert (limited["balances"]["available"], limited["balances"]["current"]) == (None, None)
    ids = ALL_SUBTYPES.account_ids()
    assert len({entry.lower() for entry in ids}) == len(ids) - 1


def test_one_item_has_required_properties_only(caller: Caller) -> None:
    """The minimal Item leaves out every optional property and is null wherever the contract allows it."""
    schemas = CONTRACT.document["components"]["schemas"]
    body = caller.get_accounts(data.MINIMAL)
    assert sorted(body["item"]) == sorted(schemas["Item"]["required"])
    for account in body["accounts"]:
        assert sorted(account) == sorted(schemas["Account"]["required"])
        assert sorted(account["balances"]) == sorted(schemas["AccountBalances"]["required"])
        assert account["mask"] is account["official_name"] is account["subtype"] is None
        assert account["balances"]["iso_currency_code"] is account["balances"]["unofficial_currency_code"] is None


def test_one_item_has_every_property(caller: Caller) -> None:
    """Every property of the item, the account, its balances and insights is in one response."""
    schemas = CONTRACT.document["components"]["schemas"]
    body = caller.get_accounts(ALL_FIELDS)
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


def test_the_everyday_item_is_the_one_of_the_contracts_example(caller: Caller) -> None:
    """The accounts and the item in the contract's example of a 200 are those of the everyday Item."""
    operation = CONTRACT.primary.definition
    (example,) = operation["responses"]["200"]["content"]["application/json"]["examples"].values()
    wanted = [account["account_id"] for account in example["value"]["accounts"]]
    body = caller.get_accounts(data.EVERYDAY, wanted)
    assert body["item"] == example["value"]["item"]
    for shown, listed in zip(body["accounts"], example["value"]["accounts"], strict=True):
        assert {name: shown[name] for name in listed} == listed


def test_the_contracts_request_examples_get_a_200(caller: Caller) -> None:
    """Both request examples of the contract are valid for the reference server."""
    content = CONTRACT.primary.definition["requestBody"]["content"]
    for example in content["application/json"]["examples"].values():
        body = example["value"]
        response = caller.post(body, {"Content-Type": "application/json"} if "secret" in body else None)
        assert response.status_code == 200, response.text


def _dataset(*items: Item) -> Dataset:
    return Dataset.of(data.REFERENCE_CREDENTIALS, items)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Balances(current=1, iso_currency_code="USD", unofficial_currency_code="BTC"),
            "set iso_currency_code or unofficial_currency_code",
        ),
        (lambda: evolve(ACCOUNT, type="other", balances=Balances()), "account 'A': set available or current"),
        (lambda: evolve(ACCOUNT, subtype="limited purpose checking"), "has no available and no current"),
        (
            lambda: ItemDetails(item_id="i", available_products=("auth",), billed_products=("auth",)),
            "item 'i': auth is both available and billed",
        ),
        (lambda: ItemDetails(item_id="i", billed_products=("balance",)), "item 'i': balance is never billed"),
        (
            lambda: ItemDetails(item_id="i", billed_products=("auth",), products=()),
            "item 'i': every billed product belongs in products",
        ),
        (lambda: Credentials("", "key"), "client_id and secret must not be empty"),
        (lambda: Credentials("id", ""), "client_id and secret must not be empty"),
        (
            lambda: _dataset(evolve(ITEM, accounts=(ACCOUNT,), closed_accounts=(ACCOUNT,))),
            "each account_id must be unique, 1 occur more than once: a",
        ),
        (
            lambda: _dataset(ITEM, evolve(ITEM, access_token="access-sandbox-other")),
            "each item_id must be unique, 1 occur more than once: item",
        ),
        (
            lambda: _dataset(ITEM, evolve(ITEM, details=ItemDetails(item_id="j"))),
            "each access_token must be unique, 1 occur more than once$",
        ),
    ],
)
def test_impossible_data_is_rejected(make: Callable[[], object], message: str) -> None:
    """Records that contradict Plaid's rules or each other cannot be made, and the message names what to change."""
    with pytest.raises(ValueError, match=message):
        make()


def test_secrets_are_not_in_a_repr() -> None:
    """No credential and no token is in the repr of a Dataset, an Item or credentials."""
    dataset = reference_dataset()
    shown = f"{dataset!r} {dataset.credentials!r} {[*dataset.items.values()]!r}"
    assert SECRET not in shown
    assert dataset.credentials.client_id not in shown
    assert not [token for token in dataset.items if token in shown]


def test_a_dataset_is_immutable() -> None:
    """The Items of a Dataset cannot be replaced in place, so that servers do not affect each other."""
    items = reference_dataset().items
    with pytest.raises(TypeError):
        items["access-sandbox-new"] = ITEM  # type: ignore[index]
