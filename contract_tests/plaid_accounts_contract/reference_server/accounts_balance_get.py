"""The operation `POST /accounts/balance/get`."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from starlette.requests import Request

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.accounts import Account
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.filtering import listed
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import JsonObject, to_object
from plaid_accounts_contract.reference_server.requests import AccountsGetRequest, invalid
from plaid_accounts_contract.reference_server.serving import Serving

OPERATION: Final = "accountsBalanceGet"
DATED: Final = "ins_128026"
"""The institution that gives balances in real time for accounts of type depository only."""

_AGE: Final = "min_last_updated_datetime"
_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class AccountsBalanceGetRequest:
    """A well-formed request. `earliest` is the oldest balance to accept, where the request says so."""

    access_token: str = field(repr=False)
    account_ids: tuple[str, ...] | None
    earliest: datetime | None

    @classmethod
    def from_body(cls, body: JsonObject, confidential: frozenset[str]) -> "AccountsBalanceGetRequest":
        """Take the fields from a body; a field named like one of the `confidential` values is not shown in an error.

        Raises:
            ApiError: UNKNOWN_FIELDS, MISSING_FIELDS or INVALID_FIELD, in that order.
        """
        options = body.get("options")
        given = _AGE in options if isinstance(options, dict) else False
        if isinstance(options, dict):
            body = {**body, "options": {name: value for name, value in options.items() if name != _AGE}}
        plain = AccountsGetRequest.from_body(body, confidential)
        earliest = _instant(options[_AGE]) if given and isinstance(options, dict) else None
        return cls(plain.access_token, plain.account_ids, earliest)


async def accounts_balance_get(request: Request, serving: Serving) -> JsonObject:
    """Give the accounts with balances in real time and the item of a 200, without its request_id.

    Raises:
        ApiError: any of the documented errors.
    """
    body = await serving.admitted(request, OPERATION)
    call = AccountsBalanceGetRequest.from_body(body, serving.world.confidential())
    item = serving.opened(call.access_token, OPERATION)
    accounts = listed(item.in_real_time(), call.account_ids)
    _check_age(item, accounts, call.earliest)
    return {"accounts": [to_object(account) for account in accounts], "item": to_object(item.details)}


def _check_age(item: Item, accounts: list[Account], earliest: datetime | None) -> None:
    """Let pass what is fresh enough, at the one institution where that is asked."""
    if item.details.institution_id != DATED or all(account.type == "depository" for account in item.accounts):
        return
    if earliest is None:
        raise invalid(f"options.{_AGE} is needed: this institution has accounts without a balance in real time")
    for account in accounts:
        updated = account.balances.last_updated_datetime
        if account.type != "depository" and (not isinstance(updated, str) or _instant(updated) < earliest):
            raise ApiError(errors.LAST_UPDATED_DATETIME_OUT_OF_RANGE)


def _instant(value: object) -> datetime:
    """Give the instant of a date-time with offset."""
    try:
        if isinstance(value, str) and _DATE_TIME.fullmatch(value):
            return _read(value.upper())
    except ValueError:
        pass  # 30 February, or an hour that does not exist
    raise invalid(f"options.{_AGE} must be a date-time of RFC 3339, such as 2026-10-01T00:00:00Z")


def _read(text: str) -> datetime:
    """Read a date-time; the 60th second that some minutes have is taken for the 59th."""
    whole, fraction, rest = re.fullmatch(r"(.{19})(\.\d+)?(.+)", text).groups()  # type: ignore[union-attr]
    seconds = "59" if whole.endswith(":60") else whole[-2:]
    return datetime.fromisoformat(f"{whole[:-2]}{seconds}{(fraction or '')[:7]}{rest}")
