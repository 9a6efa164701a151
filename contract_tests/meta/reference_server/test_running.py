"""Serving an application on a real socket."""

import asyncio
import json
import logging
import socket
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from meta.reference_server.caller import KEYS, PATH, check_error
from plaid_accounts_contract.reference_server import Running, create_app, data, running
from plaid_accounts_contract.reference_server.bodies import BodyLimit
from plaid_accounts_contract.reference_server.running import listen

REQUEST = b"POST /accounts/get HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def _ask(url: str) -> int:
    body = {"access_token": data.EVERYDAY.access_token}
    return httpx.post(f"{url}{PATH}", json=body, headers=KEYS).status_code


def _exchange(server: Running, sent: bytes) -> tuple[bytes, dict[str, str], dict[str, Any]]:
    """Send raw bytes and give status line, headers and decoded body of the one answer before the server hangs up."""
    with socket.create_connection((server.host, server.port), timeout=30) as connection:
        connection.sendall(sent)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    headers = dict(line.decode().lower().split(": ", 1) for line in lines)
    return status, headers, json.loads(body)


@pytest.fixture(scope="module")
def impatient() -> Generator[Running]:
    """Give a server that does not wait for a body."""
    with running(create_app(body_limit=BodyLimit(seconds=0.05))) as served:
        yield served


def test_a_server_runs_for_the_length_of_its_block() -> None:
    """Requests are answered inside the block, and the port is free again after it."""
    with running(create_app()) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert _ask(server.url) == 200
    with pytest.raises(httpx.ConnectError):
        _ask(server.url)
    with running(create_app(), port=server.port) as again:
        assert again.port == server.port
        assert _ask(again.url) == 200


def test_servers_come_and_go_in_one_process() -> None:
    """Twenty servers in a row leave no thread behind."""
    before = threading.active_count()
    for _ in range(20):
        with running(create_app()) as server:
            assert _ask(server.url) == 200
    assert threading.active_count() == before


def test_servers_run_side_by_side() -> None:
    """Servers started from several threads each have a port and answer at the same time."""

    def serve(_: int) -> int:
        with running(create_app()) as server:
            barrier.wait(timeout=30)
            assert _ask(server.url) == 200
            barrier.wait(timeout=30)
            return server.port

    barrier = threading.Barrier(8)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(serve, range(8)))) == 8


def test_a_kept_alive_connection_does_not_hold_up_the_end() -> None:
    """A block ends while a client still holds its connection open."""
    with httpx.Client() as client:
        with running(create_app()) as server:
            assert client.get(f"{server.url}/").status_code == 404
        with pytest.raises(httpx.ConnectError):
            client.get(f"{server.url}/")
    # The server hung up first, so the system still remembers the connection.
    with running(create_app(), port=server.port) as again:
        assert _ask(again.url) == 200


def test_an_answer_is_not_held_back() -> None:
    """The listening socket names its protocol, by which asyncio knows to send at once what it is given."""
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_an_exception_in_the_block_ends_the_server() -> None:
    """The server stops when its block fails, and the failure is passed on."""
    with pytest.raises(LookupError, match="mine"), running(create_app()) as server:
        raise LookupError("mine")
    with pytest.raises(httpx.ConnectError):
        _ask(server.url)


def test_a_port_in_use_is_an_error() -> None:
    """A second server on one port is refused before its block is entered."""
    with (
        running(create_app()) as server,
        pytest.raises(OSError, match="in use"),
        running(create_app(), port=server.port),
    ):
        pytest.fail("two servers on one port")


def test_a_request_under_way_is_finished() -> None:
    """A block that ends while a request is handled lets it be answered."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: Request) -> JSONResponse:
        begun.set()
        go_on.wait(30)
        return JSONResponse({})

    with ThreadPoolExecutor(1) as pool:
        with running(Starlette(routes=[Route("/", slow)])) as server:
            answer = pool.submit(httpx.get, server.url)
            begun.wait(30)
            go_on.set()
        assert answer.result().status_code == 200


def test_a_request_without_end_is_broken_off(caplog: pytest.LogCaptureFixture) -> None:
    """A block that ends while a request hangs does not wait for it beyond its grace, and does not call it an error."""
    begun = threading.Event()

    async def hang(_: Request) -> JSONResponse:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    with ThreadPoolExecutor(1) as pool:
        with running(Starlette(routes=[Route("/", hang)]), grace_seconds=0.01) as server:
            answer = pool.submit(httpx.get, server.url, timeout=60)
            begun.wait(30)
        with pytest.raises(httpx.TransportError):
            answer.result()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_an_application_that_does_not_start_is_an_error() -> None:
    """An application whose start-up fails does not leave the caller waiting."""

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "lifespan"
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(RuntimeError, match="the application did not start"), running(broken):
        pytest.fail("it started")


def test_any_application_is_served() -> None:
    """The server is there for other applications too, such as the reference server in a wrapper."""

    def wrapped(app: ASGIApp) -> ASGIApp:
        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "path": PATH}, receive, send)

        return call

    with running(wrapped(create_app())) as server:
        assert httpx.post(f"{server.url}/elsewhere", json={}).json()["error_code"] == "MISSING_FIELDS"


def test_a_server_listens_on_ipv6() -> None:
    """An IPv6 address is put in brackets in the URL."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        pytest.skip(f"this machine has no IPv6 loopback: {error}")
    with running(create_app(), host="::1") as server:
        assert server.url == f"http://[::1]:{server.port}"
        assert _ask(server.url) == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"garbage\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        REQUEST + b"X: a\x00b\r\n\r\n",
        REQUEST + b"X\r\n\r\n",
        REQUEST + b"Content-Length: -1\r\n\r\n",
        REQUEST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        REQUEST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
        REQUEST + b"Transfer-Encoding: gzip\r\n\r\n",
        b"POST /accounts/get HTTP/1.1\r\n\r\n",
    ],
    ids=["text", "tls", "nul", "no-colon", "negative-length", "two-lengths", "bad-chunk", "bad-coding", "no-host"],
)
def test_bytes_that_are_no_http_get_a_documented_answer(server: Running, sent: bytes) -> None:
    """What is no HTTP request is INVALID_HEADERS in JSON, and the connection ends."""
    status, headers, body = _exchange(server, sent)
    assert status == b"HTTP/1.1 400 Bad Request"
    assert headers["content-type"] == "application/json"
    check_error(body, 400)
    assert body["error_code"] == "INVALID_HEADERS"


def test_an_answer_that_has_begun_is_not_followed_by_another() -> None:
    """Where a request goes wrong while it is being answered, the connection ends and nothing is put into the answer."""

    async def early(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
            while (await receive())["type"] != "http.disconnect":
                pass

    with running(early) as server, socket.create_connection((server.host, server.port), timeout=30) as connection:
        connection.sendall(REQUEST + b"Transfer-Encoding: chunked\r\n\r\n")
        received = b""
        while not received.endswith(b"half"):
            received += connection.recv(65_536)
        connection.sendall(b"ZZ\r\n")
        assert connection.recv(65_536) == b""
    assert received.startswith(b"HTTP/1.1 200 OK")


def test_a_body_shorter_than_announced_is_refused(impatient: Running) -> None:
    """A Content-Length larger than the body ends in an INVALID_BODY and a closed connection."""
    status, headers, body = _exchange(impatient, REQUEST + b"Content-Length: 10\r\n\r\n{}")
    assert (status, headers["connection"]) == (b"HTTP/1.1 400 Bad Request", "close")
    assert body["error_message"] == "body did not arrive whole within 0.05 seconds"


def test_a_body_longer_than_announced_is_another_request(server: Running) -> None:
    """What follows the announced length is read as the next request, which it is not."""
    with socket.create_connection((server.host, server.port), timeout=30) as connection:
        connection.sendall(REQUEST + b"Content-Length: 2\r\n\r\n{}garbage\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert received.count(b"HTTP/1.1 400 Bad Request") == 2
    assert b"MISSING_FIELDS" in received
    assert b"INVALID_HEADERS" in received


def test_a_caller_who_goes_away_leaves_no_trace(server: Running, caplog: pytest.LogCaptureFixture) -> None:
    """A connection that ends in the middle of a body is no error of the server."""
    with caplog.at_level(logging.WARNING):
        with socket.create_connection((server.host, server.port), timeout=30) as connection:
            connection.sendall(REQUEST + b"Content-Length: 10\r\n\r\n{}")
        assert _ask(server.url) == 200
    assert not caplog.records
