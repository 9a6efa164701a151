"""Serving an application on a real socket."""

import asyncio
import json
import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from meta.reference_server.caller import KEYS, PATH, check_error
from plaid_accounts_contract.reference_server import Running, create_app, data, running
from plaid_accounts_contract.reference_server.running import DocumentedH11Protocol, listen

REQUEST = b"POST /accounts/get HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize("sent", [b"", REQUEST])
def test_headers_have_a_time_limit(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    """A connection without complete headers is closed after the time limit."""
    monkeypatch.setattr(DocumentedH11Protocol, "header_seconds", 0.1)
    with (
        running(create_app()) as server,
        socket.create_connection((server.host, server.port), timeout=30) as connection,
    ):
        connection.sendall(sent)
        assert connection.recv(1) == b""


def _status(url: str) -> int:
    body = {"access_token": data.EVERYDAY.access_token}
    return httpx.post(f"{url}{PATH}", json=body, headers=KEYS).status_code


def _exchange(server: Running, sent: bytes) -> tuple[bytes, dict[str, str], dict[str, Any]]:
    """Send raw bytes; return status line, headers and JSON of the only response before the server disconnects."""
    with socket.create_connection((server.host, server.port), timeout=30) as connection:
        connection.sendall(sent)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    headers = dict(line.decode().lower().split(": ", 1) for line in lines)
    return status, headers, json.loads(body)


def test_a_server_runs_as_long_as_its_block() -> None:
    """Requests get responses inside the block, and no connection after it."""
    with running(create_app()) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert _status(server.url) == 200
    with pytest.raises(httpx.ConnectError):
        _status(server.url)


def test_servers_leave_no_thread_behind() -> None:
    """Twenty servers in a row leave as many threads as before."""
    before = threading.active_count()
    for _ in range(20):
        with running(create_app()) as server:
            assert _status(server.url) == 200
    assert threading.active_count() == before


def test_a_kept_alive_connection_does_not_delay_the_end() -> None:
    """A block ends while a client still holds its connection open, and the port is free again."""
    with httpx.Client() as client:
        with running(create_app()) as server:
            assert client.get(f"{server.url}/").status_code == 404
        with pytest.raises(httpx.ConnectError):
            client.get(f"{server.url}/")
    # The server disconnected first, so the system still remembers the connection.
    with running(create_app(), port=server.port) as again:
        assert _status(again.url) == 200


def test_a_response_is_not_delayed() -> None:
    """The listening socket names its protocol, so that asyncio turns off Nagle's algorithm."""
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_an_exception_in_the_block_ends_the_server() -> None:
    """The server stops when its block raises, and the exception propagates."""
    with pytest.raises(LookupError, match="mine"), running(create_app()) as server:
        raise LookupError("mine")
    with pytest.raises(httpx.ConnectError):
        _status(server.url)


def test_a_request_in_progress_is_finished() -> None:
    """A block that ends during a request waits for its response."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: Request) -> JSONResponse:
        begun.set()
        go_on.wait(30)
        return JSONResponse({})

    with ThreadPoolExecutor(1) as pool:
        with running(Starlette(routes=[Route("/", slow)])) as server:
            response = pool.submit(httpx.get, server.url)
            begun.wait(30)
            go_on.set()
        assert response.result().status_code == 200


def test_a_hanging_request_is_aborted(caplog: pytest.LogCaptureFixture) -> None:
    """A block that ends while a request hangs waits no longer than its grace, and logs no error."""
    begun = threading.Event()

    async def hang(_: Request) -> JSONResponse:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    with ThreadPoolExecutor(1) as pool:
        with running(Starlette(routes=[Route("/", hang)]), grace_seconds=0.01) as server:
            response = pool.submit(httpx.get, server.url, timeout=60)
            begun.wait(30)
        with pytest.raises(httpx.TransportError):
            response.result()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_an_application_that_does_not_start_is_an_error() -> None:
    """An application whose start-up fails is a RuntimeError."""

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "lifespan"
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(RuntimeError, match="the application did not start"), running(broken):
        pytest.fail("it started")


def test_a_server_listens_on_ipv6() -> None:
    """The URL of an IPv6 address has brackets."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        pytest.skip(f"this machine has no IPv6 loopback: {error}")
    with running(create_app(), host="::1") as server:
        assert server.url == f"http://[::1]:{server.port}"
        assert _status(server.url) == 200


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
def test_bytes_that_are_not_http_get_a_documented_response(server: Running, sent: bytes) -> None:
    """Anything but an HTTP request is INVALID_HEADERS in JSON, and the connection ends."""
    status, headers, body = _exchange(server, sent)
    assert status == b"HTTP/1.1 400 Bad Request"
    assert headers["content-type"] == "application/json"
    check_error(body, 400)
    assert body["error_code"] == "INVALID_HEADERS"


def test_a_started_response_is_not_followed_by_another() -> None:
    """A request that turns out invalid during its response ends the connection, and adds nothing to the response."""

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


def test_a_disconnecting_caller_is_not_an_error(server: Running, caplog: pytest.LogCaptureFixture) -> None:
    """A connection that ends in the middle of a body is not logged as an error."""
    with caplog.at_level(logging.WARNING):
        with socket.create_connection((server.host, server.port), timeout=30) as connection:
            connection.sendall(REQUEST + b"Content-Length: 10\r\n\r\n{}")
        assert _status(server.url) == 200
    assert not caplog.records
