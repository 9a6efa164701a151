"""Serves an ASGI application on a real socket for as long as a `with` block runs."""

import asyncio
import errno
import os
import socket
import threading
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from plaid_accounts_contract.reference_server.protocol import DocumentedH11Protocol

LOOPBACK: Final = "127.0.0.1"
# Longer than any pause between two calls of a test, so that no kept-alive connection is closed under a client's hands.
_KEEP_ALIVE_SECONDS: Final = 120
_BACKLOG: Final = 2048


@dataclass(frozen=True, slots=True)
class Running:
    """A server that accepts connections."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """Give the base URL, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


@contextmanager
def running(app: ASGIApp, *, host: str = LOOPBACK, port: int = 0, grace_seconds: float = 2.0) -> Generator[Running]:
    """Serve the application from a thread of its own; port 0 takes a free one.

    The block is entered once the server accepts connections, and left once the port is free again. Requests that are
    under way at its end have `grace_seconds` to finish, and are then broken off.

    Raises:
        OSError: the address is in use or not to be had.
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
    """Give a listening socket; raises OSError if the address is not to be had."""
    flags = socket.AI_PASSIVE
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP, flags=flags)[0]
    except UnicodeError:
        raise OSError(errno.EINVAL, "not the name of a host") from None
    # asyncio turns Nagle's delay (40 ms for each answer) off only where the protocol of the socket is given.
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # Elsewhere it would let two servers share a port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


class _Server(uvicorn.Server):
    """A uvicorn server that says when it is ready and stops at once; uvicorn's own looks ten times a second."""

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
        # uvicorn leaves by SystemExit when the application's start-up fails.
        except BaseException as error:
            if self.ready.done():
                raise
            self.ready.set_exception(RuntimeError(f"the application did not start: {error!r}"))

    def stop(self) -> None:
        self.should_exit = True
        if self.ready.done() and self.ready.exception() is None:
            with suppress(RuntimeError):  # The loop is closed: the server has stopped already.
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
        # Lets the closed connections say so before the requests under way are waited for.
        await asyncio.sleep(0)
        tasks = set(self.server_state.tasks)
        if tasks:
            await asyncio.wait(tasks, timeout=self._grace_seconds)
            self._break_off(tasks)
        await self.lifespan.shutdown()

    def _break_off(self, tasks: set[asyncio.Task[None]]) -> None:
        for connection in self.server_state.connections:
            if isinstance(connection, DocumentedH11Protocol):
                connection.break_off()
        for task in tasks:
            task.cancel()
