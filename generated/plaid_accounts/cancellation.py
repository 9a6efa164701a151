"""What a cancelled call leaves behind: no open connection, and no place taken among those that a client may have.

A cancellation that arrives while httpcore encrypts a connection, or just before it sends the first request on one or just
after it has read a response, leaves the connection open or in use for good. That happens with `asyncio.timeout`, with a
total timeout, and whenever a task is cancelled.
"""

from __future__ import annotations

from typing import Any

import httpx

from .deadlines import pools


def bind_async(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """Make the connections of an httpx client, those through proxies too, close if a cancellation interrupts their TLS handshake."""
    for pool in pools(http):
        pool._network_backend = _Backend(pool._network_backend)
    return http


async def reclaim(http: httpx.AsyncClient, request: httpx.Request) -> None:
    """Close the connections of our own httpx client that no call uses any more, after an exception ended that of `request`."""
    from anyio import CancelScope

    with CancelScope(shield=True):
        for pool in pools(http):
            # Older releases of httpcore name it differently.
            if isinstance(pool._network_backend, _Backend) and hasattr(pool, "_assign_requests_to_connections"):
                await _reclaim(pool, request)


async def _reclaim(pool: Any, request: httpx.Request) -> None:
    # httpcore passes the extensions on as they are, so they identify a request.
    calls = [call for call in pool._requests if call.request.extensions is not request.extensions]
    pool._requests[:] = calls
    used = {id(call.connection) for call in calls}
    for connection in pool.connections:
        if id(connection) not in used and not connection.is_idle():
            await connection.aclose()
    # Calls may be waiting for the places.
    await pool._close_connections(pool._assign_requests_to_connections())


class _Backend:
    """Opens connections that close if their TLS handshake is cancelled; our own clients use no more of a backend than this."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def connect_tcp(self, *arguments: Any, **options: Any) -> _Stream:
        """Connect to a host."""
        return _Stream(await self._inner.connect_tcp(*arguments, **options))


class _Stream:
    """A connection that closes if its TLS handshake is cancelled."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.read = inner.read
        self.write = inner.write
        self.aclose = inner.aclose
        self.get_extra_info = inner.get_extra_info

    async def start_tls(self, *arguments: Any, **options: Any) -> _Stream:
        """Encrypt the connection."""
        try:
            return _Stream(await self._inner.start_tls(*arguments, **options))
        except BaseException:
            await self._inner.aclose()
            raise
