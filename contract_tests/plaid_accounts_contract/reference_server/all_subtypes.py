"""The Item with many accounts: one for each subtype of each type in the contract, and a few unusual ones."""

# ruff: noqa: S106 (the tokens are reference values, made to be seen)

from collections.abc import Iterator
from typing import Final

from plaid_accounts_contract.reference_server import document
from plaid_accounts_contract.reference_server.accounts import (
    LIMITED_PURPOSE_CHECKING,
    Account,
    AccountType,
    Balances,
    identifier,
)
from plaid_accounts_contract.reference_server.items import Item, ItemDetails

_CURRENCIES: Final = ("USD", "CAD", "EUR", "GBP", "JPY")


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


def _unusual_accounts() -> Iterator[Account]:
    """Yield two accounts whose ids differ in case only, one of the old type, and one without a subtype."""
    cased = identifier("all-subtypes/case")
    for account_id, name in ((cased, "Joint Account"), (cased.swapcase(), "Joint Account, Other Holder")):
        balances = Balances(available=10, current=10)
        yield Account(account_id=account_id, balances=balances, name=name, type="depository", subtype="checking")
    balances = Balances(current=-0.5)
    yield Account(account_id=identifier("all-subtypes/old"), balances=balances, name="Old Style", type="brokerage")
    yield Account(account_id=identifier("all-subtypes/unsorted"), balances=balances, name="Unsorted", type="investment")


_PAIRS: Final[list[tuple[AccountType, str]]] = [
    (kind, subtype)
    for kind, subtypes in document.own()["components"]["schemas"]["AccountType"]["x-subtypes"].items()
    for subtype in subtypes
]
# `payroll` is a subtype of no type, and only old versions of the API have the type `brokerage`.

ALL_SUBTYPES: Final = Item(
    access_token="access-sandbox-4d8e2b06-f1c7-4539-8ea4-c27b0d96135f",
    title=f"{len(_PAIRS) + 4} accounts: every subtype of every type",
    details=ItemDetails(
        item_id=identifier("all-subtypes"),
        institution_id="ins_900107",
        institution_name="Meridian Family Office",
        auth_method="INVESTMENTS_FALLBACK",
        available_products=("auth", "balance", "transactions"),
        billed_products=("investments", "liabilities"),
        products=("investments", "liabilities", "statements"),
    ),
    accounts=(
        *(_account(number, kind, subtype) for number, (kind, subtype) in enumerate(_PAIRS, start=1)),
        *_unusual_accounts(),
    ),
)
