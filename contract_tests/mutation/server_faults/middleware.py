"""Stands between the socket and the reference server, and lets a fault do what it wants with each exchange."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call
from plaid_accounts_contract.reference_server.world import World

Handler: TypeAlias = Callable[[Call], Awaitable[Answer]]
Tamper: TypeAlias = Callable[[Handler], Handler]
"""Makes of an honest handler one that is not; called once for each server, so that what it remembers is the server's."""


ACCOUNTS_GET: Final = "/accounts/get"
"""The path of the operation that most faults are about."""


class Tampered:
    """An ASGI application: `app` behind a handler that changes requests to one path, their answers or both."""

    def __init__(self, app: ASGIApp, world: World, tamper: Tamper, endpoint: str = ACCOUNTS_GET) -> None:
        self._app = app
        self._world = world
        self._tamper = tamper
        self._endpoint = endpoint
        self._scope: Scope = {}
        self._handler = tamper(self._honest)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one exchange as ASGI says; other paths than the operation's are left alone."""
        if scope["type"] != "http" or scope["path"] != self._endpoint:
            await self._app(scope, receive, send)
            return
        # All requests of a server differ in what stands in the Call only.
        self._scope = self._scope or scope
        headers = tuple((name.lower(), value) for name, value in scope["headers"])
        answer = await self._handler(Call(scope["method"], headers, await _body(receive), self._world))
        await _send(answer, send)

    async def _honest(self, call: Call) -> Answer:
        return await ask(self._app, call, self._scope)


async def ask(app: ASGIApp, call: Call, scope: Scope) -> Answer:
    """Give what an application answers to a call; `scope` has what does not stand in the call."""
    started: list[Message] = []
    body = bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": call.body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
        else:
            body.extend(message.get("body", b""))

    await app({**scope, "method": call.method, "headers": list(call.headers), "state": {}}, receive, send)
    return Answer(started[0]["status"], tuple(started[0]["headers"]), bytes(body))


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body.extend(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return bytes(body)


async def _send(answer: Answer, send: Send) -> None:
    headers = [(name, value) for name, value in answer.headers if name.lower() != b"content-length"]
    if not answer.pieces:
        length = len(answer.body) if answer.announced is None else answer.announced
        headers.append((b"content-length", str(length).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    size = max(1, -(-len(answer.body) // (answer.pieces or 1)))
    for start in range(0, len(answer.body), size):
        await send({"type": "http.response.body", "body": answer.body[start : start + size], "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
