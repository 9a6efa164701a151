"""The errors that Plaid documents, and how the server says them.

`CATALOGUE` holds each one with its status and message. Source: https://plaid.com/docs/errors/. The messages are part of
what goes over the wire; Plaid asks callers to act on `error_type` and `error_code` and says that messages change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from plaid_accounts_contract.reference_server.records import JsonObject


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One documented error. `display_message` is meant for the end user; most errors have none.

    `operations` names the ones that answer it, by operationId; empty for an error of any operation.
    """

    type: str
    code: str
    status: int
    message: str
    display_message: str | None = None
    operations: tuple[str, ...] = ()

    def concerns(self, operation_id: str) -> bool:
        """Say whether an operation may answer it."""
        return not self.operations or operation_id in self.operations

    def saying(self, message: str) -> "ErrorKind":
        """Give the same error with a message that fits the request at hand."""
        return replace(self, message=message)

    def body(self, request_id: str) -> JsonObject:
        """Give the seven properties that Plaid's error bodies were seen to have."""
        return {
            "display_message": self.display_message,
            "documentation_url": f"https://plaid.com/docs/?ref=error#{_anchor(self.type)}",
            "error_code": self.code,
            "error_message": self.message,
            "error_type": self.type,
            "request_id": request_id,
            "suggested_action": None,
        }


def _anchor(error_type: str) -> str:
    words = error_type.lower().replace("_", "-")
    return f"{words.removesuffix('-error')}-errors"


class ApiError(Exception):
    """Ends the handling of a request with a documented error and, where needed, headers."""

    def __init__(self, kind: ErrorKind, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.headers = dict(headers or {})


_NOT_RESPONDING: Final = "this institution is not currently responding to this request. please try again soon"
_NOT_RESPONDING_DISPLAY: Final = (
    "This financial institution is not currently responding to requests. We apologize for the inconvenience."
)
_SLOW_DOWN: Final = "rate limit exceeded for attempts to access this item. please try again later"

_BALANCE: Final = ("accountsBalanceGet",)

MISSING_FIELDS: Final = ErrorKind(
    "INVALID_REQUEST", "MISSING_FIELDS", 400, "the following required fields are missing: access_token"
)
UNKNOWN_FIELDS: Final = ErrorKind(
    "INVALID_REQUEST", "UNKNOWN_FIELDS", 400, "the following fields are not recognized by this endpoint: acess_token"
)
INVALID_FIELD: Final = ErrorKind(
    "INVALID_REQUEST", "INVALID_FIELD", 400, "client_id must be a properly formatted, non-empty string"
)
INVALID_BODY: Final = ErrorKind("INVALID_REQUEST", "INVALID_BODY", 400, "body could not be parsed as JSON")
INVALID_HEADERS: Final = ErrorKind("INVALID_REQUEST", "INVALID_HEADERS", 400, "Content-Type must be application/json")
NOT_FOUND: Final = ErrorKind("INVALID_REQUEST", "NOT_FOUND", 404, "not found")
# Plaid documents no error for another method; this is the nearest one that it does document.
METHOD_NOT_ALLOWED: Final = replace(NOT_FOUND, status=405, message="this endpoint answers POST only")
INVALID_API_KEYS: Final = ErrorKind("INVALID_INPUT", "INVALID_API_KEYS", 400, "invalid client_id or secret provided")
INVALID_ACCESS_TOKEN: Final = ErrorKind(
    "INVALID_INPUT", "INVALID_ACCESS_TOKEN", 400, "could not find matching access token"
)
INVALID_ACCOUNT_ID: Final = ErrorKind(
    "INVALID_INPUT",
    "INVALID_ACCOUNT_ID",
    400,
    "failed to find requested account ID for requested item",
)
INVALID_WEBHOOK_VERIFICATION_KEY_ID: Final = ErrorKind(
    "INVALID_INPUT",
    "INVALID_WEBHOOK_VERIFICATION_KEY_ID",
    400,
    "invalid key_id provided. note that key_ids are specific to Plaid environments, and verification requests must be "
    "made to the same environment that the webhook was sent from",
    operations=("webhookVerificationKeyGet",),
)
LAST_UPDATED_DATETIME_OUT_OF_RANGE: Final = ErrorKind(
    "INVALID_RESULT",
    "LAST_UPDATED_DATETIME_OUT_OF_RANGE",
    400,
    "no balance was updated at or after options.min_last_updated_datetime",
    operations=_BALANCE,
)
ACCOUNTS_LIMIT: Final = ErrorKind("RATE_LIMIT_EXCEEDED", "ACCOUNTS_LIMIT", 429, _SLOW_DOWN, operations=("accountsGet",))
BALANCE_LIMIT: Final = ErrorKind("RATE_LIMIT_EXCEEDED", "BALANCE_LIMIT", 429, _SLOW_DOWN, operations=_BALANCE)
ACCOUNTS_BALANCE_GET_LIMIT: Final = ErrorKind(
    "RATE_LIMIT_EXCEEDED",
    "ACCOUNTS_BALANCE_GET_LIMIT",
    429,
    "rate limit exceeded for balance requests of this client. please try again later",
    operations=_BALANCE,
)
RATE_LIMIT: Final = ErrorKind("RATE_LIMIT_EXCEEDED", "RATE_LIMIT", 429, _SLOW_DOWN)
INTERNAL_SERVER_ERROR: Final = ErrorKind("API_ERROR", "INTERNAL_SERVER_ERROR", 500, "an unexpected error occurred")

_FROM_REQUESTS: Final = (
    MISSING_FIELDS,
    UNKNOWN_FIELDS,
    INVALID_FIELD,
    INVALID_BODY,
    INVALID_HEADERS,
    INVALID_API_KEYS,
    INVALID_ACCESS_TOKEN,
    INVALID_ACCOUNT_ID,
    INVALID_WEBHOOK_VERIFICATION_KEY_ID,
    LAST_UPDATED_DATETIME_OUT_OF_RANGE,
    ACCOUNTS_LIMIT,
    BALANCE_LIMIT,
    ACCOUNTS_BALANCE_GET_LIMIT,
    RATE_LIMIT,
    INTERNAL_SERVER_ERROR,
)
_FROM_ITEMS: Final = (
    ErrorKind(
        "INVALID_REQUEST",
        "INCOMPATIBLE_API_VERSION",
        400,
        "The public_key cannot be used for this endpoint as of version 2020-09-14 of the API. "
        "Please use the client_id and secret instead.",
    ),
    ErrorKind(
        "INVALID_INPUT",
        "UNAUTHORIZED_ENVIRONMENT",
        400,
        "you are not authorized to create items in this api environment. Go to the Dashboard "
        "(https://dashboard.plaid.com) to see which environments you are authorized for.",
    ),
    ErrorKind(
        "INVALID_INPUT",
        "UNAUTHORIZED_ROUTE_ACCESS",
        400,
        "you are not authorized to access this route in this api environment.",
    ),
    ErrorKind(
        "INVALID_INPUT",
        "USER_PERMISSION_REVOKED",
        400,
        "the holder of this account has revoked their permission for your application to access it",
    ),
    ErrorKind(
        "INVALID_INPUT",
        "ADDITIONAL_CONSENT_REQUIRED",
        400,
        "client does not have user consent to access the PRODUCT_AUTH product",
    ),
    ErrorKind(
        "ITEM_ERROR",
        "ITEM_LOGIN_REQUIRED",
        400,
        "the login details of this item have changed (credentials, MFA, or required user action) and a user login is "
        "required to update this information. use Link's update mode to restore the item to a good state",
    ),
    ErrorKind(
        "ITEM_ERROR",
        "ITEM_NOT_FOUND",
        400,
        "The Item you requested cannot be found. This Item does not exist, has been previously removed via "
        "/item/remove, or has had access removed by the user.",
    ),
    ErrorKind(
        "ITEM_ERROR",
        "ITEM_CONCURRENTLY_DELETED",
        400,
        "This item was deleted while the operation was in progress",
    ),
    ErrorKind(
        "ITEM_ERROR",
        "NO_ACCOUNTS",
        400,
        "no valid accounts were found for this item",
        "No valid accounts were found at the financial institution. Please visit your financial institution's website "
        "to confirm accounts are available.",
    ),
    ErrorKind(
        "ITEM_ERROR",
        "ACCESS_NOT_GRANTED",
        400,
        "access to this product was not granted for the account",
        "The user did not grant the necessary permissions for this product on their account.",
    ),
    ErrorKind(
        "ITEM_ERROR",
        "ITEM_LOCKED",
        400,
        "the account is locked. prompt the user to visit the institution's site and unlock their account",
    ),
    ErrorKind(
        "ITEM_ERROR",
        "PRODUCTS_NOT_SUPPORTED",
        400,
        "the requested product is not supported for this item",
        operations=_BALANCE,
    ),
    ErrorKind("ITEM_ERROR", "ITEM_NOT_SUPPORTED", 400, "this account is currently not supported"),
    ErrorKind("ITEM_ERROR", "PASSWORD_RESET_REQUIRED", 400, "user must reset their password"),
    ErrorKind("INSTITUTION_ERROR", "INSTITUTION_DOWN", 400, _NOT_RESPONDING, _NOT_RESPONDING_DISPLAY),
    ErrorKind("INSTITUTION_ERROR", "INSTITUTION_NOT_RESPONDING", 400, _NOT_RESPONDING, _NOT_RESPONDING_DISPLAY),
    ErrorKind("INSTITUTION_ERROR", "INSTITUTION_NOT_AVAILABLE", 400, _NOT_RESPONDING, _NOT_RESPONDING_DISPLAY),
    ErrorKind(
        "INSTITUTION_ERROR",
        "INSTITUTION_NO_LONGER_SUPPORTED",
        400,
        "this institution is no longer supported",
        "This financial institution is no longer supported. We apologize for the inconvenience.",
    ),
    ErrorKind(
        "INSTITUTION_ERROR",
        "UNSUPPORTED_RESPONSE",
        400,
        "the data returned from the financial institution is not valid",
        "The data returned from the financial institution is not valid.",
    ),
    ErrorKind(
        "RATE_LIMIT_EXCEEDED",
        "INSTITUTION_RATE_LIMIT",
        429,
        "The institution is currently receiving too many requests. Please try again later.",
        operations=_BALANCE,
    ),
    ErrorKind(
        "RATE_LIMIT_EXCEEDED",
        "CREDITS_EXHAUSTED",
        429,
        "Free usage exhausted, please request full Production access to continue using this product",
    ),
    ErrorKind(
        "API_ERROR",
        "PLANNED_MAINTENANCE",
        503,
        "the Plaid API is temporarily unavailable due to planned maintenance. visit https://status.plaid.com/ for more "
        "information",
    ),
)

CATALOGUE: Final[Mapping[str, ErrorKind]] = MappingProxyType(
    {kind.code: kind for kind in (*_FROM_REQUESTS, *_FROM_ITEMS)}
)
"""Every error of the operations by its error_code. `NOT_FOUND` and `METHOD_NOT_ALLOWED` are not of it."""
