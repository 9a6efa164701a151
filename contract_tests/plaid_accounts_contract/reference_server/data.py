"""The dataset that a server has by default: made-up people at made-up banks, the same in every run.

Its credentials and tokens are valid nowhere else, so they may be printed and committed.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import attrs

from plaid_accounts_contract.reference_server import document
from plaid_accounts_contract.reference_server.accounts import (
    LIMITED_PURPOSE_CHECKING,
    Account,
    AccountType,
    Balances,
    identifier,
)
from plaid_accounts_contract.reference_server.credentials import Credentials
from plaid_accounts_contract.reference_server.dataset import Dataset
from plaid_accounts_contract.reference_server.errors import CATALOGUE, ErrorKind
from plaid_accounts_contract.reference_server.items import Item, ItemDetails
from plaid_accounts_contract.reference_server.records import JsonObject

REFERENCE_CREDENTIALS: Final = Credentials("62f1c0ffee0ddba11f00dcaf", "3a7bd3e2360a3d29eea436fcfb7e44")

OTHER_CREDENTIALS: Final = Credentials("b5e0ddba11c0ffee00facade", "9c41f0c2d87e6b35a0d4e2f6b18c73")
"""Keys of a client that no Item belongs to."""

_SCHEMAS: Final = document.own()["components"]["schemas"]
_CURRENCIES: Final = ("USD", "CAD", "EUR", "GBP", "JPY")


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


_INSIGHTS: Final[tuple[JsonObject, ...]] = (
    {
        "name_match_score": 92,
        "network_status": {"has_numbers_match": True, "is_numbers_match_verified": True},
        "previous_returns": {"has_previous_administrative_return": False},
        "account_number_format": "valid",
    },
    {
        "name_match_score": 0,
        "network_status": {"has_numbers_match": False, "is_numbers_match_verified": False},
        "previous_returns": {"has_previous_administrative_return": True},
        "account_number_format": "invalid",
    },
    {
        "name_match_score": None,
        "network_status": {"has_numbers_match": True, "is_numbers_match_verified": False},
        "account_number_format": "unknown",
    },
)


def _checking(number: int, status: str | None) -> Account:
    """Return a checking account with every property."""
    return Account(
        account_id=identifier(f"all-fields/checking/{number}"),
        balances=Balances(available=100.5 * number, current=101.25 * number, limit=250, last_updated_datetime=None),
        mask=f"{3000 + number}",
        name=f"Checking {number + 1}",
        official_name=f"Orchard Compte Chèques {number + 1}, 当座預金",
        type="depository",
        subtype="checking",
        verification_status=status,
        verification_name="Robin Example-Åström",
        verification_insights=_INSIGHTS[number % len(_INSIGHTS)],
        persistent_account_id=identifier(f"all-fields/persistent/{number}") * 2,
        holder_category=("personal", "business", "unrecognized", None)[number % 4],
        apy=(0.01, 3, None)[number % 3],
    )


def _account(number: int, kind: AccountType, subtype: str) -> Account:
    amount = round(37.5 * number + number / 7, 2)
    owed = kind in ("credit", "loan")
    balances = Balances(
        available=None if kind == "loan" else amount,
        current=amount,
        limit=2 * amount if owed else None,
        iso_currency_code=_CURRENCIES[number % len(_CURRENCIES)],
    )
    return Account(
        account_id=identifier(f"all-subtypes/{kind}/{subtype}"),
        balances=Balances() if subtype == LIMITED_PURPOSE_CHECKING else balances,
        # Every third account has the same mask: Plaid documents that a mask need not be unique.
        mask="7777" if number % 3 == 0 else f"{1000 + number}",
        name=f"{subtype.title()} ({kind})",
        official_name=None if number % 2 else f"Meridian {subtype}",
        type=kind,
        subtype=subtype,
    )


def _with_every_field(item: Item) -> Item:
    """Return the Item with every product, and with a checking account for each verification status."""
    billed = item.details.billed_products
    available = tuple(product for product in _SCHEMAS["Product"]["enum"] if product not in billed)
    # Both "" and null mean that no verification was started.
    statuses = (*_SCHEMAS["VerificationStatus"]["enum"], "", None)
    checking = (_checking(number, status) for number, status in enumerate(statuses))
    details = attrs.evolve(item.details, available_products=available, consented_products=(*billed, *available))
    return attrs.evolve(item, details=details, accounts=(*checking, *item.accounts))


def _with_every_subtype(item: Item) -> Item:
    """Return the Item with an account of each subtype of each type."""
    # `payroll` is a subtype of no type, and only old versions of the API have the type `brokerage`.
    by_type = _SCHEMAS["AccountType"]["x-subtypes"].items()
    pairs: list[tuple[AccountType, str]] = [(kind, subtype) for kind, subtypes in by_type for subtype in subtypes]
    listed = (_account(number, kind, subtype) for number, (kind, subtype) in enumerate(pairs, start=1))
    accounts = (*listed, *item.accounts)
    return attrs.evolve(item, title=f"{len(accounts)} accounts: {item.title}", accounts=accounts)


EVERYDAY, BUSINESS, TIMESTAMPED, MINIMAL, LIMITED, BY_HAND, _ALL_FIELDS, _ALL_SUBTYPES = (
    _item(row) for row in document.read(Path(__file__).with_name("items.yaml")).values()
)
ALL_FIELDS: Final = _with_every_field(_ALL_FIELDS)
ALL_SUBTYPES: Final = _with_every_subtype(_ALL_SUBTYPES)


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


def reference_dataset() -> Dataset:
    """Return the default data of a server: eight Items with accounts, and one for each documented error of an Item."""
    healthy = (EVERYDAY, BUSINESS, TIMESTAMPED, ALL_FIELDS, MINIMAL, LIMITED, BY_HAND, ALL_SUBTYPES)
    # A key is requested without an access token, so no Item can cause its error.
    of_items = (
        kind for kind in CATALOGUE.values() if kind.concerns("accountsGet") or kind.concerns("accountsBalanceGet")
    )
    return Dataset.of(REFERENCE_CREDENTIALS, (*healthy, *map(_failing_item, of_items)), (OTHER_CREDENTIALS,))
