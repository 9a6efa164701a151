"""The reference server's responses served in other ways: as a WSGI application, and by the standard library.

Servers that share no code with the reference server are in `conforming/`; tests derive misbehaving ones from `Handler`.
"""

import asyncio
import gzip
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from a2wsgi import ASGIMiddleware

from mutation.server_faults.injection import respond
from plaid_accounts_contract.reference_server import create_app

APP: Any = create_app()
app = ASGIMiddleware(APP)


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP/1.0 and closes the connection after each response."""

    def do_POST(self) -> None:
        """Respond with compressed JSON, keys in alphabetical order, unknown fields added."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.drops(body):
            return
        if self.path != "/accounts/get":
            self.send_error(404)
            return
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
        scope = {"type": "http", "method": "POST", "path": self.path, "query_string": b"", "headers": headers}
        response = asyncio.run(respond(APP, scope, body))
        value = self.changed({**response.json, "x_extra": [1.50, None]})
        packed = gzip.compress(json.dumps(value, sort_keys=True).encode())
        self.send_response(response.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(packed)))
        self.send_header("X-Extra", "1")
        self.end_headers()
        self.wfile.write(packed)

    def drops(self, _body: bytes) -> bool:
        """Whether to close the connection without a response; a conforming server never does."""
        return False

    def changed(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return the response to send instead; a conforming server changes nothing."""
        return value

    def _refuse(self) -> None:
        self.send_response(405)
        self.end_headers()

    do_GET = do_HEAD = do_PUT = do_PATCH = do_DELETE = _refuse  # noqa: N815 - the names are the base class's

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Keep the log quiet."""


@contextmanager
def serving(handler: type[Handler] = Handler) -> Generator[str]:
    """Serve on a free port while the block runs, and yield the base URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
