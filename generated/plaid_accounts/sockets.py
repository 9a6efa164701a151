"""Connections of asyncio for httpcore, with less work for each read and write than through anyio."""

from __future__ import annotations

import asyncio
import select
from typing import Any

import httpcore
from anyio import fail_after
from anyio.lowlevel import checkpoint

# More is received only when this has been read.
_ENOUGH = 65536


class Backend:
    """Opens connections that close if their TLS handshake is cancelled; our own clients use no more of a backend than this."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        # Only a transport of the caller connects to one.
        self.connect_unix_socket = inner.connect_unix_socket

    async def connect_tcp(self, *arguments: Any, **options: Any) -> _Stream | _Guarded:
        """Connect to a host."""
        return _taken_over(await self._inner.connect_tcp(*arguments, **options))


def _taken_over(opened: Any) -> _Stream | _Guarded:
    try:
        transport = opened._stream._transport
        has_received = transport.get_protocol().read_event.is_set()
    except AttributeError:
        return _Guarded(opened)  # It is not asyncio's, or another release of anyio names it differently.
    return _Guarded(opened) if has_received else _Stream(opened, transport)


class _Guarded:
    """A connection of httpcore that closes if its TLS handshake is cancelled."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.read = inner.read
        self.write = inner.write
        self.aclose = inner.aclose
        self.get_extra_info = inner.get_extra_info

    async def start_tls(self, *arguments: Any, **options: Any) -> _Guarded:
        """Encrypt the connection."""
        try:
            return _Guarded(await self._inner.start_tls(*arguments, **options))
        except BaseException:
            await self._inner.aclose()
            raise


class _Stream(asyncio.Protocol):
    """A connection of asyncio. Headers and body of a request leave together, when its response is waited for."""

    def __init__(self, opened: Any, transport: Any) -> None:
        self._opened = opened
        self._transport: Any = transport
        self._unsent: list[bytes] = []
        self._write_timeout: float | None = None
        self._is_full = False
        self._received = b""
        self._is_ended = False
        self._error: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None
        transport.set_protocol(self)
        transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Keep what has arrived."""
        self._received += data
        if len(self._received) >= _ENOUGH:
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection is closed, by the server too, or broken."""
        self._is_ended = True
        self._is_full = False
        self._error = exc
        self._wake()

    def pause_writing(self) -> None:
        """Note that not everything is sent."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Note that everything is sent."""
        self._is_full = False
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def _wait(self, timeout: float | None, expired: type[Exception]) -> None:
        loop = asyncio.get_running_loop()
        waiting = self._waiting = loop.create_future()
        timer = None if timeout is None else loop.call_later(timeout, _expire, waiting, expired)
        try:
            await waiting
        finally:
            if timer is not None:
                timer.cancel()

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write some bytes, as soon as something is read."""
        self._unsent.append(buffer)
        self._write_timeout = timeout

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read some bytes, none at the end."""
        if self._unsent:
            self._transport.write(b"".join(self._unsent))
            self._unsent.clear()
            while self._is_full:
                await self._wait(self._write_timeout, httpcore.WriteTimeout)
        while not self._received:
            if self._error is not None:
                raise httpcore.ReadError(self._error) from self._error
            if self._is_ended:
                return b""
            await self._wait(timeout, httpcore.ReadTimeout)
        received = self._received
        self._received = received[max_bytes:]
        if len(received) >= _ENOUGH > len(self._received):
            self._transport.resume_reading()
        return received[:max_bytes]

    async def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> _Stream:
        """Encrypt the connection."""
        start = asyncio.get_running_loop().start_tls
        raw = self._transport
        try:
            with fail_after(timeout):
                self._transport = await start(raw, self, ssl_context, server_hostname=server_hostname)
            if self._transport is None:
                raise ConnectionResetError  # Just after the handshake.
        except BaseException as error:
            raw.abort()
            if isinstance(error, TimeoutError):
                raise httpcore.ConnectTimeout(error) from error
            if isinstance(error, OSError):
                raise httpcore.ConnectError(error) from error
            raise
        return self

    async def aclose(self) -> None:
        """Close the connection."""
        self._transport.abort()
        # In the next round of the event loop.
        await checkpoint()

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks for, such as whether there is something to read."""
        if info == "ssl_object":
            return self._transport.get_extra_info(info)
        if info == "is_readable":
            # The event loop may not have looked yet.
            return (
                self._is_ended or self._transport.is_closing() or _is_readable(self._transport.get_extra_info("socket"))
            )
        return self._opened.get_extra_info(info)


def _is_readable(socket: Any) -> bool:
    if not hasattr(select, "poll"):  # On Windows.
        return bool(select.select([socket], [], [], 0)[0])
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))


def _expire(waiting: asyncio.Future[None], expired: type[Exception]) -> None:
    if not waiting.done():
        waiting.set_exception(expired)
