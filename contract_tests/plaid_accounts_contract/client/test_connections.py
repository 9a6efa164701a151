"""Broken connections on real sockets give the documented exception, and never part of a response."""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from plaid_accounts_contract.client import bodies, comparison, misbehaving_servers
from plaid_accounts_contract.client.calls import SECRETS, call, client, errors
from plaid_accounts_contract.client.certificates import tls_contexts
from plaid_accounts_contract.client.documents import SUCCESS
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.misbehaving_servers import Behaviour, serving

STYLES: Final = ("sync", "async")
BROKEN: Final = (
    misbehaving_servers.close_unread, misbehaving_servers.reset, misbehaving_servers.reset_at_once,
    misbehaving_servers.reset_within, misbehaving_servers.reset_at_the_end,
    *map(misbehaving_servers.sending, misbehaving_servers.BROKEN),
)  # fmt: skip
LIMIT: Final = 1_000_000


@contextmanager
def calling(behaviour: Behaviour, **settings: Any) -> Generator[tuple[str, Any]]:
    """Yield the URL of a server and a client of it."""
    with serving(behaviour) as url, client(base_url=url, **settings) as made:
        yield url, made


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("behaviour", BROKEN)
@guarantee("connection-errors")
def test_a_connection_that_breaks_is_an_error(behaviour: Behaviour, style: Any) -> None:
    """A connection that breaks before, within or after headers or body is an error that names the address."""
    with calling(behaviour) as (url, made):
        error = call(made, style).failure(errors().TransportConnectionError)
    assert issubclass(type(error.__cause__), httpx.TransportError)
    assert url in str(error)


@pytest.mark.parametrize("style", STYLES)
@guarantee("connection-errors")
def test_a_port_that_nobody_listens_to_is_an_error(style: Any) -> None:
    """A call without a server is an error that names the address."""
    with calling(misbehaving_servers.close_unread) as (url, made):
        pass
    error = call(made, style).failure(errors().TransportConnectionError)
    assert type(error.__cause__) is httpx.ConnectError
    assert url in str(error)


@pytest.mark.parametrize("style", STYLES)
@guarantee("connection-errors")
def test_a_host_that_does_not_resolve_is_an_error(style: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host without an address is an error that names the address called."""

    def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    error = call(client(base_url="https://api.example"), style).failure(errors().TransportConnectionError)
    assert "https://api.example" in str(error)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("behaviour", [*map(misbehaving_servers.sending, misbehaving_servers.CONTRADICTORY)])
@guarantee("connection-errors")
def test_a_body_that_contradicts_its_headers_is_malformed(behaviour: Behaviour, style: Any) -> None:
    """A body that contradicts its Content-Encoding or Content-Length is malformed."""
    with calling(behaviour) as (_, made):
        error = call(made, style).failure(errors().MalformedResponseError)
    assert error.status_code == 200


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("behaviour", [misbehaving_servers.conforming, misbehaving_servers.slowly])
@guarantee("connection-errors")
def test_a_slow_response_is_complete(behaviour: Behaviour, style: Any) -> None:
    """A response in many small pieces is returned completely, and the connection is reused."""
    with calling(behaviour) as (_, made):
        for _ in range(3):
            comparison.check(SUCCESS, bodies.complete(), call(made, style).model.to_dict())


@pytest.mark.parametrize("style", STYLES)
@guarantee("connection-errors")
def test_a_kept_connection_that_the_server_closed_is_replaced(style: Any) -> None:
    """A keep-alive connection that the server closes after the response is replaced, without a retry."""
    closed = threading.Event()
    with calling(misbehaving_servers.closing(closed)) as (_, made):
        for _ in range(4):
            comparison.check(SUCCESS, bodies.complete(), call(made, style).model.to_dict())
            closed.wait()
            closed.clear()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "behaviour",
    [misbehaving_servers.reset, misbehaving_servers.reset_within, misbehaving_servers.sending("chunk_cut_short")],
)
@guarantee("connection-errors")
def test_a_broken_connection_is_retried(behaviour: Behaviour, style: Any, waits: list[float]) -> None:
    """With retries, a call succeeds after a connection that breaks once, also within the body."""
    with calling(misbehaving_servers.then(behaviour), retries=1) as (_, made):
        comparison.check(SUCCESS, bodies.complete(), call(made, style).model.to_dict())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("behaviour", [misbehaving_servers.hang, misbehaving_servers.hang_within])
@guarantee("timeouts")
def test_a_silent_server_is_a_timeout(behaviour: Behaviour, style: Any) -> None:
    """A server that stops before or within the response, or before a TLS handshake, is a timeout."""
    with calling(behaviour) as (url, made):
        error = call(made, style, timeout=httpx.Timeout(20, read=0.1)).failure(errors().TransportTimeoutError)
        limits = httpx.Timeout(20, connect=0.1)
        encrypted = client(base_url=url.replace("http:", "https:"), timeout=limits, total_timeout=2)
        slow = call(encrypted, style).failure(errors().TransportTimeoutError)
        assert "ConnectTimeout" in str(slow)
    assert type(error.__cause__) is httpx.ReadTimeout
    assert "timeout=" in str(error)


@pytest.mark.parametrize("style", STYLES)
@guarantee("connection-errors")
def test_a_certificate_that_nobody_signed_is_an_error(tmp_path: Path, style: Any) -> None:
    """A server whose certificate is not trusted is an error that says so."""
    server, _ = tls_contexts(tmp_path)
    with serving(misbehaving_servers.conforming, tls=server) as url:
        error = call(client(base_url=url), style).failure(errors().TransportConnectionError)
    assert "certificate verify failed" in str(error)


@pytest.mark.parametrize("style", STYLES)
@guarantee("connection-errors")
def test_a_long_request_is_sent_completely(style: Any) -> None:
    """A request longer than what is sent at once arrives completely."""
    with calling(misbehaving_servers.conforming, timeout=5) as (_, made):
        assert call(made, style, account_ids=["x" * 1_000_000] * 20).model


@pytest.mark.parametrize("style", STYLES)
@guarantee("timeouts")
def test_a_server_that_does_not_read_is_a_timeout(style: Any) -> None:
    """A server that does not read the request is a timeout of writing."""
    with calling(misbehaving_servers.unread, timeout=httpx.Timeout(5, write=0.1)) as (_, made):
        error = call(made, style, account_ids=["x" * 1_000_000] * 20).failure(errors().TransportTimeoutError)
    assert type(error.__cause__) is httpx.WriteTimeout


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("behaviour", "limit"),
    [(misbehaving_servers.gzip_bomb, LIMIT), (misbehaving_servers.flood, LIMIT), (misbehaving_servers.gzip_bomb, None)],
)
@guarantee("size-limit")
def test_a_body_beyond_the_limit_is_an_error(behaviour: Behaviour, limit: int | None, style: Any) -> None:
    """A body without end, and one that decompresses to a huge one, are errors that name the limit; there is one by default."""
    with calling(behaviour, **({"max_response_bytes": limit} if limit else {})) as (_, made):
        error = call(made, style).failure(errors().MalformedResponseError)
    assert str(limit or "") in str(error)
    assert "max_response_bytes=" in str(error)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@guarantee("no-redirects")
def test_a_redirect_is_not_followed(status: int, style: Any) -> None:
    """A redirect to another host is an error, and that host receives nothing."""
    received: list[bytes] = []
    with serving(misbehaving_servers.recording(received)) as elsewhere:
        behaviour = misbehaving_servers.redirecting(f"{elsewhere}/accounts/get", status)
        with calling(behaviour, retries=2) as (_, made):
            error = call(made, style).failure(errors().MalformedResponseError)
    assert error.status_code == status
    assert "redirect" in str(error).lower()
    assert "base_url" in str(error)
    assert received == []


@pytest.mark.parametrize("style", STYLES)
@guarantee("no-redirects")
def test_a_redirect_is_not_followed_for_a_client_that_would(style: Any) -> None:
    """Even the caller's own httpx client that follows redirects does not follow them for these calls."""
    received: list[bytes] = []
    # Nobody closes the asynchronous one in its event loop.
    unkept = httpx.Limits(max_keepalive_connections=0)
    own: dict[str, Any] = {
        "http_client": httpx.Client(follow_redirects=True),
        "async_http_client": httpx.AsyncClient(follow_redirects=True, limits=unkept),
    }
    with serving(misbehaving_servers.recording(received)) as elsewhere, own["http_client"]:
        behaviour = misbehaving_servers.redirecting(elsewhere, 307)
        with calling(behaviour, **own) as (_, made):
            call(made, style).failure(errors().MalformedResponseError)
    assert received == []


@guarantee("wire-method-path-headers")
def test_the_bytes_on_the_wire_are_one_plain_request() -> None:
    """On a real socket, a call is one HTTP/1.1 request with its length and without repeated headers."""
    received: list[bytes] = []
    with calling(misbehaving_servers.recording(received)) as (url, made):
        assert call(made).model
    head, _, body = received[0].partition(b"\r\n\r\n")
    lines = head.decode("ascii").split("\r\n")
    names = [line.partition(":")[0].lower() for line in lines[1:]]
    assert lines[0] == "POST /accounts/get HTTP/1.1"
    assert len(names) == len(set(names))
    assert f"content-length: {len(body)}" in [line.lower() for line in lines]
    assert f"Host: {url.removeprefix('http://')}" in lines
    assert sum(secret.encode() in received[0] for secret in SECRETS) == 3
