"""The deadline of a call without `await`: no read, write or connection outlasts it, however slowly a server sends.

A timeout of httpx bounds each read, so a server that sends a byte now and then keeps a call alive forever. The deadline of
the running call is in a context variable; the network connections of our own httpx clients look at it before each read
and write. Calls with `await` need none of this: they are cancelled (see `pool`).
"""

from __future__ import annotations

import socket
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpx

_ends: ContextVar[float | None] = ContextVar(__name__, default=None)


@contextmanager
def until(ends: float | None) -> Generator[None]:
    """Set the deadline of a call, a time of `time.monotonic`, or None for no deadline."""
    token = _ends.set(ends)
    try:
        yield
    finally:
        _ends.reset(token)


def bind(http: httpx.Client) -> httpx.Client:
    """Make the connections of an httpx client, those through proxies too, observe the deadline of each call."""
    for transport in transports(http):
        transport._pool._network_backend = _Backend(transport._pool._network_backend)
    return http


def transports(http: httpx.Client | httpx.AsyncClient) -> Iterator[Any]:
    """Yield the transports of an httpx client, as far as httpcore keeps their connections."""
    mounts: dict[Any, Any] = getattr(http, "_mounts", {})
    for transport in (getattr(http, "_transport", None), *mounts.values()):
        if hasattr(getattr(transport, "_pool", None), "_network_backend"):
            yield transport


def _left(timeout: float | None) -> float | None:
    """Return the seconds left, at most `timeout`; raise httpcore's timeout if there are none."""
    ends = _ends.get()
    if ends is None:
        return timeout
    left = ends - time.monotonic()
    if left <= 0:
        import httpcore

        raise httpcore.ReadTimeout("the call exceeded its total timeout")
    return left if timeout is None else min(left, timeout)


class _Backend:
    """Opens connections that observe the deadline; our own clients use no more of a backend than this."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> _Stream:
        """Connect to one address of a host after the other; together they take no longer than `timeout`."""
        addresses = _addresses(host, port)
        ends = None if timeout is None else time.monotonic() + timeout
        for number, address in enumerate(addresses):
            left = _left(None if ends is None else max(ends - time.monotonic(), 0.001))
            # One that does not respond leaves time for those after it.
            share = None if left is None else left / (len(addresses) - number)
            try:
                return _Stream(self._inner.connect_tcp(address, port, timeout=share, **options))
            except Exception as error:
                # The failure of the last one is the one reported.
                if address == addresses[-1] or not _is_connect_error(error):
                    raise
        raise AssertionError("a host without an address")  # pragma: no cover


def _is_connect_error(error: Exception) -> bool:
    import httpcore

    return isinstance(error, (httpcore.ConnectError, httpcore.ConnectTimeout))


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return [host]  # To fail in the usual way.
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    return addresses if len(addresses) > 1 else [host]


class _Stream:
    """A connection that observes the deadline of the call that uses it."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read some bytes."""
        data: bytes = self._inner.read(max_bytes, timeout=_left(timeout))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write some bytes."""
        self._inner.write(buffer, timeout=_left(timeout))

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> _Stream:
        """Encrypt the connection."""
        return _Stream(self._inner.start_tls(ssl_context, server_hostname=server_hostname, timeout=_left(timeout)))

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks for, such as whether there is something to read."""
        return self._inner.get_extra_info(info)
