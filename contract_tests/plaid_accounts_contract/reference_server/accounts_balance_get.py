"""The operation `POST /accounts/balance/get`."""

import re
from datetime import datetime
from typing import Final

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.accounts import Account
from plaid_accounts_contract.reference_server.accounts_get import select, wanted_ids
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.fields import invalid
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import JsonObject, to_object
from plaid_accounts_contract.reference_server.state import ServerState

OPERATION: Final = "accountsBalanceGet"
DATED: Final = "ins_128026"
"""The institution with balances in real time for accounts of type depository only, which dates the other ones."""

_OLDEST: Final = "min_last_updated_datetime"
_DATE_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:)(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def accounts_balance_get(body: JsonObject, state: ServerState) -> JsonObject:
    """Return the accounts with balances in real time and the item of a 200, without its request_id.

    Raises:
        ApiError: any of the documented errors.
    """
    account_ids = wanted_ids(body)
    options = body.get("options")
    earliest = _instant(options[_OLDEST]) if isinstance(options, dict) and _OLDEST in options else None
    item = state.healthy_item(str(body["access_token"]), OPERATION)
    accounts = select(item.in_real_time(), account_ids)
    _check_age(item, accounts, earliest)
    return {"accounts": [to_object(account) for account in accounts], "item": to_object(item.details)}


def _check_age(item: Item, accounts: list[Account], earliest: datetime | None) -> None:
    """Check that the balances are recent enough, at the one institution where the caller must say what is.

    Raises:
        ApiError: INVALID_FIELD or LAST_UPDATED_DATETIME_OUT_OF_RANGE.
    """
    if item.details.institution_id != DATED or all(account.type == "depository" for account in item.accounts):
        return
    if earliest is None:
        raise invalid(f"options.{_OLDEST} is required: this institution has accounts without a balance in real time")
    for account in accounts:
        updated = account.balances.last_updated_datetime
        if account.type != "depository" and (not isinstance(updated, str) or _instant(updated) < earliest):
            raise ApiError(errors.LAST_UPDATED_DATETIME_OUT_OF_RANGE)


def _instant(value: object) -> datetime:
    """Parse a date-time of RFC 3339.

    Raises:
        ApiError: INVALID_FIELD.
    """
    match = _DATE_TIME.fullmatch(value.upper()) if isinstance(value, str) else None
    if match:
        start, seconds, fraction, offset = match.groups("")
        try:
            # Python knows no leap second, and reads six digits of a fraction.
            return datetime.fromisoformat(f"{start}{'59' if seconds == '60' else seconds}{fraction[:7]}{offset}")
        except ValueError:
            pass  # 30 February, or an hour that does not exist
    raise invalid(f"options.{_OLDEST} must be a date-time of RFC 3339, such as 2026-10-01T00:00:00Z")
