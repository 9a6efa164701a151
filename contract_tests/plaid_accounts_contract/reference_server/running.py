"""Serves an ASGI application on a real socket for as long as a `with` block runs."""

import asyncio
import errno
import logging
import os
import socket
import threading
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Final

import attrs
import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from plaid_accounts_contract.reference_server import errors, responses

LOOPBACK: Final = "127.0.0.1"
# Longer than any pause between two requests of a test, so that no connection in use is closed as idle.
_KEEP_ALIVE_SECONDS: Final = 120
# As uvicorn's default.
_BACKLOG: Final = 2048
_SILENT: Final = logging.Logger("silent", logging.CRITICAL)  # noqa: LOG001 - nothing else shall find it


@attrs.frozen
class Running:
    """A server that accepts connections."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """Return the base URL, without a trailing slash."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


@contextmanager
def running(app: ASGIApp, *, host: str = LOOPBACK, port: int = 0, grace_seconds: float = 2.0) -> Generator[Running]:
    """Serve the application from its own thread; port 0 uses a free one.

    The block is entered once the server accepts connections, and left once the port is free again. Requests in progress
    at its end have `grace_seconds` to finish, and are then aborted.

    Raises:
        OSError: the address is in use or unavailable.
        RuntimeError: the application failed to start.
    """
    listener = listen(host, port)
    server = _Server(app, grace_seconds)
    thread = threading.Thread(target=server.run_on, args=(listener,), name="reference-server", daemon=True)
    thread.start()
    try:
        server.ready.result()
        yield Running(host, listener.getsockname()[1])
    finally:
        server.stop()
        thread.join()
        listener.close()


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raise OSError if the address is in use or unavailable."""
    flags = socket.AI_PASSIVE
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP, flags=flags)[0]
    except UnicodeError:
        raise OSError(errno.EINVAL, "not a host name") from None
    # asyncio turns off Nagle's algorithm (40 ms for each response) only if the socket names its protocol.
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # On Windows it would let two servers share a port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


class DocumentedH11Protocol(H11Protocol):
    """uvicorn's HTTP/1.1, without its access log, and with a documented error instead of its plain text.

    A client has `header_seconds` to send complete headers.
    """

    header_seconds = 10.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Open a connection whose requests are not logged: a path or a query may contain a secret."""
        super().connection_made(transport)
        # uvicorn's own switch silences every uvicorn server of the process, and a handler added later undoes it.
        self.access_log = False
        self._headers_due: asyncio.TimerHandle | None = None
        self._await_headers()

    def data_received(self, data: bytes) -> None:
        """Read what has come, and limit the time until the headers are complete."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._await_headers()
        elif self._headers_due is not None:
            self._headers_due.cancel()
            self._headers_due = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._headers_due is not None:
            self._headers_due.cancel()
        super().connection_lost(exc)

    def _await_headers(self) -> None:
        if self._headers_due is None:
            self._headers_due = self.loop.call_later(self.header_seconds, self.transport.close)

    def abort(self) -> None:
        """Close the connection in the middle of an exchange, without logging that it is incomplete."""
        cycle = self._current()
        if cycle is not None:
            cycle.logger = _SILENT
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's text, no more precise than ours
        """Send INVALID_HEADERS and close the connection, unless a response has started."""
        cycle = self._current()
        # A request with an invalid body may have got part of its response.
        if cycle is None or cycle.response_complete or not cycle.response_started:
            response = responses.failure(errors.INVALID_HEADERS.with_message("the request is not valid HTTP/1.1"))
            lines = [b"HTTP/1.1 400 Bad Request", b"connection: close"]
            lines += [name + b": " + value for name, value in response.raw_headers]
            self.transport.write(b"\r\n".join([*lines, b"", bytes(response.body)]))
        self.transport.close()

    def _current(self) -> RequestResponseCycle | None:
        # Missing until the first request, despite its annotation.
        return getattr(self, "cycle", None)


class _Server(uvicorn.Server):
    """A uvicorn server that reports when it is ready and stops without delay; uvicorn itself polls every 0.1 s."""

    def __init__(self, app: ASGIApp, grace_seconds: float) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="asyncio",
                http=DocumentedH11Protocol,
                ws="none",
                log_config=None,
                server_header=False,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            )
        )
        self.ready: Future[None] = Future()
        self._grace_seconds = grace_seconds

    def run_on(self, listener: socket.socket) -> None:
        try:
            self.run([listener])
        # uvicorn raises SystemExit when the application's start-up fails.
        except BaseException as error:
            if self.ready.done():
                raise
            self.ready.set_exception(RuntimeError(f"the application did not start: {error!r}"))

    def stop(self) -> None:
        self.should_exit = True
        if self.ready.done() and self.ready.exception() is None:
            with suppress(RuntimeError):  # The loop is closed: the server has already stopped.
                self._loop.call_soon_threadsafe(self._stopping.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # Older releases of uvicorn return where newer ones exit.
        if not self.started:
            raise RuntimeError("its lifespan failed")
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self.ready.set_result(None)

    async def main_loop(self) -> None:
        # A tick with a counter of 0 renews the Date header, which is due once a second.
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        # Lets closed connections report so before the requests in progress are waited for.
        await asyncio.sleep(0)
        tasks = set(self.server_state.tasks)
        if tasks:
            await asyncio.wait(tasks, timeout=self._grace_seconds)
            for connection in self.server_state.connections:
                if isinstance(connection, DocumentedH11Protocol):
                    connection.abort()
            for task in tasks:
                task.cancel()
        await self.lifespan.shutdown()
