"""Misbehaving raw-socket servers, each on a free port for the length of a block."""

import gzip
import json
import socket
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Final

import attrs

from plaid_accounts_contract.client import bodies

Behaviour = Callable[["Connection"], None]

_GIVE_UP_SECONDS: Final = 15
"""Seconds after which a silent server gives up, should its client not do so."""

HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_CHUNKED: Final = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@attrs.frozen
class Connection:
    """One accepted connection: its socket, its number (from 1), and the event that is set when the block ends."""

    socket: socket.socket
    number: int
    ended: threading.Event

    def request(self) -> bytes:
        """Read a complete request; unread bytes would turn a close into a reset."""
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
        """Turn the next close into a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    def _some(self) -> bytes:
        received = self.socket.recv(65536)
        if not received:
            raise ConnectionError("the client closed the connection")
        return received


@contextmanager
def serving(behaviour: Behaviour, *, tls: ssl.SSLContext | None = None) -> Generator[str]:
    """Run `behaviour` for each connection in its own thread, and yield the base URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()
    threads: list[threading.Thread] = []
    sockets: list[socket.socket] = []

    def serve(accepted: socket.socket, number: int) -> None:
        with suppress(OSError):  # The client has gone, as it should.
            opened = accepted if tls is None else tls.wrap_socket(accepted, server_side=True)
            sockets.append(opened)
            with opened:
                behaviour(Connection(opened, number, ended))

    def accept() -> None:
        while True:
            try:
                accepted, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=serve, args=(accepted, len(threads) + 1), daemon=True))
            threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}"
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
    """Return a complete response."""
    lines = b"".join(header + b"\r\n" for header in headers)
    return HEAD + lines + b"Content-Length: %d\r\n\r\n" % len(content) + content


def conforming(connection: Connection) -> None:
    """Respond correctly to every request."""
    while True:
        connection.request()
        connection.send(complete(body()))


def close_unread(connection: Connection) -> None:
    """Close without reading."""


def unread(connection: Connection) -> None:
    """Never read."""
    connection.ended.wait()


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


def reset_at_the_end(connection: Connection) -> None:
    """Send a body that ends with the connection, and reset that."""
    connection.request()
    connection.send(HEAD, b"\r\n", body())
    connection.reset()


BROKEN: Final[dict[str, Callable[[bytes], bytes]]] = {
    "not_http": lambda _: b"220 smtp.example ESMTP\r\n",
    "half_a_head": lambda _: HEAD[:30],
    "cut_short": lambda _: HEAD + b"Content-Length: 100\r\n\r\n{}",
    "half_a_body": lambda body: complete(body)[: len(complete(body)) // 2],
    "length_too_long": lambda body: HEAD + b"Content-Length: %d\r\n\r\n" % (len(body) + 1) + body,
    "lengths_that_differ": lambda body: complete(body, b"Content-Length: 2"),
    "without_the_last_chunk": lambda body: _CHUNKED + b"%x\r\n" % len(body) + body + b"\r\n",
    "chunk_cut_short": lambda body: _CHUNKED + b"ffff\r\n" + body[:200],
    "bad_chunks": lambda body: _CHUNKED + b"size\r\n" + body,
}
"""Responses that end too early or are not HTTP, each made from a valid body."""

CONTRADICTORY: Final[dict[str, Callable[[bytes], bytes]]] = {
    "length_too_short": lambda body: HEAD + b"Content-Length: %d\r\n\r\n" % (len(body) - 1) + body,
    "bad_gzip": lambda body: complete(body, b"Content-Encoding: gzip"),
    "gzip_cut_short": lambda body: complete(gzip.compress(body)[:100], b"Content-Encoding: gzip"),
}
"""Responses whose body is not what their headers say."""


def sending(name: str) -> Behaviour:
    """Send the response of this name, broken or contradictory, and close."""

    def behave(connection: Connection) -> None:
        connection.request()
        connection.send((BROKEN | CONTRADICTORY)[name](body()))

    behave.__name__ = name
    return behave


def gzip_bomb(connection: Connection) -> None:
    """Send a small body that decompresses to a huge one."""
    connection.request()
    connection.send(complete(_bomb(), b"Content-Encoding: gzip"))


@cache
def _bomb() -> bytes:
    return gzip.compress(b'{"a":"' + b" " * 40_000_000 + b'"}', 1)


def flood(connection: Connection) -> None:
    """Send far more than anyone should read."""
    connection.request()
    connection.send(HEAD, b"Content-Length: 9999999999\r\n\r\n")
    for _ in range(500):
        connection.send(b" " * 65536)


def hang(connection: Connection) -> None:
    """Read the request and never respond."""
    connection.request()
    connection.ended.wait(_GIVE_UP_SECONDS)


def hang_within(connection: Connection) -> None:
    """Send half of the body and then nothing."""
    connection.request()
    response = complete(body())
    connection.send(response[: len(response) // 2])
    connection.ended.wait(_GIVE_UP_SECONDS)


def slowly(connection: Connection) -> None:
    """Send a correct response in many pieces with pauses."""
    while True:
        connection.request()
        response = complete(body())
        for start in range(0, len(response), 300):
            connection.send(response[start : start + 300])
            if connection.ended.wait(0.005):
                return


def then(first: Behaviour) -> Behaviour:
    """Use this behaviour for the first connection, and respond correctly on the rest."""
    return lambda connection: (first if connection.number == 1 else conforming)(connection)


def closing(closed: threading.Event) -> Behaviour:
    """Announce that the connection is kept, close it after the response, and set `closed`."""

    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(complete(body(), b"Connection: keep-alive"))
        connection.socket.shutdown(socket.SHUT_RDWR)
        closed.set()

    return behave


def hanging(arrived: threading.Event) -> Behaviour:
    """Set `arrived` when the request has been read, and never respond."""

    def behave(connection: Connection) -> None:
        connection.request()
        arrived.set()
        connection.ended.wait(_GIVE_UP_SECONDS)

    return behave


def redirecting(target: str, status: int) -> Behaviour:
    """Redirect to `target`."""

    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(
            b"HTTP/1.1 %d Elsewhere\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, target.encode())
        )

    return behave


def recording(received: list[bytes]) -> Behaviour:
    """Record what is received, and respond correctly."""

    def behave(connection: Connection) -> None:
        received.append(connection.request())
        connection.send(complete(body()))

    return behave


class Open:
    """Responds correctly, and counts the connections that are open, as the server sees them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._number = 0
        self.most = 0
        self.accepted = 0

    def __call__(self, connection: Connection) -> None:
        """Serve a connection."""
        self._add(1)
        try:
            conforming(connection)
        finally:
            self._add(-1)

    def _add(self, change: int) -> None:
        with self._changed:
            self._number += change
            self.accepted += change > 0
            self.most = max(self.most, self._number)
            self._changed.notify_all()

    def become(self, number: int) -> bool:
        """Wait until there are at most so many; return whether that happened."""
        with self._changed:
            return self._changed.wait_for(lambda: self._number <= number, 10)
