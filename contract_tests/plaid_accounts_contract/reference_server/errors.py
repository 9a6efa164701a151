"""The errors that Plaid documents, and how the server sends them.

`CATALOGUE` has each error of the contract, with a message. Source: https://plaid.com/docs/errors/. Messages are not
part of the contract: callers should act on `error_type` and `error_code`; Plaid documents that messages change.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import attrs

from plaid_accounts_contract.reference_server import document
from plaid_accounts_contract.reference_server.records import JsonObject


@attrs.frozen
class ErrorKind:
    """One documented error. `display_message` is meant for the end user; most errors have none.

    `operations` lists the operations that respond with it, by operationId; empty for an error of every operation.
    """

    type: str
    code: str
    status: int
    message: str
    display_message: str | None = None
    operations: tuple[str, ...] = ()

    def concerns(self, operation_id: str) -> bool:
        """Return whether an operation may respond with it."""
        return not self.operations or operation_id in self.operations

    def with_message(self, message: str) -> "ErrorKind":
        """Return the same error with a message that fits the request at hand."""
        return attrs.evolve(self, message=message)

    def body(self, request_id: str) -> JsonObject:
        """Return the response body, with the seven properties that Plaid's error bodies were seen to have."""
        words = self.type.lower().replace("_", "-")
        return {
            "display_message": self.display_message,
            "documentation_url": f"https://plaid.com/docs/?ref=error#{words.removesuffix('-error')}-errors",
            "error_code": self.code,
            "error_message": self.message,
            "error_type": self.type,
            "request_id": request_id,
            "suggested_action": None,
        }


class ApiError(Exception):
    """Ends the handling of a request with a documented error and, where needed, headers."""

    def __init__(self, kind: ErrorKind, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.headers = dict(headers or {})


_NOT_RESPONDING: Final = "this institution is not currently responding to this request. please try again soon"
_SLOW_DOWN: Final = "rate limit exceeded for attempts to access this item. please try again later"

_MESSAGES: Final[Mapping[str, str]] = {
    "MISSING_FIELDS": "the following required fields are missing: access_token",
    "UNKNOWN_FIELDS": "the following fields are not recognized by this endpoint: acess_token",
    "INVALID_FIELD": "client_id must be a properly formatted, non-empty string",
    "INVALID_BODY": "body could not be parsed as JSON",
    "INVALID_HEADERS": "Content-Type must be application/json",
    "INVALID_API_KEYS": "invalid client_id or secret provided",
    "INVALID_ACCESS_TOKEN": "could not find matching access token",
    "INVALID_ACCOUNT_ID": "failed to find requested account ID for requested item",
    "INVALID_WEBHOOK_VERIFICATION_KEY_ID": "invalid key_id provided. note that key_ids are specific to Plaid "
    "environments, and verification requests must be made to the same environment that the webhook was sent from",
    "LAST_UPDATED_DATETIME_OUT_OF_RANGE": "no balance was updated at or after options.min_last_updated_datetime",
    "ACCOUNTS_LIMIT": _SLOW_DOWN,
    "BALANCE_LIMIT": _SLOW_DOWN,
    "ACCOUNTS_BALANCE_GET_LIMIT": "rate limit exceeded for balance requests of this client. please try again later",
    "RATE_LIMIT": _SLOW_DOWN,
    "INTERNAL_SERVER_ERROR": "an unexpected error occurred",
    "INCOMPATIBLE_API_VERSION": "The public_key cannot be used for this endpoint as of version 2020-09-14 of the API. "
    "Please use the client_id and secret instead.",
    "UNAUTHORIZED_ENVIRONMENT": "you are not authorized to create items in this api environment. Go to the Dashboard "
    "(https://dashboard.plaid.com) to see which environments you are authorized for.",
    "UNAUTHORIZED_ROUTE_ACCESS": "you are not authorized to access this route in this api environment.",
    "USER_PERMISSION_REVOKED": "the holder of this account has revoked their permission for your application to access "
    "it",
    "ADDITIONAL_CONSENT_REQUIRED": "client does not have user consent to access the PRODUCT_AUTH product",
    "ITEM_LOGIN_REQUIRED": "the login details of this item have changed (credentials, MFA, or required user action) "
    "and a user login is required to update this information. use Link's update mode to restore the item to a good "
    "state",
    "ITEM_NOT_FOUND": "The Item you requested cannot be found. This Item does not exist, has been previously removed "
    "via /item/remove, or has had access removed by the user.",
    "ITEM_CONCURRENTLY_DELETED": "This item was deleted while the operation was in progress",
    "NO_ACCOUNTS": "no valid accounts were found for this item",
    "ACCESS_NOT_GRANTED": "access to this product was not granted for the account",
    "ITEM_LOCKED": "the account is locked. prompt the user to visit the institution's site and unlock their account",
    "PRODUCTS_NOT_SUPPORTED": "the requested product is not supported for this item",
    "ITEM_NOT_SUPPORTED": "this account is currently not supported",
    "PASSWORD_RESET_REQUIRED": "user must reset their password",
    "INSTITUTION_DOWN": _NOT_RESPONDING,
    "INSTITUTION_NOT_RESPONDING": _NOT_RESPONDING,
    "INSTITUTION_NOT_AVAILABLE": _NOT_RESPONDING,
    "INSTITUTION_NO_LONGER_SUPPORTED": "this institution is no longer supported",
    "UNSUPPORTED_RESPONSE": "the data returned from the financial institution is not valid",
    "INSTITUTION_RATE_LIMIT": "The institution is currently receiving too many requests. Please try again later.",
    "CREDITS_EXHAUSTED": "Free usage exhausted, please request full Production access to continue using this product",
    "PLANNED_MAINTENANCE": "the Plaid API is temporarily unavailable due to planned maintenance. visit "
    "https://status.plaid.com/ for more information",
}
_NOT_RESPONDING_DISPLAY: Final = (
    "This financial institution is not currently responding to requests. We apologize for the inconvenience."
)
_DISPLAY_MESSAGES: Final[Mapping[str, str]] = {
    "NO_ACCOUNTS": "No valid accounts were found at the financial institution. Please visit your financial "
    "institution's website to confirm accounts are available.",
    "ACCESS_NOT_GRANTED": "The user did not grant the necessary permissions for this product on their account.",
    "INSTITUTION_DOWN": _NOT_RESPONDING_DISPLAY,
    "INSTITUTION_NOT_RESPONDING": _NOT_RESPONDING_DISPLAY,
    "INSTITUTION_NOT_AVAILABLE": _NOT_RESPONDING_DISPLAY,
    "INSTITUTION_NO_LONGER_SUPPORTED": "This financial institution is no longer supported. We apologize for the "
    "inconvenience.",
    "UNSUPPORTED_RESPONSE": "The data returned from the financial institution is not valid.",
}


def _catalogue() -> Mapping[str, ErrorKind]:
    """Return the errors that the contract lists; one without a message here has its code for a message."""
    listed = document.own()["components"]["schemas"]["PlaidError"]["properties"]["error_code"]["x-error-codes"]
    return MappingProxyType(
        {
            entry["code"]: ErrorKind(
                entry["type"],
                entry["code"],
                entry["status"],
                _MESSAGES.get(entry["code"]) or str(entry["code"]),
                _DISPLAY_MESSAGES.get(entry["code"]),
                tuple(entry.get("operations", ())),
            )
            for entry in listed
        }
    )


CATALOGUE: Final = _catalogue()
"""Every error of the operations by its error_code. `NOT_FOUND` and `METHOD_NOT_ALLOWED` are not part of it."""

MISSING_FIELDS: Final = CATALOGUE["MISSING_FIELDS"]
UNKNOWN_FIELDS: Final = CATALOGUE["UNKNOWN_FIELDS"]
INVALID_FIELD: Final = CATALOGUE["INVALID_FIELD"]
INVALID_BODY: Final = CATALOGUE["INVALID_BODY"]
INVALID_HEADERS: Final = CATALOGUE["INVALID_HEADERS"]
INVALID_API_KEYS: Final = CATALOGUE["INVALID_API_KEYS"]
INVALID_ACCESS_TOKEN: Final = CATALOGUE["INVALID_ACCESS_TOKEN"]
INVALID_ACCOUNT_ID: Final = CATALOGUE["INVALID_ACCOUNT_ID"]
INVALID_WEBHOOK_VERIFICATION_KEY_ID: Final = CATALOGUE["INVALID_WEBHOOK_VERIFICATION_KEY_ID"]
LAST_UPDATED_DATETIME_OUT_OF_RANGE: Final = CATALOGUE["LAST_UPDATED_DATETIME_OUT_OF_RANGE"]
ACCOUNTS_LIMIT: Final = CATALOGUE["ACCOUNTS_LIMIT"]
BALANCE_LIMIT: Final = CATALOGUE["BALANCE_LIMIT"]
ACCOUNTS_BALANCE_GET_LIMIT: Final = CATALOGUE["ACCOUNTS_BALANCE_GET_LIMIT"]
RATE_LIMIT: Final = CATALOGUE["RATE_LIMIT"]
INTERNAL_SERVER_ERROR: Final = CATALOGUE["INTERNAL_SERVER_ERROR"]

NOT_FOUND: Final = ErrorKind("INVALID_REQUEST", "NOT_FOUND", 404, "not found")
# Plaid documents no error for another method; this is the nearest one that it does document.
METHOD_NOT_ALLOWED: Final = attrs.evolve(NOT_FOUND, status=405, message="this endpoint supports POST only")


def missing_fields(names: Sequence[str]) -> ErrorKind:
    """Return the error that names the properties which are missing."""
    return MISSING_FIELDS.with_message(f"the following required fields are missing: {', '.join(names)}")


def not_a_text(name: str) -> ErrorKind:
    """Return the error of a property that must be a string and not empty."""
    return INVALID_FIELD.with_message(f"{name} must be a properly formatted, non-empty string")
