"""ASGI middleware that injects a fault into the reference server, and the data that the server has."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mutation.server_faults.exchange import Item as PlainItem
from mutation.server_faults.exchange import Request, Response, ServerData
from mutation.server_faults.fault import Fault
from plaid_accounts_contract.reference_server import data
from plaid_accounts_contract.reference_server.accounts import Account, Balances, identifier
from plaid_accounts_contract.reference_server.app import create_app
from plaid_accounts_contract.reference_server.credentials import Credentials
from plaid_accounts_contract.reference_server.data import reference_dataset
from plaid_accounts_contract.reference_server.dataset import Dataset
from plaid_accounts_contract.reference_server.items import Item, ItemDetails
from plaid_accounts_contract.reference_server.records import to_object
from plaid_accounts_contract.reference_server.webhooks import EXPIRED_KEY_ID, KEY_ID


def _numeric() -> Dataset:
    """Make one Item whose ids are digits alone, which a careless server takes for numbers, and so have no case either."""
    accounts = tuple(
        Account(account_id=str(1000 + number), balances=Balances(current=number, iso_currency_code="EUR"),
                mask=None, name=f"Konto {number}", type="other")
        for number in range(3)
    )  # fmt: skip
    closed = (attrs.evolve(accounts[0], account_id="999"),)
    details = ItemDetails(item_id="1", products=())
    item = Item(access_token="access-sandbox-1", title="", details=details, accounts=accounts, closed_accounts=closed)  # noqa: S106
    return Dataset.of(Credentials("1234567890", "0987654321"), [item])


def _many_accounts() -> Dataset:
    accounts = tuple(
        Account(account_id=identifier(f"variation/{number}"), name=f"Account {number}", type="depository",
                balances=Balances(available=number, current=number + 0.25), subtype="checking")
        for number in range(40)
    )  # fmt: skip
    items = [
        attrs.evolve(item, accounts=accounts) if item.closed_accounts else item
        for item in reference_dataset().items.values()
    ]
    return Dataset.of(Credentials("a-client_id/with=other.characters", "S3cret:of-another~kind+of?form"), items)


DATASETS: Final[Mapping[str, Callable[[], Dataset]]] = {
    "reference": reference_dataset,
    "numeric": _numeric,
    "one item": lambda: Dataset.of(data.REFERENCE_CREDENTIALS, [data.EVERYDAY]),
    "many accounts": _many_accounts,
}


class FaultyServer:
    """An ASGI application: the reference server of a contract behind a fault of one operation."""

    def __init__(self, fault: Fault, contract: Mapping[str, Any] | None = None) -> None:
        self.dataset = DATASETS[fault.dataset]()
        self._app: ASGIApp = create_app(self.dataset, contract=contract)
        self._data = _plain(self.dataset)
        self._endpoint = fault.endpoint
        self._scope: Scope = {}
        self._handler = fault.handler(self._conforming)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one exchange; other paths than the fault's are left alone."""
        if scope["type"] != "http" or scope["path"] != self._endpoint:
            await self._app(scope, receive, send)
            return
        # What a Request doesn't have is the same for all requests to one path.
        self._scope = self._scope or scope
        headers = tuple((name.lower(), value) for name, value in scope["headers"])
        request = Request(scope["method"], headers, await read_body(receive), self._data)
        await send_response(await self._handler(request), send)

    async def _conforming(self, request: Request) -> Response:
        scope = {**self._scope, "method": request.method, "headers": list(request.headers), "state": {}}
        return await respond(self._app, scope, request.body)


async def respond(app: ASGIApp, scope: Scope, body: bytes) -> Response:
    """Return the response of an application to a request with a complete body."""
    started: list[Message] = []
    content = bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
        else:
            content.extend(message.get("body", b""))

    await app(scope, receive, send)
    return Response(started[0]["status"], tuple(started[0]["headers"]), bytes(content))


def _plain(dataset: Dataset) -> ServerData:
    items = {
        token: PlainItem(
            token, to_object(item.details), tuple(map(to_object, item.accounts)),
            tuple(map(to_object, item.closed_accounts)), item.failure is not None,
        )
        for token, item in dataset.items.items()
    }  # fmt: skip
    own, others = dataset.credentials, dataset.other_clients[:1]
    other_keys = tuple(key for one in others for key in (one.client_id, one.secret))
    return ServerData(own.client_id, own.secret, items, (KEY_ID, EXPIRED_KEY_ID), other_keys)


async def read_body(receive: Receive) -> bytes:
    """Return the complete body of a request."""
    body = bytearray()
    while True:
        message = await receive()
        body.extend(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return bytes(body)


async def send_response(response: Response, send: Send) -> None:
    """Send a response as it is, with the length that it announces."""
    headers = [(name, value) for name, value in response.headers if name.lower() != b"content-length"]
    if not response.pieces:
        length = len(response.body) if response.announced is None else response.announced
        headers.append((b"content-length", str(length).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    size = max(1, -(-len(response.body) // (response.pieces or 1)))
    for start in range(0, len(response.body), size):
        await send({"type": "http.response.body", "body": response.body[start : start + size], "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
