"""The handler of each operation: one written for it, or one generated from the contract."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias

from starlette.requests import Request

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.accounts import Account
from plaid_accounts_contract.reference_server.document import Document, Operation
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.fields import Fields, invalid
from plaid_accounts_contract.reference_server.generated import Generated
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import JsonObject, to_object
from plaid_accounts_contract.reference_server.state import Handler, ServerState

CheckedHandler: TypeAlias = Callable[[JsonObject, ServerState], JsonObject]
"""Handles one operation whose body has passed the schema that the contract has for it."""

# The institution with balances in real time for accounts of type depository only, which dates the other ones.
_DATED: Final = "ins_128026"
_OLDEST: Final = "min_last_updated_datetime"
_DATE_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:)(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
# Errors that the user fixes in Link, so that they must not prevent a session of it.
_FIXED_IN_LINK: Final = (
    "ITEM_LOGIN_REQUIRED",
    "ITEM_LOCKED",
    "PASSWORD_RESET_REQUIRED",
    "ACCESS_NOT_GRANTED",
    "NO_ACCOUNTS",
    "ADDITIONAL_CONSENT_REQUIRED",
)


def _wanted_ids(body: JsonObject) -> tuple[str, ...] | None:
    """Return the filter of a body that follows the schema, or None if there is none."""
    # Plaid does not document an empty list, but was seen to refuse it with INVALID_FIELD, "must be a non-empty array".
    options = body.get("options")
    ids = options.get("account_ids") if isinstance(options, dict) else None
    if ids == []:
        raise invalid("options.account_ids must be a non-empty array of valid account ids")
    return tuple(map(str, ids)) if isinstance(ids, list) else None


def _select(accounts: Sequence[Account], account_ids: tuple[str, ...] | None) -> list[Account]:
    """Return each requested account once, in the Item's order; raise INVALID_ACCOUNT_ID for an id that none has."""
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
    """
    account_ids = _wanted_ids(body)
    item = state.healthy_item(str(body["access_token"]))
    accounts = _select(item.accounts, account_ids)
    return {"accounts": [to_object(account) for account in accounts], "item": to_object(item.details)}


def accounts_balance_get(body: JsonObject, state: ServerState) -> JsonObject:
    """Return the accounts with balances in real time and the item of a 200, without its request_id."""
    account_ids = _wanted_ids(body)
    options = body.get("options")
    earliest = _instant(options[_OLDEST]) if isinstance(options, dict) and _OLDEST in options else None
    item = state.healthy_item(str(body["access_token"]), "accountsBalanceGet")
    accounts = _select(item.in_real_time(), account_ids)
    _check_age(item, accounts, earliest)
    return {"accounts": [to_object(account) for account in accounts], "item": to_object(item.details)}


def _check_age(item: Item, accounts: list[Account], earliest: datetime | None) -> None:
    """Check that the balances are recent enough, at the one institution where the caller must say what is."""
    if item.details.institution_id != _DATED or all(account.type == "depository" for account in item.accounts):
        return
    if earliest is None:
        raise invalid(f"options.{_OLDEST} is required: this institution has accounts without a balance in real time")
    for account in accounts:
        updated = account.balances.last_updated_datetime
        if account.type != "depository" and (not isinstance(updated, str) or _instant(updated) < earliest):
            raise ApiError(errors.LAST_UPDATED_DATETIME_OUT_OF_RANGE)


def _instant(value: object) -> datetime:
    """Parse a date-time of RFC 3339."""
    match = _DATE_TIME.fullmatch(value.upper()) if isinstance(value, str) else None
    if match:
        start, seconds, fraction, offset = match.groups("")
        try:
            # Python knows no leap second, and reads six digits of a fraction.
            return datetime.fromisoformat(f"{start}{'59' if seconds == '60' else seconds}{fraction[:7]}{offset}")
        except ValueError:
            pass  # 30 February, or an hour that does not exist
    raise invalid(f"options.{_OLDEST} must be a date-time of RFC 3339, such as 2026-10-01T00:00:00Z")


def link_token_create(body: JsonObject, state: ServerState) -> JsonObject:
    """Start a session of Link in update mode."""
    item = state.item_of(str(body["access_token"]))
    if item.failure is None or item.failure.code not in _FIXED_IN_LINK:
        item.check_healthy("linkTokenCreate")
    update = body.get("update")
    selects = isinstance(update, dict) and update.get("account_selection_enabled") is True
    session = state.links.begin(item.access_token, selects_accounts=selects)
    expiration = session.expiration.isoformat().replace("+00:00", "Z")
    return {"link_token": session.link_token, "expiration": expiration}


def webhook_verification_key_get(body: JsonObject, state: ServerState) -> JsonObject:
    """Return a public key of the server's own signer."""
    key = state.signer.key(str(body["key_id"]))
    if key is None:
        raise ApiError(errors.INVALID_WEBHOOK_VERIFICATION_KEY_ID)
    return {"key": key}


WRITTEN: Final[Mapping[str, CheckedHandler]] = MappingProxyType(
    {
        "accountsGet": accounts_get,
        "accountsBalanceGet": accounts_balance_get,
        "linkTokenCreate": link_token_create,
        "webhookVerificationKeyGet": webhook_verification_key_get,
    }
)
"""The handlers that are not generated, by operationId."""


def handler_of(document: Document, operation: Operation) -> Handler:
    """Return the handler of an operation of the document."""
    if operation.id in WRITTEN:
        return _checked(WRITTEN[operation.id], operation.id, Fields(document, operation))
    return Generated(document, operation)


def _checked(handler: CheckedHandler, operation_id: str, fields: Fields) -> Handler:
    async def handle(request: Request, state: ServerState) -> JsonObject:
        body = await state.authenticate(request, operation_id)
        fields.check(body, state.dataset.secrets())
        return handler(body, state)

    return handle
