"""The operation `POST /accounts/balance/get`."""

import re
from datetime import datetime
from typing import Final

from starlette.requests import Request

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.accounts import Account
from plaid_accounts_contract.reference_server.accounts_get import AccountsGetRequest, select
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.fields import invalid
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import JsonObject, JsonValue, to_object
from plaid_accounts_contract.reference_server.state import ServerState

OPERATION: Final = "accountsBalanceGet"
DATED: Final = "ins_128026"
"""The institution with balances in real time for accounts of type depository only, which dates the other ones."""

_OLDEST: Final = "min_last_updated_datetime"
_DATE_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:)(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


async def accounts_balance_get(request: Request, state: ServerState) -> JsonObject:
    """Return the accounts with balances in real time and the item of a 200, without its request_id.

    Raises:
        ApiError: any of the documented errors.
    """
    body = await state.authenticate(request, OPERATION)
    rest, oldest = _without_oldest(body)
    wanted = AccountsGetRequest.from_body(rest, state.world.secrets())
    earliest = None if oldest is _NOT_SENT else _instant(oldest)
    item = state.healthy_item(wanted.access_token, OPERATION)
    accounts = select(item.in_real_time(), wanted.account_ids)
    _check_age(item, accounts, earliest)
    return {"accounts": [to_object(account) for account in accounts], "item": to_object(item.details)}


_NOT_SENT: Final = object()


def _without_oldest(body: JsonObject) -> tuple[JsonObject, object]:
    """Return the body as `/accounts/get` takes it, and the option that this operation has besides."""
    options = body.get("options")
    if not isinstance(options, dict) or _OLDEST not in options:
        return body, _NOT_SENT
    rest: dict[str, JsonValue] = {name: value for name, value in options.items() if name != _OLDEST}
    return {**body, "options": rest}, options[_OLDEST]


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
