"""The answer of an operation that nobody has written a handler for: read from the contract."""

from collections.abc import Iterator
from functools import cached_property

from starlette.requests import Request

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.document import Document, Operation, response
from plaid_accounts_contract.reference_server.errors import ApiError, ErrorKind
from plaid_accounts_contract.reference_server.fields import Fields
from plaid_accounts_contract.reference_server.instances import NoInstance, example, instance
from plaid_accounts_contract.reference_server.records import JsonObject
from plaid_accounts_contract.reference_server.serving import Serving

_OK = 200


class Generated:
    """Answers one operation: a request is held against its schema, and a right one gets the same answer each time.

    That answer is the contract's first example of a 200, or the smallest value that its schema allows. A request with
    an `access_token` is answered for the Item of that token: what the Item's error, rate limit and account ids have to
    say about it counts here too, as far as the operation has the status for it.
    """

    def __init__(self, document: Document, operation: Operation) -> None:
        """Take the operation; nothing is generated before it is asked for."""
        self._document = document
        self._operation = operation
        self._fields = Fields(document, operation)

    async def __call__(self, request: Request, serving: Serving) -> JsonObject:
        """Give the content of a 200, without its request_id.

        Raises:
            ApiError: any of the documented errors.
        """
        body = await serving.admitted(request, self._operation.id)
        self._fields.check(body, serving.world.confidential())
        token = body.get("access_token")
        if isinstance(token, str):
            item = serving.item(token, self._operation.id)
            if not self._knows(item.failure):
                return self.answer
            if not set(_account_ids(body)) <= set(item.sound(self._operation.id).account_ids()):
                raise ApiError(errors.INVALID_ACCOUNT_ID)
        return self.answer

    def _knows(self, failure: ErrorKind | None) -> bool:
        """Whether an Item's error, if it has one, comes with a status that the contract has for this operation."""
        return failure is None or str(failure.status) in self._operation.definition["responses"]

    @cached_property
    def answer(self) -> JsonObject:
        """The content of a 200, without its request_id.

        Raises:
            NoInstance: the contract says nothing from which one can be made.
        """
        content = response(self._document, self._operation, _OK)
        if not content:
            msg = f"{self._operation.id} has no response 200 in application/json, so there is nothing to answer"
            raise NoInstance(msg)
        value = example(self._document, content)
        if value is None:
            value = instance(self._document, content["schema"], self._operation.id)
        if not isinstance(value, dict):
            msg = f"the response 200 of {self._operation.id} is no JSON object, as every response of this API is"
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
