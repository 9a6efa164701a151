"""The connections of calls with `await`: each serves one call at a time, and none outlasts a call that ends early.

httpcore's own pool compares every waiting call with every connection, and a cancellation at certain moments, of a total
timeout for example, leaves one of its connections open or in use for good. So it only creates connections here.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from math import inf
from types import TracebackType
from typing import Any

import httpcore
import httpx
from anyio import CancelScope, Semaphore, WouldBlock, fail_after

from .deadlines import transports
from .sockets import Backend


def bind_async(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """Have a pool of this module keep the connections of an httpx client, those through proxies too."""
    for transport in transports(http):
        # HTTP/2, which only a transport of the caller has, serves many calls on one connection.
        if not transport._pool._http2:
            transport._pool = _Pool(transport._pool)
    return http


class _Pool:
    """Keeps connections within the limits of a pool of httpcore; the one used last is used next."""

    def __init__(self, inner: Any) -> None:
        inner._network_backend = Backend(inner._network_backend)
        self._inner = inner
        self._places = Semaphore(inner._max_connections)
        self._busy: set[Any] = set()
        # With the time of `time.monotonic` when it was last used.
        self._idle: deque[tuple[Any, float]] = deque()

    async def handle_async_request(self, request: Any) -> Any:
        """Send a request, and return the response with its body unread."""
        await self._take_place(request)
        connection = None
        try:
            connection = await self._take_idle(request.url.origin) or self._inner.create_connection(request.url.origin)
            self._busy.add(connection)
            response = await connection.handle_async_request(request)
        except BaseException:
            await self.release(connection)
            raise
        response.stream = _Body(response.stream, connection, self)
        return response

    async def _take_place(self, request: Any) -> None:
        try:
            self._places.acquire_nowait()
            return
        except WouldBlock:
            pass
        try:
            with fail_after(request.extensions.get("timeout", {}).get("pool")):
                await self._places.acquire()
        except TimeoutError:
            raise httpcore.PoolTimeout from None

    async def _take_idle(self, origin: Any) -> Any:
        expiry = self._inner._keepalive_expiry
        expired = time.monotonic() - (inf if expiry is None else expiry)
        while self._idle:
            connection, used = self._idle.popleft() if self._idle[0][1] < expired else self._idle.pop()
            if used >= expired and connection.can_handle_request(origin) and not connection.has_expired():
                return connection
            await connection.aclose()
        return None

    async def release(self, connection: Any) -> None:
        """Keep the connection of a call that has ended if another call can use it, else close it."""
        try:
            # One that was closed in the meantime is no longer among the busy ones.
            can_stay = connection in self._busy and len(self._idle) < self._inner._max_keepalive_connections
            self._busy.discard(connection)
            if can_stay and connection.is_available():
                self._idle.append((connection, time.monotonic()))
            elif connection is not None:
                await _close(connection)
        finally:
            self._places.release()

    async def aclose(self) -> None:
        """Close all connections, and those in use as well."""
        connections = [*self._busy, *(connection for connection, _ in self._idle)]
        self._busy.clear()
        self._idle.clear()
        await _close(*connections)

    async def __aenter__(self) -> None:
        """Begin a block of the transport, which ignores what this returns."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


async def _close(*connections: Any) -> None:
    # Older releases of anyio close a stream in two steps, which the scope keeps together; the stack closes the others if a task
    # is cancelled during one.
    with CancelScope(shield=True):
        async with AsyncExitStack() as stack:
            for connection in connections:
                stack.push_async_callback(connection.aclose)


class _Body:
    """The body of a response, at whose end its connection is free."""

    def __init__(self, inner: Any, connection: Any, pool: _Pool) -> None:
        self._inner = inner
        self._connection = connection
        self._pool = pool

    def __aiter__(self) -> AsyncIterator[bytes]:
        chunks: AsyncIterator[bytes] = self._inner.__aiter__()
        return chunks

    async def aclose(self) -> None:
        """End the response, read or not."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            await self._inner.aclose()
        finally:
            await self._pool.release(connection)
