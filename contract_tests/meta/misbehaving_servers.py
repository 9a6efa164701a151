"""Servers that behave badly below HTTP, each on a free port of this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

Behaviour = Callable[[socket.socket, threading.Event], None]

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def misbehaving_server(behaviour: Behaviour) -> Generator[str]:
    """Accept connections and hand each to `behaviour`, with an event that is set when the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection:
            try:
                behaviour(connection, ended)
            except OSError:
                return  # The other side has gone, as it should.

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
            threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        ended.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for thread in threads:
            thread.join()


def _read(connection: socket.socket) -> None:
    """Read a whole request: bytes left unread would turn an orderly close into a reset."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    lines = [line.lower() for line in head.split(b"\r\n")]
    length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65536)


def hang(connection: socket.socket, ended: threading.Event) -> None:
    """Read the request and say nothing."""
    _read(connection)
    ended.wait()


def reset(connection: socket.socket, _: threading.Event) -> None:
    """Read the request and reset the connection."""
    _read(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def no_http(connection: socket.socket, _: threading.Event) -> None:
    """Answer with something that is no HTTP."""
    _read(connection)
    connection.sendall(b"220 smtp.example ESMTP\r\n")


def flood(connection: socket.socket, ended: threading.Event) -> None:
    """Answer without end."""
    _read(connection)
    connection.sendall(_HEAD + b"Content-Length: 9999999999\r\n\r\n")
    while not ended.is_set():
        connection.sendall(b" " * 65536)


def drip(connection: socket.socket, ended: threading.Event) -> None:
    """Send one byte after the other, so that no single read ever times out."""
    _read(connection)
    connection.sendall(_HEAD + b"Content-Length: 100000\r\n\r\n")
    while not ended.wait(0.05):
        connection.sendall(b" ")


def cut_short(connection: socket.socket, _: threading.Event) -> None:
    """Announce more bytes than are sent."""
    _read(connection)
    connection.sendall(_HEAD + b"Content-Length: 100\r\n\r\n{}")


def bad_gzip(connection: socket.socket, _: threading.Event) -> None:
    """Announce gzip and send something else."""
    _read(connection)
    connection.sendall(_HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}")
