"""Servers that behave badly below HTTP, each on a free port of this machine, gone when their block ends."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Final

import attrs

from plaid_accounts_contract.client import bodies

Behaviour = Callable[["Connection"], None]

_PATIENCE: Final = 15
"""Seconds after which a silent server gives up, should its client not do so."""

_OK: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@attrs.frozen
class Connection:
    """One accepted connection: its socket, which it is (from 1), and the event that is set when the block ends."""

    socket: socket.socket
    number: int
    ended: threading.Event

    def request(self) -> bytes:
        """Read a whole request, or what there is of one; bytes left unread would turn a close into a reset."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._some()
        head = received.partition(b"\r\n\r\n")[0].lower()
        lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")]
        length = lengths[0] if lengths else 0
        while len(received) < len(head) + 4 + length:
            received += self._some()
        return received

    def send(self, *parts: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(b"".join(parts))

    def reset(self) -> None:
        """Make the coming close a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    def _some(self) -> bytes:
        received = self.socket.recv(65536)
        if not received:
            raise ConnectionError("the client closed the connection")
        return received


@contextmanager
def serving(behaviour: Behaviour) -> Generator[str]:
    """Accept connections, hand each to `behaviour` in a thread of its own, and yield the base URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()
    threads: list[threading.Thread] = []
    sockets: list[socket.socket] = []

    def serve(accepted: socket.socket, number: int) -> None:
        with accepted:
            try:
                behaviour(Connection(accepted, number, ended))
            except OSError:
                return  # The client has gone, as it should.

    def accept() -> None:
        while True:
            try:
                accepted, _ = listener.accept()
            except OSError:
                return
            sockets.append(accepted)
            threads.append(threading.Thread(target=serve, args=(accepted, len(threads) + 1), daemon=True))
            threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        ended.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for accepted in sockets:
            # A client that keeps its connection leaves its server waiting for the next request.
            with suppress(OSError):
                accepted.shutdown(socket.SHUT_RDWR)
        for thread in (accepting, *threads):
            thread.join()


def body() -> bytes:
    """Return the body of a 200."""
    return json.dumps(bodies.complete()).encode()


def complete(content: bytes, *headers: bytes) -> bytes:
    """Return a whole answer."""
    lines = b"".join(header + b"\r\n" for header in headers)
    return _OK + lines + b"Content-Length: %d\r\n\r\n" % len(content) + content


def sound(connection: Connection) -> None:
    """Answer as a server should, as often as asked."""
    while True:
        connection.request()
        connection.send(complete(body()))


def refuse(connection: Connection) -> None:
    """Close at once."""


def reset(connection: Connection) -> None:
    """Read the request and reset the connection."""
    connection.request()
    connection.reset()


def reset_at_once(connection: Connection) -> None:
    """Reset the connection before the request was read."""
    connection.reset()


def reset_within(connection: Connection) -> None:
    """Reset the connection in the middle of the body."""
    connection.request()
    connection.send(complete(body())[:-100])
    connection.reset()


def cut_short(connection: Connection) -> None:
    """Close in the middle of the body, which is JSON so far."""
    connection.request()
    connection.send(_OK, b"Content-Length: 100\r\n\r\n{}")


def half_a_body(connection: Connection) -> None:
    """Close after half of the body."""
    connection.request()
    answer = complete(body())
    connection.send(answer[: len(answer) // 2])


def half_a_head(connection: Connection) -> None:
    """Close within the head."""
    connection.request()
    connection.send(_OK[:30])


def no_http(connection: Connection) -> None:
    """Answer with something that is no HTTP."""
    connection.request()
    connection.send(b"220 smtp.example ESMTP\r\n")


def chunked_cut_short(connection: Connection) -> None:
    """Send a whole body in chunks, and close before the last, empty one."""
    connection.request()
    content = body()
    connection.send(_OK, b"Transfer-Encoding: chunked\r\n\r\n", b"%x\r\n" % len(content), content, b"\r\n")


def chunk_cut_short(connection: Connection) -> None:
    """Close within a chunk."""
    connection.request()
    connection.send(_OK, b"Transfer-Encoding: chunked\r\n\r\nffff\r\n", body()[:200])


def bad_chunks(connection: Connection) -> None:
    """Announce a chunk whose size is no number."""
    connection.request()
    connection.send(_OK, b"Transfer-Encoding: chunked\r\n\r\nsize\r\n", body())


def length_too_long(connection: Connection) -> None:
    """Announce more bytes than are sent, and close."""
    connection.request()
    content = body()
    connection.send(_OK, b"Content-Length: %d\r\n\r\n" % (len(content) + 1), content)


def length_too_short(connection: Connection) -> None:
    """Announce fewer bytes than are sent."""
    connection.request()
    content = body()
    connection.send(_OK, b"Content-Length: %d\r\n\r\n" % (len(content) - 1), content)


def lengths_that_differ(connection: Connection) -> None:
    """Announce two lengths."""
    connection.request()
    content = body()
    connection.send(_OK, b"Content-Length: %d\r\nContent-Length: 2\r\n\r\n" % len(content), content)


def bad_gzip(connection: Connection) -> None:
    """Announce gzip and send something else."""
    connection.request()
    connection.send(complete(body(), b"Content-Encoding: gzip"))


def gzip_cut_short(connection: Connection) -> None:
    """Send the first half of compressed bytes as if it were all."""
    connection.request()
    packed = gzip.compress(body())
    connection.send(complete(packed[: len(packed) // 2], b"Content-Encoding: gzip"))


def gzip_bomb(connection: Connection) -> None:
    """Send a little that becomes very much."""
    connection.request()
    connection.send(complete(_bomb(), b"Content-Encoding: gzip"))


@cache
def _bomb() -> bytes:
    return gzip.compress(b'{"a":"' + b" " * 40_000_000 + b'"}', 1)


def flood(connection: Connection) -> None:
    """Answer with far more than anyone should read."""
    connection.request()
    connection.send(_OK, b"Content-Length: 9999999999\r\n\r\n")
    for _ in range(500):
        connection.send(b" " * 65536)


def hang(connection: Connection) -> None:
    """Read the request and say nothing."""
    connection.request()
    connection.ended.wait(_PATIENCE)


def hang_within(connection: Connection) -> None:
    """Send half of the body and then nothing more."""
    connection.request()
    answer = complete(body())
    connection.send(answer[: len(answer) // 2])
    connection.ended.wait(_PATIENCE)


def slowly(connection: Connection) -> None:
    """Send a sound answer in many pieces with pauses."""
    while True:
        connection.request()
        answer = complete(body())
        for start in range(0, len(answer), 300):
            connection.send(answer[start : start + 300])
            if connection.ended.wait(0.005):
                return


def closing_after_each(connection: Connection) -> None:
    """Promise to keep the connection, and close it after one answer."""
    connection.request()
    connection.send(complete(body(), b"Connection: keep-alive"))


def then(first: Behaviour, after: Behaviour = sound, *, times: int = 1) -> Behaviour:
    """Behave one way on the first connections, and another way on those that follow."""
    return lambda connection: (first if connection.number <= times else after)(connection)


def redirecting(target: str, status: int) -> Behaviour:
    """Answer with a redirect to `target`."""

    def behave(connection: Connection) -> None:
        connection.request()
        line = f"HTTP/1.1 {status} Elsewhere\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"
        connection.send(line.encode())

    return behave


def keeping(received: list[bytes]) -> Behaviour:
    """Keep what comes, and answer as a server should."""

    def behave(connection: Connection) -> None:
        received.append(connection.request())
        connection.send(complete(body()))

    return behave
