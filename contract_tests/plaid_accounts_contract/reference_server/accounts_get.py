"""The operation `POST /accounts/get`."""

from collections.abc import Sequence
from typing import Final

import attrs
from starlette.requests import Request

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.accounts import Account
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.fields import invalid, unrecognised
from plaid_accounts_contract.reference_server.records import JsonObject, to_object
from plaid_accounts_contract.reference_server.state import ServerState

_FIELDS: Final = ("client_id", "secret", "access_token", "options")
_OPTIONS: Final = ("account_ids",)
# A shorter token was issued by nobody, and redacting it would remove half of every message.
_SHORTEST_SECRET: Final = 8


@attrs.frozen
class AccountsGetRequest:
    """A well-formed request. `account_ids` is None for a request without a filter."""

    access_token: str = attrs.field(repr=False)
    account_ids: tuple[str, ...] | None

    @classmethod
    def from_body(cls, body: JsonObject, secrets: frozenset[str]) -> "AccountsGetRequest":
        """Read the fields of a body; a field name that contains one of the `secrets` is redacted in an error.

        Raises:
            ApiError: UNKNOWN_FIELDS, MISSING_FIELDS or INVALID_FIELD, in that order.
        """
        token = body.get("access_token")
        if isinstance(token, str) and len(token) >= _SHORTEST_SECRET:
            secrets |= {token}
        options = body.get("options", {})
        unknown = [name for name in body if name not in _FIELDS]
        if isinstance(options, dict):
            unknown += [f"options.{name}" for name in options if name not in _OPTIONS]
        if unknown:
            raise unrecognised(unknown, secrets)
        if "access_token" not in body:
            raise ApiError(errors.MISSING_FIELDS)
        if not isinstance(token, str):
            raise ApiError(errors.not_a_text("access_token"))
        if not isinstance(options, dict):
            raise invalid("options must be an object")
        return cls(token, _account_ids(options))


def _account_ids(options: JsonObject) -> tuple[str, ...] | None:
    """Return the filter, or None if there is none.

    Plaid does not document an empty list, but was seen to refuse it with INVALID_FIELD, "must be a non-empty array".
    """
    if "account_ids" not in options:
        return None
    ids = options["account_ids"]
    wanted = [entry for entry in ids if isinstance(entry, str) and entry] if isinstance(ids, list) else []
    if not wanted or wanted != ids:
        raise invalid("options.account_ids must be a non-empty array of valid account ids")
    return tuple(wanted)


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


async def accounts_get(request: Request, state: ServerState) -> JsonObject:
    """Return the accounts and the item of a 200, without its request_id.

    The checks common to all operations come first; then the fields (unknown, missing, wrong); the token's form, then
    whether it was issued; the Item's rate limit; the Item's own error; the filter. So a caller with a wrong token learns
    nothing about account ids.

    Raises:
        ApiError: any of the documented errors.
    """
    body = await state.authenticate(request)
    wanted = AccountsGetRequest.from_body(body, state.world.secrets())
    item = state.healthy_item(wanted.access_token)
    accounts = select(item.accounts, wanted.account_ids)
    return {"accounts": [to_object(account) for account in accounts], "item": to_object(item.details)}
