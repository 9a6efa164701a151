"""Transports and httpx clients of the caller's own, and exceptions that are not the client's to change."""

import asyncio
import time
from typing import Any

import anyio
import httpx
import pytest
from httpx_retries import Retry

from plaid_accounts_contract.client import bodies, misbehaving_servers
from plaid_accounts_contract.client.calls import ACCESS_TOKEN, STYLES, call, client, errors
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.recorder import Recorder, body_of


@pytest.mark.parametrize("style", STYLES)
@guarantee("own-transport")
def test_an_httpx_client_of_the_caller_s_is_used_as_it_is(style: Any) -> None:
    """Hooks, headers and cookies of the caller's httpx client are used, and it stays open."""
    seen: list[str] = []
    recorder = Recorder()

    def note(request: httpx.Request) -> None:
        seen.append(str(request.url))

    async def note_async(request: httpx.Request) -> None:
        seen.append(str(request.url))

    transport = httpx.MockTransport(recorder)
    headers, cookies = {"X-Team": "a"}, {"session": "b"}
    own = httpx.Client(transport=transport, event_hooks={"request": [note]}, headers=headers, cookies=cookies)
    asynchronous = httpx.AsyncClient(
        transport=transport, event_hooks={"request": [note_async]}, headers=headers, cookies=cookies
    )
    with client(http_client=own, async_http_client=asynchronous) as made:
        assert call(made, style).model
    assert len(seen) == 1
    assert recorder.last.headers.get("X-Team") == "a"
    assert recorder.last.headers["Cookie"] == "session=b"
    assert body_of(recorder.last) == {"access_token": ACCESS_TOKEN}
    assert not own.is_closed
    assert not asynchronous.is_closed
    own.close()
    asyncio.run(asynchronous.aclose())


@guarantee("own-transport")
def test_a_transport_for_the_other_kind_of_call_is_an_error() -> None:
    """A sync transport for an async call is an error that names the reason, and vice versa."""

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
    """The error names an httpx client that the caller closed too early."""
    own = httpx.Client()
    own.close()
    error = call(client(http_client=own)).failure(errors().ConfigurationError)
    assert "http_client=" in str(error)


@guarantee("own-transport")
def test_cookies_of_the_server_are_not_sent_back() -> None:
    """A cookie that a response sets is not sent with the next request, which may be for another user."""
    seen: list[str | None] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Cookie"))
        return httpx.Response(200, json=bodies.complete(), headers={"Set-Cookie": "session=1; Path=/"})

    made = client(handle)
    for style in ("sync", "sync", "async"):
        assert call(made, style).model
    assert seen == [None, None, None]


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("own-transport")
def test_a_bug_of_the_caller_s_transport_is_raised_as_it_is(style: Any) -> None:
    """A RuntimeError of a transport propagates while the client is open."""
    bug = RuntimeError("a bug in the transport")

    def handle(_: httpx.Request) -> httpx.Response:
        raise bug

    assert call(client(handle), style).failure(RuntimeError) is bug


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("own-transport")
def test_a_client_closed_during_a_call_is_an_error(style: Any) -> None:
    """An httpx client that is closed during a call is an error that names the reason."""

    def handle(_: httpx.Request) -> httpx.Response:
        own.close()
        raise RuntimeError("closed")

    async def handle_async(_: httpx.Request) -> httpx.Response:
        await asynchronous.aclose()
        raise RuntimeError("closed")

    own = httpx.Client(transport=httpx.MockTransport(handle))
    asynchronous = httpx.AsyncClient(transport=httpx.MockTransport(handle_async))
    made = client(http_client=own, async_http_client=asynchronous)
    error = call(made, style).failure(errors().TransportConnectionError)
    assert "closed during the call" in str(error)


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("lifecycle")
def test_a_client_closed_before_a_retry_is_an_error(monkeypatch: pytest.MonkeyPatch, style: Any) -> None:
    """A call that waits to be sent again when the client is closed is an error, and is not sent again."""

    def close(_: float) -> None:
        made.close()

    async def aclose(_: float) -> None:
        await made.aclose()

    with misbehaving_servers.serving(misbehaving_servers.then(misbehaving_servers.reset)) as url:
        made = client(base_url=url, retries=1)
        monkeypatch.setattr(time, "sleep", close)
        monkeypatch.setattr(anyio, "sleep", aclose)
        error = call(made, style).failure(errors().TransportConnectionError)
    assert "closed during the call" in str(error)


@guarantee("tasks")
def test_a_client_works_under_trio() -> None:
    """One client serves one run of trio after another, and asyncio: retries, the total timeout and closing work as well."""
    trio: Any = pytest.importorskip("trio", reason="trio is not installed")

    async def twice() -> int:
        async with made:
            for _ in range(2):
                assert await made.accounts_get_async(access_token=ACCESS_TOKEN)
            return id(made.get_async_httpx_client())

    async def connections() -> Any:
        return made.get_async_httpx_client()

    async def timed_out() -> None:
        async with made:
            await made.accounts_get_async(access_token=ACCESS_TOKEN, total_timeout=0.2)

    failing = misbehaving_servers.then(misbehaving_servers.reset)
    with misbehaving_servers.serving(failing) as url:
        made = client(base_url=url, retries=Retry(total=1, backoff_factor=0, allowed_methods=["POST"]))
        assert trio.run(twice) != trio.run(twice)
        assert trio.run(connections) is not trio.run(connections)
        assert asyncio.run(twice())
    with misbehaving_servers.serving(misbehaving_servers.hang) as url:
        made = client(base_url=url)
        with pytest.raises(errors().TransportTimeoutError):
            trio.run(timed_out)
