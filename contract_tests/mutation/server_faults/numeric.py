"""A world whose ids and credentials are written in figures alone, which a careless server takes for numbers."""

import attrs

from plaid_accounts_contract.reference_server.accounts import Account, Balances
from plaid_accounts_contract.reference_server.credentials import Credentials
from plaid_accounts_contract.reference_server.items import Item, ItemDetails
from plaid_accounts_contract.reference_server.world import World


def numeric_world() -> World:
    """Make a world of one Item whose every id is figures alone, and so has no case either."""
    accounts = tuple(
        Account(
            account_id=str(1000 + number),
            balances=Balances(current=number, iso_currency_code="EUR"),
            mask=None,
            name=f"Konto {number}",
            type="other",
        )
        for number in range(3)
    )
    closed = (attrs.evolve(accounts[0], account_id="999"),)
    details = ItemDetails(item_id="1", products=())
    item = Item(access_token="access-sandbox-1", title="", details=details, accounts=accounts, closed_accounts=closed)  # noqa: S106
    return World.of(Credentials("1234567890", "0987654321"), [item])
