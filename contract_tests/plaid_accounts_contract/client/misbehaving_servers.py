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

_OK: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


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
    return _OK + lines + b"Content-Length: %d\r\n\r\n" % len(content) + content


def conforming(connection: Connection) -> None:
    """Respond correctly to every request."""
    while True:
        connection.request()
        connection.send(complete(body()))


def close_unread(connection: Connection) -> None:
    """Close without reading."""


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
    """Close in the middle of the body, which is valid JSON so far."""
    connection.request()
    connection.send(_OK, b"Content-Length: 100\r\n\r\n{}")


def half_a_body(connection: Connection) -> None:
    """Close after half of the body."""
    connection.request()
    response = complete(body())
    connection.send(response[: len(response) // 2])


def half_a_head(connection: Connection) -> None:
    """Close within the headers."""
    connection.request()
    connection.send(_OK[:30])


def not_http(connection: Connection) -> None:
    """Send something that is not HTTP."""
    connection.request()
    connection.send(b"220 smtp.example ESMTP\r\n")


def chunked_cut_short(connection: Connection) -> None:
    """Send a complete body in chunks, and close before the last, empty chunk."""
    connection.request()
    content = body()
    connection.send(_OK, b"Transfer-Encoding: chunked\r\n\r\n", b"%x\r\n" % len(content), content, b"\r\n")


def chunk_cut_short(connection: Connection) -> None:
    """Close within a chunk."""
    connection.request()
    connection.send(_OK, b"Transfer-Encoding: chunked\r\n\r\nffff\r\n", body()[:200])


def bad_chunks(connection: Connection) -> None:
    """Send a chunk whose size is not a number."""
    connection.request()
    connection.send(_OK, b"Transfer-Encoding: chunked\r\n\r\nsize\r\n", body())


def length_too_long(connection: Connection) -> None:
    """Send fewer bytes than the Content-Length, and close."""
    connection.request()
    content = body()
    connection.send(_OK, b"Content-Length: %d\r\n\r\n" % (len(content) + 1), content)


def length_too_short(connection: Connection) -> None:
    """Send more bytes than the Content-Length."""
    connection.request()
    content = body()
    connection.send(_OK, b"Content-Length: %d\r\n\r\n" % (len(content) - 1), content)


def lengths_that_differ(connection: Connection) -> None:
    """Send two different lengths."""
    connection.request()
    content = body()
    connection.send(_OK, b"Content-Length: %d\r\nContent-Length: 2\r\n\r\n" % len(content), content)


def bad_gzip(connection: Connection) -> None:
    """Declare gzip and send something else."""
    connection.request()
    connection.send(complete(body(), b"Content-Encoding: gzip"))


def gzip_cut_short(connection: Connection) -> None:
    """Send the first half of a compressed body as if it were complete."""
    connection.request()
    packed = gzip.compress(body())
    connection.send(complete(packed[: len(packed) // 2], b"Content-Encoding: gzip"))


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
    connection.send(_OK, b"Content-Length: 9999999999\r\n\r\n")
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


def then(first: Behaviour, after: Behaviour = conforming, *, times: int = 1) -> Behaviour:
    """Use one behaviour for the first connections, and another for the rest."""
    return lambda connection: (first if connection.number <= times else after)(connection)


def redirecting(target: str, status: int) -> Behaviour:
    """Redirect to `target`."""

    def behave(connection: Connection) -> None:
        connection.request()
        line = f"HTTP/1.1 {status} Elsewhere\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"
        connection.send(line.encode())

    return behave


def recording(received: list[bytes]) -> Behaviour:
    """Record what is received, and respond correctly."""

    def behave(connection: Connection) -> None:
        received.append(connection.request())
        connection.send(complete(body()))

    return behave
