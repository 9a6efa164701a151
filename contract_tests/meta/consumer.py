"""A service that uses the client: type-checked by `make types`, and run by a test."""

from datetime import datetime
from typing import assert_type

from plaid_accounts import Client
from plaid_accounts.errors import ApiError, ItemError, PlaidAccountsError
from plaid_accounts.models import AccountsGetResponse, AccountSubtype, AccountType
from plaid_accounts.types import Unset


def total_by_currency(client: Client, access_token: str) -> dict[str, float]:
    """Return the available balance of depository accounts by currency."""
    response = client.accounts_get(access_token=access_token)
    assert_type(response, AccountsGetResponse)
    totals: dict[str, float] = {}
    for account in response.accounts:
        balances = account.balances
        assert_type(account.subtype, AccountSubtype | None)
        assert_type(balances.last_updated_datetime, datetime | None | Unset)
        currency = balances.iso_currency_code or balances.unofficial_currency_code
        if account.type_ == AccountType.DEPOSITORY and balances.available is not None and currency:
            totals[currency] = totals.get(currency, 0) + balances.available
    return totals


async def names(client: Client, access_token: str, account_ids: list[str]) -> list[str]:
    """Return the names of some accounts."""
    response = await client.accounts_get_async(access_token=access_token, account_ids=account_ids)
    return [account.name for account in response.accounts]


def side(type_: AccountType) -> str:
    """Return on which side of a balance sheet an account is; the default is for types that the API will have one day."""
    unlisted: str | None
    match type_:
        case AccountType.BROKERAGE | AccountType.CREDIT | AccountType.DEPOSITORY | AccountType.INVESTMENT:
            unlisted = None
        case AccountType.LOAN | AccountType.OTHER:
            unlisted = None
        case _:
            unlisted = type_.value
    # It is an error if a type checker believes that nothing reaches the default.
    assert_type(unlisted, str | None)
    if unlisted is not None:
        return f"new: {unlisted}"
    if type_ == "investment" or type_ is AccountType.DEPOSITORY:
        return "assets"
    sides: dict[AccountType, str] = {AccountType.CREDIT: "liabilities", AccountType.LOAN: "liabilities"}
    return sides.get(type_, "unknown")


def reason(client: Client, access_token: str) -> str:
    """Return why an Item cannot be read, or an empty string if it can."""
    try:
        client.accounts_get(access_token=access_token, timeout=5)
    except ItemError as error:
        return f"user action required: {error.error_code}"
    except ApiError as error:
        assert_type(error.request_id, str | None)
        return f"{error.error_type} {error.error_code} {error.status_code}"
    except PlaidAccountsError as error:
        return type(error).__name__
    return ""
