"""The connections behind calls with `await`: how many there are, which call gets one, and when they close."""

import asyncio
import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Any, Final

import anyio
import httpx
import pytest

from plaid_accounts_contract.client import misbehaving_servers
from plaid_accounts_contract.client.calls import ACCESS_TOKEN, client, errors
from plaid_accounts_contract.client.certificates import tls_contexts
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.misbehaving_servers import Connection, Open, serving

CALLS: Final = 40


def limited(**limits: Any) -> httpx.AsyncHTTPTransport:
    """Return a transport with limits of the caller's."""
    return httpx.AsyncHTTPTransport(limits=httpx.Limits(**limits))


async def at_once(made: Any, calls: int) -> None:
    """Make some calls at once."""
    await asyncio.gather(*(made.accounts_get_async(access_token=ACCESS_TOKEN) for _ in range(calls)))


@guarantee("tasks")
def test_calls_at_once_leave_their_connections_to_the_next() -> None:
    """Many calls made at once open connections that the next ones use again, all of them."""
    connections = Open()

    async def calls() -> None:
        async with client(base_url=url) as made:
            for _ in range(3):
                await at_once(made, CALLS)

    misbehaving_servers.body()
    with serving(connections) as url:
        asyncio.run(calls())
    assert connections.accepted <= CALLS


@guarantee("own-transport")
def test_a_transport_keeps_its_limits() -> None:
    """Calls that share fewer connections than they need wait for each other, and connections beyond those to keep close."""

    async def calls(left: int, **limits: int) -> None:
        async with client(base_url=url, transport=limited(**limits)) as made:
            await at_once(made, CALLS)
            assert connections.become(left)
            await at_once(made, 1)

    connections = Open()
    with serving(connections) as url:
        asyncio.run(calls(3, max_connections=3))
        assert connections.most == 3
        assert connections.become(0)
        asyncio.run(calls(1, max_keepalive_connections=1))
        assert connections.become(0)


@guarantee("own-transport")
def test_a_transport_keeps_connections_after_it_was_closed() -> None:
    """The connections of a transport that was closed with its client serve the next calls, made after that."""
    connections = Open()

    async def calls() -> None:
        made = client(base_url=url, transport=limited())
        for _ in range(2):
            async with made:
                await at_once(made, 1)
                await at_once(made, 1)

    with serving(connections) as url:
        asyncio.run(calls())
    assert connections.accepted == 2


@guarantee("own-transport")
def test_an_expired_connection_is_replaced() -> None:
    """A connection idle for longer than its transport keeps one is closed before the next call."""
    connections = Open()

    async def calls() -> None:
        async with client(base_url=url, transport=limited(keepalive_expiry=0)) as made:
            for _ in range(3):
                await at_once(made, 1)
                assert connections.become(1)

    with serving(connections) as url:
        asyncio.run(calls())
    assert connections.accepted == 3


@pytest.mark.parametrize(("expiry", "left"), [(5400, 1), (None, 3)], ids=["expiring", "kept"])
@guarantee("own-transport")
def test_connections_that_calls_no_longer_need_expire(
    monkeypatch: pytest.MonkeyPatch, expiry: int | None, left: int
) -> None:
    """Connections of a burst of calls expire although later calls use one of them, unless their transport keeps all."""
    clock, connections, numbers = time.monotonic, Open(), list[int]()

    def note(connection: Connection) -> None:
        numbers.append(connection.number)
        connections(connection)

    async def calls() -> None:
        async with client(base_url=url, transport=limited(keepalive_expiry=expiry)) as made:
            for hours, number in enumerate((3, 1, 1)):
                monkeypatch.setattr(time, "monotonic", lambda hours=hours: clock() + 3600 * hours)
                await at_once(made, number)
            assert connections.become(left)
            await at_once(made, 3)
            assert len(numbers) == 6 - left

    with serving(note) as url:
        asyncio.run(calls())


@guarantee("connection-errors")
def test_a_response_that_arrives_early_is_read() -> None:
    """A response that the event loop has received before the request is sent, from a busy server say, is read."""
    transport: Any = limited()
    backend = transport._pool._network_backend
    connect = backend.connect_tcp

    async def connect_and_receive(*args: Any, **options: Any) -> Any:
        opened = await connect(*args, **options)
        own = opened._stream._transport
        own.resume_reading()
        await own.get_protocol().read_event.wait()
        return opened

    def respond_at_once(connection: Connection) -> None:
        connection.send(misbehaving_servers.complete(misbehaving_servers.body()))
        connection.ended.wait()

    async def calls() -> None:
        async with client(base_url=url, transport=transport, timeout=5) as made:
            await at_once(made, 1)

    # Some event loops receive as soon as they are connected.
    backend.connect_tcp = connect_and_receive
    with serving(respond_at_once) as url:
        asyncio.run(calls())


@guarantee("connection-errors")
def test_a_connection_that_closes_while_the_loop_is_busy_is_replaced() -> None:
    """A kept connection that the server closes while the event loop is busy elsewhere is replaced, without a retry."""
    closed = threading.Event()

    async def calls() -> None:
        async with client(base_url=url) as made:
            for _ in range(8):
                await at_once(made, 1)
                closed.wait()
                closed.clear()

    with serving(misbehaving_servers.closing(closed)) as url:
        asyncio.run(calls())


@guarantee("timeouts")
def test_a_call_that_gets_no_connection_is_a_timeout() -> None:
    """A call that waits too long for a connection of others is a timeout, and the connection serves the next call."""

    async def calls() -> Any:
        async with client(base_url=url, transport=limited(max_connections=1)) as made:
            first = asyncio.ensure_future(made.accounts_get_async(access_token=ACCESS_TOKEN))
            await asyncio.to_thread(arrived.wait)
            with pytest.raises(errors().TransportTimeoutError) as raised:
                await made.accounts_get_async(access_token=ACCESS_TOKEN, timeout=httpx.Timeout(20, pool=0.01))
            first.cancel()
            await asyncio.wait([first])
            await at_once(made, 2)
            return raised.value.__cause__

    arrived = threading.Event()
    with serving(misbehaving_servers.then(misbehaving_servers.hanging(arrived))) as url:
        assert type(asyncio.run(calls())) is httpx.PoolTimeout


@guarantee("lifecycle")
def test_closing_ends_the_calls_in_progress() -> None:
    """A call during which the client is closed is an error, and its connection is closed."""
    connections = Open()

    async def calls() -> None:
        made = client(base_url=url)
        waiting = asyncio.ensure_future(made.accounts_get_async(access_token=ACCESS_TOKEN))
        await asyncio.to_thread(arrived.wait)
        await made.aclose()
        with pytest.raises(errors().TransportConnectionError):
            await waiting
        assert connections.become(1)

    def hang(connection: Connection) -> None:
        connection.request()
        arrived.set()
        connections(connection)

    arrived = threading.Event()
    with serving(hang) as url:
        asyncio.run(calls())
        assert connections.become(0)


@guarantee("lifecycle")
def test_closing_is_not_cut_short() -> None:
    """A client whose closing is cancelled, by a scope of anyio or by its task, closes all of its connections."""
    connections = Open()

    async def calls() -> None:
        made = client(base_url=url)
        with anyio.CancelScope() as scope:
            async with made:
                await at_once(made, 3)
                scope.cancel()
        assert connections.become(0)
        await at_once(made, 3)
        closing = asyncio.create_task(made.aclose())
        await anyio.lowlevel.checkpoint()
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        assert await anyio.to_thread.run_sync(connections.become, 0)

    with serving(connections) as url:
        asyncio.run(calls())


@guarantee("own-transport")
def test_a_transport_closes_with_its_block() -> None:
    """A transport that the caller closes, not the client, closes its connections."""
    connections = Open()

    async def calls() -> None:
        async with limited() as transport:
            await at_once(client(base_url=url, transport=transport), 3)
        assert connections.become(0)

    with serving(connections) as url:
        asyncio.run(calls())


@guarantee("own-transport")
def test_the_httpx_client_can_call_others() -> None:
    """The httpx client behind calls with `await` is usable for other hosts, and its connections close with the client."""
    connections, others = Open(), Open()

    async def calls() -> None:
        async with client(base_url=url) as made:
            http = made.get_async_httpx_client()
            for _ in range(2):
                await at_once(made, 2)
                response = await http.post(other, content=b"{}", timeout=None)
                assert response.json()["accounts"]
                address = response.extensions["network_stream"].get_extra_info("server_addr")
                assert address == ("127.0.0.1", int(other.rpartition(":")[2]))

    with serving(connections) as url, serving(others) as other:
        asyncio.run(calls())
        assert connections.become(0)
        assert others.become(0)


@guarantee("own-transport")
def test_the_httpx_client_shows_the_certificate(tmp_path: Path) -> None:
    """The connection behind a response of the httpx client shows its encryption, and so the certificate of the server."""
    server, trusting = tls_contexts(tmp_path)

    async def calls() -> None:
        async with client(ssl_context=trusting) as made:
            response = await made.get_async_httpx_client().post(url, content=b"{}")
            encryption = response.extensions["network_stream"].get_extra_info("ssl_object")
            assert isinstance(encryption, ssl.SSLObject)
            assert encryption.getpeercert()

    with serving(misbehaving_servers.conforming, tls=server) as url:
        asyncio.run(calls())


@guarantee("size-limit")
def test_a_response_is_received_no_faster_than_it_is_read() -> None:
    """A response that nobody reads yet stays with the server for the most part, and is complete once it is read."""
    content, turns, ended, slowed = b" " * 25_000_000, threading.Semaphore(0), threading.Event(), list[bool]()

    def flood(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
        turns.acquire()
        sent = connection.socket.send(content[:9])
        loop.call_soon_threadsafe(arrived.set)
        turns.acquire()
        connection.socket.settimeout(0.5)
        try:
            while sent < len(content):
                sent += connection.socket.send(content[sent : sent + 8192])
        except TimeoutError:
            slowed.append(True)
        finally:
            ended.set()
        connection.socket.settimeout(None)
        connection.send(content[sent:])

    async def calls() -> None:
        async with client(base_url=url) as made, made.get_async_httpx_client().stream("GET", url) as response:
            turns.release()
            await arrived.wait()
            turns.release()
            await asyncio.to_thread(ended.wait)
            assert slowed
            assert len(await response.aread()) == len(content)

    arrived = asyncio.Event()
    with serving(flood) as url, asyncio.Runner() as runner:
        loop = runner.get_loop()
        runner.run(calls())


@guarantee("own-transport")
def test_a_transport_for_http_2_keeps_its_connections() -> None:
    """The connections of a transport that may use HTTP/2, which serves many calls on one, are left to it."""
    transport = httpx.AsyncHTTPTransport(http2=True)
    pool = transport._pool

    async def bind() -> None:
        client(transport=transport).get_async_httpx_client()

    asyncio.run(bind())
    assert transport._pool is pool


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this platform has no such sockets")
@guarantee("own-transport")
def test_a_transport_can_connect_to_a_socket_of_this_machine(tmp_path: Path) -> None:
    """A transport of the caller can connect to a socket in the file system."""

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")
        writer.write(misbehaving_servers.complete(misbehaving_servers.body()))
        writer.close()

    async def calls() -> None:
        path = str(tmp_path / "socket")
        async with (
            await asyncio.start_unix_server(respond, path),
            client(base_url="http://localhost", transport=httpx.AsyncHTTPTransport(uds=path)) as made,
        ):
            await at_once(made, 2)

    asyncio.run(calls())
