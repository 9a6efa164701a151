"""The dataset that a server has by default: made-up people at made-up banks, the same in every run.

Its credentials and tokens are valid nowhere else, so they may be printed and committed.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from plaid_accounts_contract.reference_server import document
from plaid_accounts_contract.reference_server.accounts import Account, Balances, identifier
from plaid_accounts_contract.reference_server.complete_items import ALL_FIELDS, ALL_SUBTYPES
from plaid_accounts_contract.reference_server.credentials import Credentials
from plaid_accounts_contract.reference_server.dataset import World
from plaid_accounts_contract.reference_server.errors import CATALOGUE, ErrorKind
from plaid_accounts_contract.reference_server.items import Item, ItemDetails

REFERENCE_CREDENTIALS: Final = Credentials("62f1c0ffee0ddba11f00dcaf", "3a7bd3e2360a3d29eea436fcfb7e44")

OTHER_CREDENTIALS: Final = Credentials("b5e0ddba11c0ffee00facade", "9c41f0c2d87e6b35a0d4e2f6b18c73")
"""Keys of a client that no Item belongs to."""


def _item(row: Mapping[str, Any]) -> Item:
    """Return the Item of an entry in items.yaml."""
    details: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row["details"].items()
    }
    return Item(
        access_token=row["access_token"],
        title=row["title"],
        details=ItemDetails(**details),
        accounts=_accounts(row["accounts"]),
        closed_accounts=_accounts(row.get("closed_accounts", ())),
        live=MappingProxyType({name: Balances(**values) for name, values in row.get("live", {}).items()}),
    )


def _accounts(rows: Iterable[Mapping[str, Any]]) -> tuple[Account, ...]:
    fields: Iterable[dict[str, Any]] = ({**row, "balances": Balances(**row["balances"])} for row in rows)
    return tuple(Account(**row) for row in fields)


EVERYDAY, BUSINESS, TIMESTAMPED, MINIMAL, LIMITED, BY_HAND = (
    _item(row) for row in document.read(Path(__file__).with_name("items.yaml")).values()
)


def error_token(code: str) -> str:
    """Return the token of the Item that always responds with the error of this error_code."""
    return f"access-sandbox-error-{code.lower().replace('_', '-')}"


def _failing_item(kind: ErrorKind) -> Item:
    # Operations that the error does not concern list this account.
    account = Account(
        account_id=identifier(f"error/{kind.code}/checking"),
        balances=Balances(current=75),
        name="Checking",
        type="depository",
        subtype="checking",
    )
    always = kind.concerns("accountsGet")
    name = f"{kind.status} {kind.code}"
    return Item(
        access_token=error_token(kind.code),
        title=f"always {name}" if always else f"{name} to balances in real time, else one account",
        details=ItemDetails(item_id=identifier(f"error/{kind.code}")),
        accounts=(account,) if kind.operations else (),
        failure=kind,
    )


def reference_world() -> World:
    """Return the default data of a server: eight Items with accounts, and one for each documented error of an Item."""
    healthy = (EVERYDAY, BUSINESS, TIMESTAMPED, ALL_FIELDS, MINIMAL, LIMITED, BY_HAND, ALL_SUBTYPES)
    # A key is requested without an access token, so no Item can cause its error.
    of_items = (
        kind for kind in CATALOGUE.values() if kind.concerns("accountsGet") or kind.concerns("accountsBalanceGet")
    )
    return World.of(REFERENCE_CREDENTIALS, (*healthy, *map(_failing_item, of_items)), (OTHER_CREDENTIALS,))
