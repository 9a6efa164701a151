"""What a caller asks of `/accounts/get`, taken from a decoded body."""

import json
import re
from dataclasses import dataclass, field
from typing import Final

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.records import JsonObject

_FIELDS: Final = ("client_id", "secret", "access_token", "options")
_OPTIONS: Final = ("account_ids",)
_PLAIN_NAME: Final = re.compile(r"[\w.-]{1,64}", re.ASCII)
_NAMES_SHOWN: Final = 10
# A shorter token was issued by nobody, and hiding it would blot out half of every message.
_SHORTEST_SECRET: Final = 8


@dataclass(frozen=True, slots=True)
class AccountsGetRequest:
    """A well-formed request. `account_ids` is None where no filter is given."""

    access_token: str = field(repr=False)
    account_ids: tuple[str, ...] | None

    @classmethod
    def from_body(cls, body: JsonObject, confidential: frozenset[str]) -> "AccountsGetRequest":
        """Take the fields from a body; a field named like one of the `confidential` values is not shown in an error.

        Raises:
            ApiError: UNKNOWN_FIELDS, MISSING_FIELDS or INVALID_FIELD, in that order.
        """
        token = body.get("access_token")
        if isinstance(token, str) and len(token) >= _SHORTEST_SECRET:
            confidential |= {token}
        options = body.get("options", {})
        unknown = [name for name in body if name not in _FIELDS]
        if isinstance(options, dict):
            unknown += [f"options.{name}" for name in options if name not in _OPTIONS]
        if unknown:
            raise unrecognised(unknown, confidential)
        if "access_token" not in body:
            raise ApiError(errors.MISSING_FIELDS)
        if not isinstance(token, str):
            raise invalid("access_token must be a properly formatted, non-empty string")
        if not isinstance(options, dict):
            raise invalid("options must be an object")
        return cls(token, _account_ids(options))


def _account_ids(options: JsonObject) -> tuple[str, ...] | None:
    """Give the filter, if there is one.

    What Plaid answers to an empty list is not established. Its message for a null filter, seen at another endpoint,
    asks for a non-empty array, so an empty one is refused with the same message here.
    """
    if "account_ids" not in options:
        return None
    ids = options["account_ids"]
    wanted = [entry for entry in ids if isinstance(entry, str) and entry] if isinstance(ids, list) else []
    if not wanted or wanted != ids:
        raise invalid("options.account_ids must be a non-empty array of valid account ids")
    return tuple(wanted)


def invalid(message: str) -> ApiError:
    """Give the error that says which value of a body is wrong."""
    return ApiError(errors.INVALID_FIELD.saying(message))


def unrecognised(names: list[str], confidential: frozenset[str]) -> ApiError:
    """Give the error that names the properties which are unknown, none of them in a way that shows a secret."""
    told = [shown(name, confidential) for name in names[:_NAMES_SHOWN]]
    if len(names) > _NAMES_SHOWN:
        told.append(f"and {len(names) - _NAMES_SHOWN} more")
    message = f"the following fields are not recognized by this endpoint: {', '.join(told)}"
    return ApiError(errors.UNKNOWN_FIELDS.saying(message))


def shown(name: str, confidential: frozenset[str]) -> str:
    """Give a name as it may stand in a message: short, in ASCII, and without a secret."""
    if any(secret in name for secret in confidential):
        return "[redacted]"
    return name if _PLAIN_NAME.fullmatch(name) else json.dumps(name[:64])
