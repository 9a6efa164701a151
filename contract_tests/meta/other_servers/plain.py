"""A server of the standard library: HTTP/1.0, a connection for each request, gzip, 405 without Allow."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from meta.other_servers.answering import Accounts

ACCOUNTS = Accounts()


class Handler(BaseHTTPRequestHandler):
    """Answers requests one by one and closes the connection after each."""

    def do_POST(self) -> None:
        """Answer a request with compressed JSON, keys in alphabetical order, unknown fields added."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.drops(body):
            return
        if self.path != "/accounts/get":
            self.send_error(404)
            return
        status, answer = ACCOUNTS.answer({name.lower(): value for name, value in self.headers.items()}, body)
        packed = gzip.compress(json.dumps(self.changed({**answer, "x_extra": [1.50, None]}), sort_keys=True).encode())
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(packed)))
        self.send_header("X-Extra", "1")
        self.end_headers()
        self.wfile.write(packed)

    def drops(self, _body: bytes) -> bool:
        """Whether to close the connection without a word; a server that conforms never does."""
        return False

    def changed(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return what is sent in place of an answer; a server that conforms sends it as it is."""
        return answer

    def _refuse(self) -> None:
        self.send_response(405)
        self.end_headers()

    do_GET = do_HEAD = do_PUT = do_PATCH = do_DELETE = _refuse  # noqa: N815 - the names are the base class's

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Keep the log quiet."""


@contextmanager
def serving(handler: type[Handler] = Handler) -> Generator[str]:
    """Serve on a free port while the block runs, and yield the base URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
