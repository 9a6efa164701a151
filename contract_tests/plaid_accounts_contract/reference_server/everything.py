"""The Item of the reference world that leaves nothing out."""

# ruff: noqa: S106 (the tokens are reference values, made to be seen)

from typing import Final

from plaid_accounts_contract.reference_server.accounts import (
    Account,
    Balances,
    NetworkStatus,
    PreviousReturns,
    VerificationInsights,
)
from plaid_accounts_contract.reference_server.identifiers import identifier
from plaid_accounts_contract.reference_server.items import Item, ItemDetails

# All products of the contract: some billed, the rest available.
_BILLED: Final = ("auth", "transactions", "identity", "assets", "investments", "liabilities")
_AVAILABLE: Final = (
    *("balance", "balance_plus", "beacon", "identity_match", "investments_auth", "payment_initiation"),
    *("identity_verification", "credit_details", "income", "income_verification", "standing_orders", "transfer"),
    *("employment", "recurring_transactions", "transactions_refresh", "signal", "statements", "processor_payments"),
    *("processor_identity", "profile", "cra_base_report", "cra_income_insights", "cra_partner_insights"),
    *("cra_network_insights", "cra_cashflow_insights", "cra_monitoring", "cra_lend_score", "cra_plaid_credit_score"),
    *("cra_qualify", "cra_home_lending", "layer", "pay_by_bank", "protect_linked_bank", "protect_transactions"),
)
_STATUSES: Final = (
    *("automatically_verified", "pending_automatic_verification", "pending_manual_verification", "unsent"),
    *("manually_verified", "verification_expired", "verification_failed", "database_matched"),
    *("database_insights_pass", "database_insights_pass_with_caution", "database_insights_fail"),
    # Both stand for "not used".
    *("", None),
)

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
    """Give a checking account whose every property is present."""
    return Account(
        account_id=identifier(f"everything/checking/{number}"),
        balances=Balances(available=100.5 * number, current=101.25 * number, limit=250, last_updated_datetime=None),
        mask=f"{3000 + number}",
        name=f"Checking {number + 1}",
        official_name=f"Orchard Compte Chèques {number + 1}, 当座預金",
        type="depository",
        subtype="checking",
        verification_status=status,
        verification_name="Robin Example-Åström",
        verification_insights=_INSIGHTS[number % len(_INSIGHTS)],
        persistent_account_id=identifier(f"everything/persistent/{number}") * 2,
        holder_category=("personal", "business", "unrecognized", None)[number % 4],
        apy=(0.01, 3, None)[number % 3],
    )


def _wallet(code: str, amount: float) -> Account:
    """Give an account in a currency that ISO 4217 does not list."""
    return Account(
        account_id=identifier(f"everything/wallet/{code}"),
        balances=Balances(available=amount, current=amount, iso_currency_code=None, unofficial_currency_code=code),
        mask=None,
        name=f"{code} wallet",
        official_name=None,
        type="investment",
        subtype="crypto exchange",
    )


EVERYTHING: Final = Item(
    access_token="access-sandbox-e7c94d18-35ab-4f60-b2d9-18f0a6c3752e",
    title="every optional field present, every verification status, unofficial currencies",
    details=ItemDetails(
        item_id=identifier("everything"),
        institution_id="ins_900104",
        institution_name="Orchard Cooperative Bank",
        webhook="https://service.example/plaid?item=everything",
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
