"""The operation `POST /accounts/get`."""

from collections.abc import Sequence

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.accounts import Account
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.fields import invalid
from plaid_accounts_contract.reference_server.records import JsonObject, to_object
from plaid_accounts_contract.reference_server.state import ServerState


def wanted_ids(body: JsonObject) -> tuple[str, ...] | None:
    """Return the filter of a body that follows the schema, or None if there is none.

    Plaid does not document an empty list, but was seen to refuse it with INVALID_FIELD, "must be a non-empty array".
    """
    options = body.get("options")
    ids = options.get("account_ids") if isinstance(options, dict) else None
    if ids == []:
        raise invalid("options.account_ids must be a non-empty array of valid account ids")
    return tuple(map(str, ids)) if isinstance(ids, list) else None


def select(accounts: Sequence[Account], account_ids: tuple[str, ...] | None) -> list[Account]:
    """Return the requested accounts in the Item's own order, each once, however often its id was sent.

    Raises:
        ApiError: INVALID_ACCOUNT_ID for an id that none of them has.
    """
    if account_ids is None:
        return list(accounts)
    wanted = set(account_ids)
    if not wanted <= {account.account_id for account in accounts}:
        raise ApiError(errors.INVALID_ACCOUNT_ID)
    return [account for account in accounts if account.account_id in wanted]


def accounts_get(body: JsonObject, state: ServerState) -> JsonObject:
    """Return the accounts and the item of a 200, without its request_id.

    The checks common to all operations and the fields come first; then whether the token was issued; the Item's rate
    limit; the Item's own error; the filter. So a caller with a wrong token learns nothing about account ids.

    Raises:
        ApiError: any of the documented errors.
    """
    account_ids = wanted_ids(body)
    item = state.healthy_item(str(body["access_token"]))
    accounts = select(item.accounts, account_ids)
    return {"accounts": [to_object(account) for account in accounts], "item": to_object(item.details)}
