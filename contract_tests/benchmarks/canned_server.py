"""A server that answers every request with one body made beforehand, so that the caller's work is what is measured.

`python -m benchmarks.canned_server ACCOUNTS` prints its port once it listens, and ends with its standard input.
"""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from subprocess import PIPE, Popen
from typing import IO

from benchmarks import payloads

_LOOPBACK = "127.0.0.1"


@contextmanager
def running(accounts: int) -> Generator[str]:
    """Start the server in a process of its own; give its base URL."""
    command = [sys.executable, "-m", "benchmarks.canned_server", str(accounts)]
    # In a session of its own, so that Ctrl-C reaches it by the end of its standard input alone.
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True, start_new_session=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield f"http://{_LOOPBACK}:{int(server.stdout.readline())}"
        finally:
            server.stdin.close()


def _serve(listener: socket.socket, answer: bytes) -> None:
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_answer_all, args=(connection, answer), daemon=True).start()


def _answer_all(connection: socket.socket, answer: bytes) -> None:
    with connection, connection.makefile("rb") as requests:
        while requests.readline():
            requests.read(_content_length(requests))
            connection.sendall(answer)


def _content_length(request: IO[bytes]) -> int:
    """Read the headers to their end; return what one of them says of the body."""
    length = 0
    while line := request.readline().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return length


def main() -> None:
    """Serve until standard input ends."""
    body = payloads.body(int(sys.argv[1]))
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.create_server((_LOOPBACK, 0)) as listener:
        threading.Thread(target=_serve, args=(listener, head + body), daemon=True).start()
        print(listener.getsockname()[1], flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
