"""The operation `POST /link/token/create`, as far as update mode goes."""

from typing import Final

from starlette.requests import Request

from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.fields import Fields
from plaid_accounts_contract.reference_server.records import JsonObject
from plaid_accounts_contract.reference_server.serving import Serving
from plaid_accounts_contract.reference_server.tokens import item_of

OPERATION: Final = "linkTokenCreate"
_REPAIRED: Final = (
    "ITEM_LOGIN_REQUIRED",
    "ITEM_LOCKED",
    "PASSWORD_RESET_REQUIRED",
    "ACCESS_NOT_GRANTED",
    "NO_ACCOUNTS",
    "ADDITIONAL_CONSENT_REQUIRED",
)


class LinkTokenCreate:
    """Begins a session of Link for an Item. Errors that the user mends in Link do not stand in its way."""

    def __init__(self, fields: Fields) -> None:
        """Take what checks the fields of a request."""
        self._fields = fields

    async def __call__(self, request: Request, serving: Serving) -> JsonObject:
        """Give the content of a 200, without its request_id.

        Raises:
            ApiError: any of the documented errors.
        """
        body = await serving.admitted(request, OPERATION)
        self._fields.check(body, serving.world.confidential())
        item = item_of(serving.world, str(body["access_token"]))
        if item.failure is not None and item.failure.concerns(OPERATION) and item.failure.code not in _REPAIRED:
            raise ApiError(item.failure)
        update = body.get("update")
        selects = isinstance(update, dict) and update.get("account_selection_enabled") is True
        session = serving.links.begin(item.access_token, selects_accounts=selects)
        expiration = session.expiration.isoformat().replace("+00:00", "Z")
        return {"link_token": session.link_token, "expiration": expiration}
