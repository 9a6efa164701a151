"""Where requests go: a server at a URL, spoken to over a real socket."""

from __future__ import annotations

import ipaddress
import ssl
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, Self
from urllib.parse import urlsplit

import attrs
import httpx

from plaid_accounts_contract.wire.exchange import Request, Response

MAX_BODY: Final = 8 * 2**20
"""Bytes of a response that are read at most; no conforming answer comes near it."""


class Unreachable(Exception):
    """The target gives no usable answer; the message says what happened and names no secret."""


@attrs.define
class Pace:
    """Keeps requests at least so many seconds apart; safe to use from several threads."""

    interval: float
    _next: float = attrs.field(default=0.0, init=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    @classmethod
    def per_minute(cls, requests: int) -> Pace:
        """Allow `requests` a minute; 0 allows any number."""
        return cls(60 / requests if requests else 0.0)

    def wait(self) -> None:
        """Return when the next request may be sent."""
        if not self.interval:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self.interval
        time.sleep(turn - now)


@attrs.define
class Target:
    """A server at a base URL.

    Every response is read to its end or to `MAX_BODY`, within `timeout` seconds counted from the request.
    """

    base_url: str
    timeout: float = 10.0
    pace: Pace = attrs.field(factory=lambda: Pace(0.0))
    version: str = ""
    _client: httpx.Client = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Open a connection pool; nothing is sent yet."""
        agent = f"plaid-accounts-contract/{self.version}" if self.version else "plaid-accounts-contract"
        self._client = httpx.Client(
            timeout=self.timeout,
            headers={"user-agent": agent, "accept": "application/json"},
            follow_redirects=False,
            trust_env=not is_loopback(self.base_url),
        )

    def __enter__(self) -> Self:
        """Return the target itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._client.close()

    def send(self, request: Request, timeout: float | None = None) -> Response:
        """Send `request` and read the response; `timeout` stands in for the target's own.

        Raises:
            Unreachable: no connection, no answer in time, a connection closed before the status, or a flood.

        """
        self.pace.wait()
        begun, patience = time.monotonic(), timeout or self.timeout
        outgoing = self._client.build_request(
            request.method,
            self.base_url.rstrip("/") + request.path,
            headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in request.headers],
            content=request.body,
            timeout=patience,
        )
        try:
            with self._stream(outgoing) as response:
                return self._read(response, begun, patience)
        except httpx.TimeoutException:
            msg = f"no answer from {self.base_url} within {patience:g} seconds"
            raise Unreachable(msg) from None
        except (httpx.TransportError, ssl.SSLError, OSError) as error:
            msg = f"no answer from {self.base_url}: {error or type(error).__name__}"
            raise Unreachable(msg) from None

    @contextmanager
    def _stream(self, outgoing: httpx.Request) -> Generator[httpx.Response]:
        response = self._client.send(outgoing, stream=True)
        try:
            yield response
        finally:
            response.close()

    def _read(self, response: httpx.Response, begun: float, patience: float) -> Response:
        chunks: list[bytes] = []
        size, transport_error = 0, ""
        try:
            for chunk in response.iter_bytes():
                chunks.append(chunk)
                size += len(chunk)
                self._refuse_excess(size, begun, patience)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            transport_error = "the body ends before its announced length"
        except httpx.DecodingError:
            transport_error = (
                f"the body is not what Content-Encoding {response.headers.get('content-encoding')} announces"
            )
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
        return Response(response.status_code, headers, b"".join(chunks), time.monotonic() - begun, transport_error)

    def _refuse_excess(self, size: int, begun: float, patience: float) -> None:
        if size > MAX_BODY:
            msg = f"{self.base_url} sends a response of more than {MAX_BODY // 2**20} MiB"
            raise Unreachable(msg)
        if time.monotonic() - begun > patience:
            msg = f"{self.base_url} takes more than {patience:g} seconds to send one response"
            raise Unreachable(msg)


def is_loopback(url: str) -> bool:
    """Whether the host of `url` is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
