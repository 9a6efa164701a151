"""The handler of an operation that nobody has written one for: it responds from the contract alone."""

from collections.abc import Iterator
from typing import Any, Final

from starlette.requests import Request

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.document import Document, Operation, resolve, response
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.fields import Fields
from plaid_accounts_contract.reference_server.instances import example, full, instance
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import Content, File, JsonValue, to_object
from plaid_accounts_contract.reference_server.state import ServerState

_OK: Final = 200


class Generated:
    """Checks a request against its schema, and responds to every valid one with what the contract allows.

    A request with an `access_token` is about the Item of that token: its error, rate limit, accounts and details count here
    too, as far as the operation documents a status for them. The first Item's response is the contract's first example of
    a 200, or has every property, as for an operation without Items; the second's has what is required, with null where
    that is allowed; the others' have every property.
    """

    def __init__(self, document: Document, operation: Operation) -> None:
        """Create a handler whose responses are made when they are asked for."""
        self._document = document
        self._operation = operation
        self._fields = Fields(document, operation)
        self._made: dict[object, Content] = {}

    async def __call__(self, request: Request, state: ServerState) -> Content:
        """Return the content of a 200."""
        operation = self._operation
        body = await state.authenticate(request, operation.id, has_body=operation.has_body, has_keys=operation.has_keys)
        if operation.has_body:
            self._fields.check(body, state.dataset.secrets())
        token = body.get("access_token")
        if not isinstance(token, str):
            return self._content(None, 0, ())
        item = state.counted_item(token, operation.id)
        # An error whose status the operation does not document is not one of this operation.
        if item.failure is None or str(item.failure.status) in operation.definition["responses"]:
            item.check_healthy(operation.id)
        wanted = tuple(_account_ids(body))
        if not set(wanted) <= set(item.account_ids()):
            raise ApiError(errors.INVALID_ACCOUNT_ID)
        return self._content(item, [*state.dataset.items].index(token), wanted)

    def _content(self, item: Item | None, number: int, account_ids: tuple[str, ...]) -> Content:
        """Return the content of a 200."""
        key = None if item is None else (item.access_token, *item.account_ids(), account_ids)
        if key not in self._made:
            self._made[key] = self._make(item, number, account_ids)
        return self._made[key]

    def _make(self, item: Item | None, number: int, account_ids: tuple[str, ...]) -> Content:
        content = response(self._document, self._operation, _OK)
        if not content:
            documented = resolve(self._document, self._operation.definition["responses"][str(_OK)])
            return File(next(iter(documented["content"])), self._operation.id.encode())
        document = self._document if item is None else _about(self._document, item, account_ids)
        value = example(document, content) if number == 0 else None
        if value is None:
            make = instance if number == 1 else full
            value = make(document, content["schema"], self._operation.id)
        if isinstance(value, dict):
            return {name: entry for name, entry in value.items() if name != "request_id"}
        listed: list[JsonValue] = value
        return listed


def _about(document: Document, item: Item, account_ids: tuple[str, ...]) -> Document:
    """Return the document with an Item and its accounts as the examples of their components."""
    components: dict[str, Any] = dict(document["components"]["schemas"])
    accounts = [account for account in item.accounts if not account_ids or account.account_id in account_ids]
    for name, examples in (
        ("Account", [to_object(account) for account in accounts]),
        ("Item", [to_object(item.details)]),
    ):
        if name in components and examples:
            components[name] = {**components[name], "examples": examples}
    return {**document, "components": {**document["components"], "schemas": components}}


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
