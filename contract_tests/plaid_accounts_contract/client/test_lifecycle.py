"""A client opened, closed and opened again; connections are closed when the last block ends."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from typing import Any

import pytest

from plaid_accounts_contract.client import bodies, rude_servers
from plaid_accounts_contract.client.calls import ACCESS_TOKEN, answering, call, client
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.test_live import connect
from plaid_accounts_contract.plugin import ReferenceServer


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("lifecycle")
def test_a_client_can_be_opened_more_than_once(style: Any, plaid_reference_server: ReferenceServer) -> None:
    """A client works in a `with` block, in another one inside and after it, and without one."""
    made, token = connect(plaid_reference_server), plaid_reference_server.access_token

    async def awaited() -> list[Any]:
        found = []
        for _ in range(2):
            async with made as again, made:
                assert again is made
                found.append(await made.accounts_get_async(access_token=token))
        found.append(await made.accounts_get_async(access_token=token))
        await made.aclose()
        await made.aclose()
        return found

    if style == "async":
        assert all(model.accounts for model in asyncio.run(awaited()))
        return
    for _ in range(2):
        with made:
            with made as again:
                assert again is made
                assert call(made, access_token=token).model
            assert call(made, access_token=token).model
    assert call(made, access_token=token).model
    made.close()
    made.close()


@guarantee("lifecycle")
def test_blocks_with_and_without_await_are_counted_apart() -> None:
    """The end of an `async with` block closes its connections, though a `with` block around it goes on."""
    closed = threading.Event()

    def notice(connection: rude_servers.Connection) -> None:
        try:
            rude_servers.sound(connection)
        finally:
            closed.set()

    async def awaited(made: Any) -> None:
        async with made:
            await made.accounts_get_async(access_token=ACCESS_TOKEN)

    with rude_servers.serving(notice) as url, client(base_url=url) as made:
        asyncio.run(awaited(made))
        assert closed.wait(10)


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("lifecycle")
def test_closing_closes_connections(style: Any) -> None:
    """The end of the outermost block closes the connections, not before, and also when the block raises."""
    closed, connections = threading.Event(), []

    def notice(connection: rude_servers.Connection) -> None:
        connections.append(connection)
        try:
            rude_servers.sound(connection)
        finally:
            closed.set()

    def plain(url: str) -> None:
        with client(base_url=url) as made:
            with made:
                assert call(made).model
            assert call(made).model
            assert len(connections) == 1, "the end of the inner block closes the connection"
            raise LookupError

    async def awaited(url: str) -> None:
        async with client(base_url=url) as made:
            async with made:
                await made.accounts_get_async(access_token=ACCESS_TOKEN)
            await made.accounts_get_async(access_token=ACCESS_TOKEN)
            assert len(connections) == 1, "the end of the inner block closes the connection"
            raise LookupError

    with rude_servers.serving(notice) as url:
        with pytest.raises(LookupError):
            asyncio.run(awaited(url)) if style == "async" else plain(url)
        assert closed.wait(10)


@guarantee("lifecycle")
def test_an_event_loop_that_has_ended_is_let_go() -> None:
    """A client that lives longer than an event loop does not keep it in memory."""
    made = client(answering(bodies.complete()))

    async def awaited() -> weakref.ref[asyncio.AbstractEventLoop]:
        async with made, made:
            await made.accounts_get_async(access_token=ACCESS_TOKEN)
        return weakref.ref(asyncio.get_running_loop())

    loop = asyncio.run(awaited())
    gc.collect()
    assert loop() is None
