"""Conforming servers that share no code with the reference server: a WSGI application and one of the standard library.

Wherever Plaid leaves a choice, they make another than the reference server: headers win over the body, an empty filter
lists nothing, other methods get 404 or a 405 without Allow, accounts and the reasons of an error have another order.
"""

import gzip
import itertools
import json
import threading
import uuid
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from werkzeug.wrappers import Request, Response

from plaid_accounts_contract.reference_server import World, reference_world
from plaid_accounts_contract.reference_server.records import to_object

_Response = tuple[int, dict[str, Any]]

_INVALID_INPUT = ("INVALID_ACCESS_TOKEN", "INVALID_ACCOUNT_ID", "INVALID_API_KEYS")
_NUMBERS = itertools.count(1)


class Rejected(Exception):
    """A request that is rejected with an error code."""

    def __init__(self, code: str) -> None:
        """Set the code."""
        super().__init__(code)
        self.code = code


class Accounts:
    """Responds from the data of the reference server."""

    def __init__(self, world: World | None = None) -> None:
        """Convert the Items of `world` to JSON."""
        known = world or reference_world()
        self.keys = (known.credentials.client_id, known.credentials.secret)
        self.items = {
            token: (to_object(item.details), {entry.account_id: to_object(entry) for entry in item.accounts})
            for token, item in known.items.items()
            if item.failure is None
        }

    def respond(self, headers: Mapping[str, str], body: bytes) -> _Response:
        """Respond to a POST to /accounts/get; header names are in lower case."""
        try:
            return 200, self._serve(headers, _read(headers, body))
        except Rejected as rejected:
            kind = "INVALID_INPUT" if rejected.code in _INVALID_INPUT else "INVALID_REQUEST"
            error = {"error_type": kind, "error_code": rejected.code, "error_message": "no", "display_message": None}
            return 400, {"request_id": _request_id(), **error}

    def _serve(self, headers: Mapping[str, str], fields: dict[str, Any]) -> dict[str, Any]:
        token, ids = _wanted(fields)
        self._authenticate(headers, fields)
        if token not in self.items:
            raise Rejected("INVALID_ACCESS_TOKEN")
        item, accounts = self.items[token]
        if ids is not None and not set(ids) <= set(accounts):
            raise Rejected("INVALID_ACCOUNT_ID")
        # Listed by id, where the reference server keeps the order of the Item.
        shown = sorted(accounts if ids is None else set(ids))
        return {"request_id": _request_id(), "item": item, "accounts": [accounts[entry] for entry in shown]}

    def _authenticate(self, headers: Mapping[str, str], fields: dict[str, Any]) -> None:
        for name, key in zip(("client_id", "secret"), self.keys, strict=True):
            given = headers.get("plaid-" + name.replace("_", "-"), fields.get(name))
            if given is None:
                raise Rejected("MISSING_FIELDS")
            if given != key:
                raise Rejected("INVALID_API_KEYS")


def _request_id() -> str:
    return f"{next(_NUMBERS)}-{uuid.uuid4()}"


def _read(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Rejected("INVALID_HEADERS")
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Rejected("INVALID_BODY") from None
    if not isinstance(value, dict):
        raise Rejected("INVALID_BODY")
    return value


def _wanted(fields: dict[str, Any]) -> tuple[str, list[str] | None]:
    options = fields.get("options", {})
    if not isinstance(options, dict):
        raise Rejected("INVALID_FIELD")
    if set(fields) - {"access_token", "client_id", "secret", "options"} or set(options) - {"account_ids"}:
        raise Rejected("UNKNOWN_FIELDS")
    if "access_token" not in fields:
        raise Rejected("MISSING_FIELDS")
    for name in ("access_token", "client_id", "secret"):
        if name in fields and not (isinstance(fields[name], str) and fields[name]):
            raise Rejected("INVALID_FIELD")
    ids = options.get("account_ids")
    if "account_ids" in options and not (
        isinstance(ids, list) and all(isinstance(entry, str) and entry for entry in ids)
    ):
        raise Rejected("INVALID_FIELD")
    return fields["access_token"], ids


ACCOUNTS = Accounts()


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve one request over WSGI; other methods and paths get a 404 in HTML."""
    request = Request(environ)
    if (request.method, request.path) != ("POST", "/accounts/get"):
        return Response("<h1>Not Found</h1>", 404, mimetype="text/html")(environ, start_response)
    headers = {name.lower(): value for name, value in request.headers.items()}
    status, body = ACCOUNTS.respond(headers, request.get_data())
    return Response(json.dumps(body, indent=1), status, mimetype="application/json")(environ, start_response)


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
        status, value = ACCOUNTS.respond({name.lower(): value for name, value in self.headers.items()}, body)
        packed = gzip.compress(json.dumps(self.changed({**value, "x_extra": [1.50, None]}), sort_keys=True).encode())
        self.send_response(status)
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
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
