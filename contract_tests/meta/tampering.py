"""The reference server with its answers changed on the way out, and short runs against it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs
from starlette.types import Message, Receive, Scope, Send

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.reference_server import create_app, reference_world, running
from plaid_accounts_contract.runner.known_failing import Entry
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.runner import open_run
from plaid_accounts_contract.runner.verdict import Outcome, conclude
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Request

CONTRACT = Contract.load()


@attrs.define
class Answer:
    """An answer on its way out, with the request that it is for; whatever is set here is what the caller gets."""

    path: str
    request_headers: dict[str, str]
    request_body: bytes
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def value(self) -> Any:
        """The body's JSON."""
        return json.loads(self.body)

    @value.setter
    def value(self, value: Any) -> None:
        self.body = json.dumps(value).encode()


Change = Callable[[Answer], None]


@attrs.frozen
class Tampering:
    """An ASGI application: the reference server's answers, changed."""

    change: Change
    inner: Any = attrs.field(factory=create_app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the reference server does, then change the answer."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        body = await _read(receive)
        answer = Answer(
            scope["path"],
            {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
            body,
            0,
            [],
            b"",
        )

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status, answer.headers = message["status"], list(message["headers"])
            else:
                answer.body += message.get("body", b"")

        await self.inner(scope, again, keep)
        self.change(answer)
        headers = [(name, value) for name, value in answer.headers if name != b"content-length"]
        length = (b"content-length", str(len(answer.body)).encode())
        await send({"type": "http.response.start", "status": answer.status, "headers": [*headers, length]})
        await send({"type": "http.response.body", "body": answer.body})


async def _read(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


def requests(run: Run) -> Iterable[Request]:
    """Yield a few requests of each kind, valid and invalid, in both modes."""
    builder, item, secret = RequestBuilder(run.test_data, run.operation), run.test_data.primary, run.test_data.secret
    for mode in ("header", "body"):
        yield builder.valid(mode, purpose="no options")
        yield builder.valid(mode, item.account_ids[:2], purpose="filter: two")
        yield builder.valid(mode, (item.account_ids[0].upper(),), purpose="another case")
        yield builder.valid(mode, access_token=run.test_data.items[1].access_token, purpose="another Item")
        yield builder.valid(mode, access_token=run.settings.error_tokens[0][1], purpose="a failing Item")
        yield builder.request(mode, builder.fields(), secret=secret[:-1], purpose="a prefix")
        yield builder.request(mode, builder.fields(), secret=secret[1:], purpose="an end")
        yield builder.request(mode, {**builder.fields(), "extra": 1}, purpose="unknown property")
        yield builder.raw(mode, b'{"\xff' + item.access_token.encode(), purpose="not UTF-8")


def outcome_of(change: Change, known: Sequence[Entry] = (), **settings: Any) -> Outcome:
    """Return what a short run against a changed server comes to."""
    with running(Tampering(change)) as server:
        told = attrs.evolve(complete(Settings(), reference_world(), server.url), **settings)
        with open_run(told, CONTRACT) as run:
            for request in requests(run):
                run.origin = "test_tampering"
                run.send(request)
            return conclude(run, known=known)


def unchanged(_: Answer) -> None:
    """Leave the answer as it is."""
