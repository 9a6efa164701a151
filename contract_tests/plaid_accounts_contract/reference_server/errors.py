"""The errors that Plaid documents, and how the server sends them.

`CATALOGUE` has each error of the contract, with a message. Source: https://plaid.com/docs/errors/. Messages are not
part of the contract: callers should act on `error_type` and `error_code`; Plaid documents that messages change.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
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
    """Ends the handling of a request with a documented error and, where needed, headers; whatever handles one may raise it."""

    def __init__(self, kind: ErrorKind, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.headers = dict(headers or {})


_LISTED: Final = document.own()["components"]["schemas"]["PlaidError"]["properties"]["error_code"]["x-error-codes"]
_TEXTS: Final = document.read(Path(__file__).with_name("errors.yaml"))

CATALOGUE: Final[Mapping[str, ErrorKind]] = MappingProxyType(
    {
        entry["code"]: ErrorKind(
            entry["type"],
            entry["code"],
            entry["status"],
            _TEXTS["messages"].get(entry["code"], entry["code"]),
            _TEXTS["display_messages"].get(entry["code"]),
            tuple(entry.get("operations", ())),
        )
        for entry in _LISTED
    }
)
"""Every error of the operations by its error_code; one that errors.yaml has no message for has its code instead.

`NOT_FOUND` and `METHOD_NOT_ALLOWED` are not part of it.
"""

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
