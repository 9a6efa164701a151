"""Transports and httpx clients of the caller's own, used as they are."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from plaid_accounts_contract.client import bodies
from plaid_accounts_contract.client.calls import ACCESS_TOKEN, STYLES, call, client, errors
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.wires import Wire, body_of


@pytest.mark.parametrize("style", STYLES)
@guarantee("own-transport")
def test_an_httpx_client_of_the_caller_s_is_used_as_it_is(style: Any) -> None:
    """Hooks, headers and cookies of the caller's httpx client take part, and it stays open."""
    seen: list[str] = []
    wire = Wire()

    def note(request: httpx.Request) -> None:
        seen.append(str(request.url))

    async def note_async(request: httpx.Request) -> None:
        seen.append(str(request.url))

    transport = httpx.MockTransport(wire)
    headers, cookies = {"X-Team": "a"}, {"session": "b"}
    own = httpx.Client(transport=transport, event_hooks={"request": [note]}, headers=headers, cookies=cookies)
    asynchronous = httpx.AsyncClient(
        transport=transport, event_hooks={"request": [note_async]}, headers=headers, cookies=cookies
    )
    with client(http_client=own, async_http_client=asynchronous) as made:
        assert call(made, style).model
    assert len(seen) == 1
    assert wire.last.headers.get("X-Team") == "a"
    assert wire.last.headers["Cookie"] == "session=b"
    assert body_of(wire.last) == {"access_token": ACCESS_TOKEN}
    assert not own.is_closed
    assert not asynchronous.is_closed
    own.close()
    asyncio.run(asynchronous.aclose())


@guarantee("own-transport")
def test_a_transport_for_the_other_kind_of_call_is_refused() -> None:
    """A transport without `await` cannot serve a method with it, nor the other way round; the error says so."""

    class Plain(httpx.BaseTransport):
        """Serves calls without await."""

    class Awaited(httpx.AsyncBaseTransport):
        """Serves calls with await."""

    made: Any = client(transport=Plain())
    assert "await" in str(call(made, "async").failure(errors().ConfigurationError))
    made = client(transport=Awaited())
    assert "await" in str(call(made, "sync").failure(errors().ConfigurationError))


@guarantee("own-transport")
def test_a_closed_client_of_the_caller_s_is_named() -> None:
    """An httpx client that the caller closed too early is named in the error."""
    own = httpx.Client()
    own.close()
    error = call(client(http_client=own)).failure(errors().ConfigurationError)
    assert "http_client=" in str(error)


@guarantee("own-transport")
def test_cookies_of_the_server_are_not_sent_back() -> None:
    """A cookie that an answer sets is not sent with the next request, which another user may have made."""
    seen: list[str | None] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Cookie"))
        return httpx.Response(200, json=bodies.complete(), headers={"Set-Cookie": "session=1; Path=/"})

    made = client(handle)
    for style in ("sync", "sync", "async"):
        assert call(made, style).model
    assert seen == [None, None, None]
