"""The target: a server at a URL, over a real socket."""

from __future__ import annotations

import ipaddress
import ssl
import threading
import time
from contextlib import closing
from typing import Final, Self
from urllib.parse import urlsplit

import attrs
import httpx

from plaid_accounts_contract.wire.exchange import Request, Response

MAX_BODY: Final = 8 * 2**20
"""The most bytes to read of a response; a conforming one is far smaller."""


class Unreachable(Exception):
    """The target does not respond; the message gives the reason, without secrets."""


@attrs.define
class Pace:
    """Keeps requests at least `interval` seconds apart; thread-safe."""

    interval: float
    _next: float = attrs.field(default=0.0, init=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    @classmethod
    def per_minute(cls, requests: int) -> Pace:
        """Return the pace of `requests` a minute; 0 sets no limit."""
        return cls(60 / requests if requests else 0.0)

    def wait(self) -> None:
        """Block until the next request may be sent."""
        if not self.interval:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self.interval
        time.sleep(turn - now)


@attrs.define
class Target:
    """A server at a base URL; it has `timeout` seconds to send a complete response of at most `MAX_BODY` bytes."""

    base_url: str
    timeout: float = 10.0
    pace: Pace = attrs.field(factory=lambda: Pace(0.0))
    version: str = ""
    _client: httpx.Client = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Open a connection pool."""
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
        """Send `request` and read the response; `timeout` replaces the target's own.

        Raises:
            Unreachable: no connection, no complete response in time, a connection closed early, or a body without end.
        """
        self.pace.wait()
        started, limit = time.monotonic(), timeout or self.timeout
        outgoing = self._client.build_request(
            request.method,
            self.base_url.rstrip("/") + request.path,
            headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in request.headers],
            content=request.body,
            timeout=limit,
        )
        try:
            with closing(self._client.send(outgoing, stream=True)) as response:
                return self._read(response, started, limit)
        except httpx.TimeoutException:
            raise Unreachable(f"no response from {self.base_url} within {limit:g} seconds") from None
        except (httpx.TransportError, ssl.SSLError, OSError) as error:
            raise Unreachable(f"no response from {self.base_url}: {error or type(error).__name__}") from None

    def _read(self, response: httpx.Response, started: float, limit: float) -> Response:
        chunks: list[bytes] = []
        size, transport_error = 0, ""
        try:
            for chunk in response.iter_bytes():
                chunks.append(chunk)
                size += len(chunk)
                self._enforce_limits(size, started, limit)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            transport_error = "the body ends before its announced length"
        except httpx.DecodingError:
            transport_error = (
                f"the body is not what Content-Encoding {response.headers.get('content-encoding')} announces"
            )
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
        return Response(response.status_code, headers, b"".join(chunks), time.monotonic() - started, transport_error)

    def _enforce_limits(self, size: int, started: float, limit: float) -> None:
        if size > MAX_BODY:
            raise Unreachable(f"{self.base_url} sends a response of more than {MAX_BODY // 2**20} MiB")
        if time.monotonic() - started > limit:
            raise Unreachable(f"{self.base_url} takes more than {limit:g} seconds to send one response")


def is_loopback(url: str) -> bool:
    """Return whether the host of `url` is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
