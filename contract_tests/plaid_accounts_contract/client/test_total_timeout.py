"""Calls that would never end: each ends with the documented error, however slowly or endlessly a server sends."""

import json
import socket
from collections.abc import Callable
from typing import Any, Final

import httpx
import pytest

from plaid_accounts_contract.client.calls import attempt, call, client, errors, responding
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.misbehaving_servers import HEAD, Connection, conforming, serving, unread
from plaid_accounts_contract.client.recorder import Recorder

STYLES: Final = ("sync", "async")
_PAUSE: Final = 0.02


def _endless(begin: bytes, piece: bytes, pause: float = _PAUSE) -> Callable[[Connection], None]:
    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(begin)
        while not connection.ended.wait(pause):
            connection.send(piece)

    return behave


ENDLESS: Final = {
    "headers": _endless(HEAD, b"X-A: b\r\n"),
    "one header": _endless(HEAD + b"X: ", b"a"),
    "interim responses": _endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
    "a flood of interim responses": _endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0.0),
    "a body": _endless(HEAD + b"Content-Length: 1000000\r\n\r\n", b" "),
    "a chunk extension": _endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a"),
    "chunks": _endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "nothing": _endless(b"", b""),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("behaviour", ENDLESS.values(), ids=ENDLESS)
@guarantee("timeouts")
def test_an_endless_response_ends_with_the_total_timeout(behaviour: Callable[[Connection], None], style: Any) -> None:
    """A response that trickles in or floods raises TransportTimeoutError, although no single read times out."""
    with serving(behaviour) as url:
        error = call(client(base_url=url, total_timeout=0.4, timeout=60), style).failure(errors().TransportTimeoutError)
    assert "within the total timeout" in str(error)
    assert "total_timeout=" in str(error)
    assert error.attempts == 1


def _handshake(connection: Connection) -> None:
    """Announce a TLS record in response to that of the client, and send it byte by byte."""
    connection.socket.recv(1)
    connection.send(b"\x16\x03\x03\x40\x00")
    while not connection.ended.wait(_PAUSE):
        connection.send(b"\x02")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("behaviour", "base_url", "proxy"),
    [
        (_handshake, "https:{}", None),
        (ENDLESS["headers"], "https://api.example", "http:{}"),
        (unread, "http:{}", None),
    ],
)
@guarantee("timeouts")
def test_an_endless_request_ends_with_the_total_timeout(
    behaviour: Callable[[Connection], None], base_url: str, proxy: str | None, style: Any
) -> None:
    """A TLS handshake or a proxy's response that trickles in, and a server that never reads, end like an endless response."""
    with serving(behaviour) as url:
        place = url.removeprefix("http:")
        made = client(
            base_url=base_url.format(place), proxy=proxy and proxy.format(place), total_timeout=0.4, timeout=60
        )
        error = call(made, style, account_ids=["x" * 1_000_000] * 20).failure(errors().TransportTimeoutError)
    assert "within the total timeout" in str(error)


@guarantee("timeouts")
def test_a_callers_transport_gets_what_is_left() -> None:
    """A transport of the caller gets timeouts no longer than the total timeout."""
    recorder = Recorder()
    assert call(client(recorder, timeout=60, total_timeout=3)).model
    assert all(0 < seconds <= 3 for seconds in recorder.last.extensions["timeout"].values())


@pytest.mark.parametrize("style", STYLES)
@guarantee("timeouts")
def test_a_call_has_a_total_timeout_of_its_own(style: Any) -> None:
    """The argument of a call goes before that of the client, None sets no limit, and it ends with the call."""
    with serving(ENDLESS["headers"]) as url:
        made = client(base_url=url, total_timeout=None)
        call(made, style, total_timeout=0.2).failure(errors().TransportTimeoutError)
    made = client(responding({"error_code": "X"}, 400), total_timeout=1e-9)
    call(made, style, total_timeout=None).failure(errors().ApiError)
    with serving(conforming) as url, serving(ENDLESS["nothing"]) as silent, client(base_url=silent) as made:
        call(made, style, total_timeout=0.2).failure(errors().TransportTimeoutError)
        assert attempt(lambda: made.get_httpx_client().get(url)).error is None
    with serving(conforming) as url, client(base_url=url, timeout=httpx.Timeout(None), total_timeout=60) as made:
        assert call(made, style).model


@pytest.mark.parametrize("style", STYLES)
@guarantee("timeouts")
def test_the_total_timeout_covers_all_attempts(style: Any, waits: list[float]) -> None:
    """A Retry-After beyond what is left raises the API's own error at once, with the attempts made."""

    def handler(_: httpx.Request) -> httpx.Response:
        return httpx.Response(429, json={"error_code": "RATE_LIMIT"}, headers={"Retry-After": "29"})

    error = call(client(handler, retries=2, total_timeout=20), style).failure(errors().RateLimitExceededError)
    assert (error.attempts, error.retry_after, waits) == (1, 29, [])


@pytest.mark.parametrize("limits", [{"timeout": 6}, {"timeout": 60, "total_timeout": 6}], ids=["connecting", "total"])
@guarantee("timeouts")
def test_several_addresses_share_the_time(monkeypatch: pytest.MonkeyPatch, limits: dict[str, Any]) -> None:
    """An address that doesn't respond takes an equal share of what is left, so that the next one can still respond."""
    shares: list[float] = []

    def resolve(_: str, port: int, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{last}", port)) for last in (3, 2, 1)]

    def connect(address: tuple[str, int], timeout: float, **_: object) -> socket.socket:
        shares.append(timeout)
        if not address[0].endswith(".1"):
            raise TimeoutError
        connection = socket.socket()
        connection.connect(address)
        return connection

    with serving(conforming) as url:
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        monkeypatch.setattr(socket, "create_connection", connect)
        with client(base_url=url.replace("127.0.0.1", "localhost"), **limits) as made:
            assert call(made).model
    assert [(share or 60) <= most for share, most in zip(shares, (2, 3, 6), strict=True)] == [True] * 3


@pytest.mark.parametrize("style", STYLES)
@guarantee("retries")
def test_each_attempt_is_reported(style: Any, waits: list[float]) -> None:
    """on_attempt gets operation, number, status, duration, request_id and error_code of each attempt; an error their number."""
    body = json.dumps({"error_code": "INTERNAL_SERVER_ERROR", "request_id": "rq"}).encode()
    seen: list[Any] = []
    made = client(responding(body, 500), retries=2, on_attempt=seen.append)
    error = call(made, style).failure(errors().PlaidApiError)
    assert [(one.operation, one.number, one.status_code, one.request_id, one.error_code) for one in seen] == [
        ("accounts_get", number, 500, "rq", "INTERNAL_SERVER_ERROR") for number in (1, 2, 3)
    ]
    assert all(one.seconds >= 0 for one in seen)
    assert (error.attempts, len(waits)) == (3, 2)
