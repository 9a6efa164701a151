"""The data behind a server, and what it refuses to be."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

import plaid_accounts_contract.reference_server
from meta.reference_server.caller import SECRET
from plaid_accounts_contract.reference_server import (
    Account,
    Balances,
    Credentials,
    Item,
    ItemDetails,
    World,
    create_app,
    data,
    reference_world,
    running,
)
from plaid_accounts_contract.reference_server.records import ABSENT, to_object

ITEM = Item(access_token="access-sandbox-mine", title="mine", details=ItemDetails(item_id="item"))
ACCOUNT = Account(account_id="a", name="A", type="other", balances=Balances(current=1))


def test_a_world_of_ones_own_is_served() -> None:
    """A server shows the Items that it is given, to the credentials that it is given."""
    world = World.of(Credentials("id", "key"), [replace(ITEM, accounts=(ACCOUNT,))])
    with running(create_app(world)) as server:
        body = {"client_id": "id", "secret": "key", "access_token": "access-sandbox-mine"}
        answer = httpx.post(f"{server.url}/accounts/get", json=body).json()
    assert answer["item"]["item_id"] == "item"
    assert [account["name"] for account in answer["accounts"]] == ["A"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Balances(current=1, iso_currency_code="USD", unofficial_currency_code="BTC"),
            "give iso_currency_code or unofficial_currency_code",
        ),
        (lambda: replace(ACCOUNT, balances=Balances()), "account 'A': give available or current"),
        (lambda: replace(ACCOUNT, subtype="limited purpose checking"), "shows no available and no current"),
        (
            lambda: ItemDetails(item_id="i", available_products=("auth",), billed_products=("auth",)),
            "item 'i': auth is both available and billed",
        ),
        (lambda: ItemDetails(item_id="i", billed_products=("balance",)), "item 'i': balance is never billed"),
        (
            lambda: ItemDetails(item_id="i", billed_products=("auth",), products=()),
            "item 'i': every billed product belongs in products",
        ),
        (lambda: Credentials("", "key"), "give a client_id and a secret that are not empty"),
        (lambda: Credentials("id", ""), "give a client_id and a secret that are not empty"),
        (
            lambda: World.of(
                data.REFERENCE_CREDENTIALS, [replace(ITEM, accounts=(ACCOUNT,), closed_accounts=(ACCOUNT,))]
            ),
            "each account_id may occur once in a world, 1 occur more often: a",
        ),
        (
            lambda: World.of(data.REFERENCE_CREDENTIALS, [ITEM, replace(ITEM, access_token="access-sandbox-other")]),
            "each item_id may occur once in a world, 1 occur more often: item",
        ),
        (
            lambda: World.of(data.REFERENCE_CREDENTIALS, [ITEM, replace(ITEM, details=ItemDetails(item_id="j"))]),
            "each access_token may occur once in a world, 1 occur more often$",
        ),
    ],
)
def test_data_that_no_item_could_have_is_refused(make: Callable[[], object], message: str) -> None:
    """Records that contradict Plaid's rules or each other cannot be made, and the message names what to change."""
    with pytest.raises(ValueError, match=message):
        make()


def test_secrets_are_not_in_a_repr() -> None:
    """No credential and no token stands in the repr of a world, an Item or credentials."""
    world = reference_world()
    shown = f"{world!r} {world.credentials!r} {[*world.items.values()]!r}"
    assert SECRET not in shown
    assert world.credentials.client_id not in shown
    assert not [token for token in world.items if token in shown]


def test_a_world_does_not_change() -> None:
    """The Items of a world cannot be replaced in place, so that servers do not get in each other's way."""
    items = reference_world().items
    with pytest.raises(TypeError):
        items["access-sandbox-new"] = ITEM  # type: ignore[index]


def test_null_and_absent_are_different() -> None:
    """A property that is None is null in JSON, and one that is ABSENT is left out."""
    shown = to_object(replace(ACCOUNT, apy=None, holder_category=ABSENT))
    assert shown["apy"] is None
    assert "holder_category" not in shown


def test_a_value_without_json_form_is_refused() -> None:
    """A record that holds something JSON has no form for is an error that names its type."""

    @dataclass
    class Odd:
        value: object

    with pytest.raises(TypeError, match="object is no record"):
        to_object(Odd(object()))


def test_the_server_stands_alone() -> None:
    """No module of the server imports the client, or anything of the suite but the server itself."""
    home = Path(plaid_accounts_contract.reference_server.__path__[0])
    files = list(home.rglob("*.py"))
    assert len(files) > 20
    for file in files:
        depth = len(file.relative_to(home).parts)
        foreign = [name for name in _imports(file, depth) if _leaves(name)]
        assert not foreign, f"{file.name} imports {foreign}"


def _imports(file: Path, depth: int) -> Iterator[str]:
    """Give the absolute imports of a module, and as dots those that leave the package it is `depth` levels inside."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level > depth:
            yield "." * node.level
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def _leaves(name: str) -> bool:
    own = "plaid_accounts_contract.reference_server"
    return name.startswith((".", "plaid_accounts")) and name != own and not name.startswith(f"{own}.")
