"""The target: a server at a URL, over a real socket."""

from __future__ import annotations

import asyncio
import os
import ssl
import threading
import time
import zlib
from typing import Final, Self

import attrs
import httpx

from plaid_accounts_contract.settings import Settings, SettingsError
from plaid_accounts_contract.wire.base_url import is_loopback
from plaid_accounts_contract.wire.exchange import Headers, Request, Response, merge

MAX_BODY: Final = 8 * 2**20
"""The most bytes to read of a response, inflated or not; a conforming one is far smaller."""

_OFFERED: Final = ("gzip", "deflate")
_CA_ADVICE: Final = "; trust a private CA with --ca-file FILE or SSL_CERT_FILE"


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
    """A server at a base URL; it has `timeout` seconds for a complete response of at most `MAX_BODY` bytes.

    The limit includes connecting, interim responses and headers. `headers` are added to every request that lacks them.
    """

    base_url: str
    timeout: float = 10.0
    pace: Pace = attrs.field(factory=lambda: Pace(0.0))
    version: str = ""
    headers: Headers = attrs.field(default=(), repr=False)
    ca_file: str = ""
    _client: httpx.AsyncClient = attrs.field(init=False, repr=False)
    # Only asyncio can interrupt whatever an exchange waits for; a timeout of httpx bounds each read.
    _loop: asyncio.AbstractEventLoop = attrs.field(init=False, repr=False)
    _thread: threading.Thread = attrs.field(init=False, repr=False)

    @classmethod
    def of(cls, settings: Settings, version: str) -> Self:
        """Return the target of `settings`."""
        timeout, pace = min(settings.timeout, settings.time_limit), Pace.per_minute(settings.rate_limit)
        return cls(settings.base_url, timeout, pace, version, settings.headers, settings.ca_file)

    def __attrs_post_init__(self) -> None:
        """Open a connection pool."""
        agent = f"plaid-accounts-contract/{self.version}" if self.version else "plaid-accounts-contract"
        self._client = httpx.AsyncClient(
            verify=trusted(self.ca_file),
            timeout=None,  # noqa: S113 - that of each exchange is in `_exchange`
            headers={"user-agent": agent, "accept": "application/json", "accept-encoding": ", ".join(_OFFERED)},
            follow_redirects=False,
            trust_env=not is_loopback(self.base_url),
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="target", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        """Return the target itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        asyncio.run_coroutine_threadsafe(self._client.aclose(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def complete(self, request: Request) -> Request:
        """Return `request` with the headers of every request."""
        missing = [(name, value) for name, value in self.headers if request.header(name) is None]
        return attrs.evolve(request, headers=merge(request.headers, missing)) if missing else request

    def send(self, request: Request, timeout: float | None = None) -> Response:
        """Send `request` and read the response; `timeout` replaces the target's own.

        Raises:
            Unreachable: no connection, no complete response in time, a connection closed early, or a body without end.
        """
        self.pace.wait()
        limit = timeout or self.timeout
        try:
            exchange = self._exchange(self.complete(request), limit)
            return asyncio.run_coroutine_threadsafe(exchange, self._loop).result()
        except TimeoutError:
            raise Unreachable(f"no complete response from {self.base_url} within {limit:g} seconds") from None
        except (httpx.TransportError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            advice = _CA_ADVICE if "CERTIFICATE_VERIFY_FAILED" in str(error) else ""
            raise Unreachable(f"no response from {self.base_url}: {error or type(error).__name__}{advice}") from None

    async def _exchange(self, request: Request, limit: float) -> Response:
        started = time.monotonic()
        outgoing = self._client.build_request(
            request.method,
            self.base_url.rstrip("/") + request.path,
            headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in request.headers],
            content=request.body,
        )
        async with asyncio.timeout(limit):
            response = await self._client.send(outgoing, stream=True)
            try:
                body, transport_error = await self._read(response)
            finally:
                await response.aclose()
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
        return Response(response.status_code, headers, body, time.monotonic() - started, transport_error)

    async def _read(self, response: httpx.Response) -> tuple[bytes, str]:
        raw, transport_error = bytearray(), ""
        try:
            async for chunk in response.aiter_raw():
                raw += chunk
                self._limit(raw)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            transport_error = "the body ends before its announced length"
        coding = response.headers.get("content-encoding", "").strip().lower()
        if coding in ("", "identity") or not raw:
            return bytes(raw), transport_error
        if coding not in _OFFERED:
            return bytes(raw), f"Content-Encoding {coding}, which Accept-Encoding does not offer"
        body, complete = inflated(bytes(raw), coding)
        self._limit(body)
        announced = "" if complete else f"the body is not what Content-Encoding {coding} announces"
        return body, transport_error or announced

    def _limit(self, body: bytes | bytearray) -> None:
        if len(body) > MAX_BODY:
            raise Unreachable(f"{self.base_url} sends a response of more than {MAX_BODY // 2**20} MiB")


def inflated(raw: bytes, coding: str) -> tuple[bytes, bool]:
    """Return what `raw` inflates to, at most one byte more than the limit, and whether it is complete."""
    bits = zlib.MAX_WBITS | 16 if coding == "gzip" else zlib.MAX_WBITS
    if coding == "deflate" and raw[:1] and raw[0] & 15 != 8:
        bits = -zlib.MAX_WBITS  # Some servers leave out the header of zlib.
    body = b""
    while raw and len(body) <= MAX_BODY:
        inflating = zlib.decompressobj(bits)
        try:
            body += inflating.decompress(raw, MAX_BODY + 1 - len(body))
        except zlib.error:
            return body, False
        if not inflating.eof:
            return body, False
        raw = inflating.unused_data  # A body may be compressed in several parts.
    return body, True


def trusted(ca_file: str) -> ssl.SSLContext:
    """Return a context that also trusts the certificates in `ca_file`, if it is given."""
    try:
        # With SSL_CERT_FILE, on loopback too: a private CA often signs the certificate of a gateway on this machine.
        context = httpx.create_ssl_context()
    except OSError as error:
        raise SettingsError(f"SSL_CERT_FILE: cannot read {os.environ.get('SSL_CERT_FILE')}: {error}") from None
    try:
        if ca_file:
            context.load_verify_locations(ca_file)
    except OSError as error:
        raise SettingsError(f"--ca-file: cannot read {ca_file} as PEM: {error.strerror or error}") from None
    return context
