"""What is not the client's to handle: errors of the caller's own transport, and reads that took the caller's patience."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from plaid_accounts_contract.client import bodies
from plaid_accounts_contract.client.calls import ACCESS_TOKEN, answering, attempt, call, client, errors
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.test_retries import Server, default


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("own-transport")
def test_a_bug_of_the_caller_s_transport_is_raised_as_it_is(style: Any) -> None:
    """A RuntimeError of a transport, while the client is open, is the caller's to see."""
    bug = RuntimeError("a bug in the transport")

    def handle(_: httpx.Request) -> httpx.Response:
        raise bug

    assert call(client(handle), style).failure(RuntimeError) is bug


@guarantee("own-transport")
def test_a_client_closed_during_a_call_is_told() -> None:
    """An httpx client that is closed while a call is under way gives an error that says so."""

    def handle(_: httpx.Request) -> httpx.Response:
        own.close()
        msg = "closed"
        raise RuntimeError(msg)

    own = httpx.Client(transport=httpx.MockTransport(handle))
    error = call(client(http_client=own)).failure(errors().TransportConnectionError)
    assert "closed during the call" in str(error)


@guarantee("own-transport")
def test_an_awaited_client_closed_during_a_call_is_told() -> None:
    """The same holds for calls with `await`."""

    async def handle(_: httpx.Request) -> httpx.Response:
        await own.aclose()
        msg = "closed"
        raise RuntimeError(msg)

    own = httpx.AsyncClient(transport=httpx.MockTransport(handle))
    error = call(client(async_http_client=own), "async").failure(errors().TransportConnectionError)
    assert "closed during the call" in str(error)


@pytest.mark.parametrize("style", ["sync", "async"])
@pytest.mark.parametrize("kind", [httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout])
@guarantee("retries")
def test_a_time_limit_is_not_used_up_twice(kind: type[Exception], style: Any, waits: list[float]) -> None:
    """A read, a write or a wait for a connection that took too long is not tried again."""
    server = Server([kind("late")])
    call(default(server), style).failure(errors().TransportTimeoutError)
    assert len(server.requests) == 1
    assert waits == []


@pytest.mark.skipif(httpx.__version__ < "0.28", reason="httpx asks here which event loop runs, and none does")
@guarantee("tasks")
def test_an_awaited_call_needs_no_loop_of_asyncio() -> None:
    """A call with `await` works where no event loop of asyncio runs, as under trio."""
    awaited = client(answering(bodies.complete())).accounts_get_async(access_token=ACCESS_TOKEN)
    ended = attempt(lambda: awaited.send(None)).failure(StopIteration)
    assert ended.value.to_dict()["request_id"] == bodies.complete()["request_id"]
