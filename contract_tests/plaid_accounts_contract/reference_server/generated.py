"""The handler of an operation that nobody has written one for: it responds from the contract alone."""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from starlette.requests import Request

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.document import Document, Operation, response
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.fields import Fields
from plaid_accounts_contract.reference_server.instances import NoInstance, example, instance
from plaid_accounts_contract.reference_server.records import JsonObject
from plaid_accounts_contract.reference_server.state import ServerState

_OK: Final = 200


class Generated:
    """Checks a request against its schema, and sends the same response to every valid one.

    That response is the contract's first example of a 200, or the smallest value that its schema allows. A request with
    an `access_token` is about the Item of that token: the Item's error, rate limit and account ids count here too, as
    far as the operation documents a status for them.
    """

    def __init__(self, document: Document, operation: Operation) -> None:
        """Create a handler whose response is made when the first request arrives."""
        self._document = document
        self._operation = operation
        self._fields = Fields(document, operation)

    async def __call__(self, request: Request, state: ServerState) -> JsonObject:
        """Return the content of a 200, without its request_id.

        Raises:
            ApiError: any of the documented errors.
        """
        body = await state.authenticate(request, self._operation.id)
        self._fields.check(body, state.world.secrets())
        token = body.get("access_token")
        if isinstance(token, str):
            item = state.counted_item(token, self._operation.id)
            # An error whose status the operation does not document is not one of this operation.
            if item.failure is not None and str(item.failure.status) not in self._operation.definition["responses"]:
                return self._content
            item.check_healthy(self._operation.id)
            if not set(_account_ids(body)) <= set(item.account_ids()):
                raise ApiError(errors.INVALID_ACCOUNT_ID)
        return self._content

    @cached_property
    def _content(self) -> JsonObject:
        """The content of a 200, without its request_id.

        Raises:
            NoInstance: the contract documents nothing to make one from.
        """
        content = response(self._document, self._operation, _OK)
        if not content:
            msg = f"{self._operation.id} has no response 200 in application/json, so there is nothing to send"
            raise NoInstance(msg)
        value = example(self._document, content)
        if value is None:
            value = instance(self._document, content["schema"], self._operation.id)
        if not isinstance(value, dict):
            msg = f"response 200 of {self._operation.id} must be a JSON object, as every response of this API is"
            raise NoInstance(msg)
        return {name: entry for name, entry in value.items() if name != "request_id"}


def _account_ids(value: object) -> Iterator[str]:
    """Yield every entry of every list `account_ids` in a body."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "account_ids" and isinstance(inner, list):
                yield from (entry for entry in inner if isinstance(entry, str))
            else:
                yield from _account_ids(inner)
    elif isinstance(value, list):
        for entry in value:
            yield from _account_ids(entry)
