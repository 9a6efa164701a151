"""The handler of each operation: one written for it, or one generated from the contract."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from starlette.requests import Request

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.accounts_balance_get import accounts_balance_get
from plaid_accounts_contract.reference_server.accounts_get import accounts_get
from plaid_accounts_contract.reference_server.document import Document, Operation
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.fields import Fields
from plaid_accounts_contract.reference_server.generated import Generated
from plaid_accounts_contract.reference_server.records import JsonObject
from plaid_accounts_contract.reference_server.state import Handler, ServerState

CheckedHandler: TypeAlias = Callable[[JsonObject, ServerState], JsonObject]
"""Handles one operation whose body has passed the schema that the contract has for it."""

# Errors that the user fixes in Link, so that they must not prevent a session of it.
_FIXED_IN_LINK: Final = (
    "ITEM_LOGIN_REQUIRED",
    "ITEM_LOCKED",
    "PASSWORD_RESET_REQUIRED",
    "ACCESS_NOT_GRANTED",
    "NO_ACCOUNTS",
    "ADDITIONAL_CONSENT_REQUIRED",
)


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
        fields.check(body, state.world.secrets())
        return handler(body, state)

    return handle
