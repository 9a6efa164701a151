"""The operation `POST /webhook_verification_key/get`."""

from typing import Final

from starlette.requests import Request

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.fields import Fields
from plaid_accounts_contract.reference_server.records import JsonObject
from plaid_accounts_contract.reference_server.serving import Serving

OPERATION: Final = "webhookVerificationKeyGet"


class WebhookVerificationKeyGet:
    """Gives the public keys of the server's own signer."""

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
        key = serving.signer.key(str(body["key_id"]))
        if key is None:
            raise ApiError(errors.INVALID_WEBHOOK_VERIFICATION_KEY_ID)
        return {"key": key}
