"""The filter of a request: which of an Item's accounts are listed."""

from collections.abc import Sequence

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.accounts import Account
from plaid_accounts_contract.reference_server.errors import ApiError


def listed(accounts: Sequence[Account], account_ids: tuple[str, ...] | None) -> list[Account]:
    """Give the accounts asked for in the Item's own order, each once however often it was asked for.

    Raises:
        ApiError: INVALID_ACCOUNT_ID for an id that none of them has.
    """
    if account_ids is None:
        return list(accounts)
    wanted = set(account_ids)
    if not wanted <= {account.account_id for account in accounts}:
        raise ApiError(errors.INVALID_ACCOUNT_ID)
    return [account for account in accounts if account.account_id in wanted]
