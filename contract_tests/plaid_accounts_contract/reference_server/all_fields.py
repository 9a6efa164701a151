"""The Item with every optional field, every product and every verification status of the contract."""

# ruff: noqa: S106 (the tokens are reference values, made to be seen)

from typing import Final

from plaid_accounts_contract.reference_server import document
from plaid_accounts_contract.reference_server.accounts import (
    Account,
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
