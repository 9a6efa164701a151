"""Two Items made from the contract: one has every optional field, the other an account of each subtype of each type."""

# ruff: noqa: S106 (the tokens are reference values, made to be seen)

from collections.abc import Iterator
from typing import Final

from plaid_accounts_contract.reference_server import document
from plaid_accounts_contract.reference_server.accounts import (
    LIMITED_PURPOSE_CHECKING,
    Account,
    AccountType,
    Balances,
    NetworkStatus,
    PreviousReturns,
    VerificationInsights,
    identifier,
)
from plaid_accounts_contract.reference_server.items import Item, ItemDetails

_SCHEMAS: Final = document.own()["components"]["schemas"]
_BILLED: Final = ("auth", "transactions", "identity", "assets", "investments", "liabilities")
_AVAILABLE: Final = tuple(product for product in _SCHEMAS["Product"]["enum"] if product not in _BILLED)
# Both "" and null mean that no verification was started.
_STATUSES: Final = (*_SCHEMAS["VerificationStatus"]["enum"], "", None)
_CURRENCIES: Final = ("USD", "CAD", "EUR", "GBP", "JPY")

_INSIGHTS: Final = (
    VerificationInsights(
        name_match_score=92,
        network_status=NetworkStatus(has_numbers_match=True, is_numbers_match_verified=True),
        previous_returns=PreviousReturns(has_previous_administrative_return=False),
        account_number_format="valid",
    ),
    VerificationInsights(
        name_match_score=0,
        network_status=NetworkStatus(has_numbers_match=False, is_numbers_match_verified=False),
        previous_returns=PreviousReturns(has_previous_administrative_return=True),
        account_number_format="invalid",
    ),
    VerificationInsights(
        name_match_score=None,
        network_status=NetworkStatus(has_numbers_match=True, is_numbers_match_verified=False),
        account_number_format="unknown",
    ),
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


def _wallet(code: str, amount: float) -> Account:
    """Return an account in a currency that ISO 4217 does not list."""
    return Account(
        account_id=identifier(f"all-fields/wallet/{code}"),
        balances=Balances(available=amount, current=amount, iso_currency_code=None, unofficial_currency_code=code),
        mask=None,
        name=f"{code} wallet",
        official_name=None,
        type="investment",
        subtype="crypto exchange",
    )


ALL_FIELDS: Final = Item(
    access_token="access-sandbox-e7c94d18-35ab-4f60-b2d9-18f0a6c3752e",
    title="every optional field present, every verification status, unofficial currencies",
    details=ItemDetails(
        item_id=identifier("all-fields"),
        institution_id="ins_900104",
        institution_name="Orchard Cooperative Bank",
        webhook="https://service.example/plaid?item=all-fields",
        auth_method="DATABASE_INSIGHTS",
        available_products=_AVAILABLE,
        billed_products=_BILLED,
        products=_BILLED,
        consented_products=(*_BILLED, *_AVAILABLE),
        consent_expiration_time="2030-06-30T12:00:00.123456+02:00",
    ),
    accounts=(
        *(_checking(number, status) for number, status in enumerate(_STATUSES)),
        _wallet("BTC", 0.01234567),
        _wallet("ETH", 2.5),
        _wallet("USDT", 1e9),
    ),
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
    (kind, subtype) for kind, subtypes in _SCHEMAS["AccountType"]["x-subtypes"].items() for subtype in subtypes
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
