"""A server of the standard library: `plain_server.py PORT PREFIX` serves `PREFIX/accounts/get` from accounts.json.

Like Plaid, it looks at the form of a client_id first, and refuses an empty filter. It reads UTF-16, since `json.loads`
does, and writes the same time with another offset in every second response.
"""

import itertools
import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn

DATA = json.loads(Path(__file__).with_name("accounts.json").read_text("utf-8"))
CLIENTS = {DATA["client_id"]: DATA["secret"], DATA["other"]["client_id"]: DATA["other"]["secret"]}
NUMBERS = itertools.count(1)


class Refused(Exception):
    """An error_code and its message."""


def refuse(code: str, message: str) -> NoReturn:
    """Raise Refused."""
    raise Refused(code, message)


def text(body: dict[str, Any], name: str, given: str | None = None) -> str:
    """Return a text of the body, or else the `given` one."""
    value = body.get(name, given)
    if value is None and name not in body:
        refuse("MISSING_FIELDS", f"the following required fields are missing: {name}")
    if not isinstance(value, str) or not value:
        refuse("INVALID_FIELD", f"{name} must be a properly formatted, non-empty string")
    return value


def read(headers: Any, content: bytes) -> dict[str, Any]:
    """Return the JSON object of a body."""
    if headers.get_content_type() != "application/json" or "content-type" not in headers:
        refuse("INVALID_HEADERS", "Content-Type must be application/json")
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        refuse("INVALID_BODY", "body could not be parsed as JSON")
    return body if isinstance(body, dict) else refuse("INVALID_BODY", "body must be an object")


def known(value: Any, names: set[str]) -> dict[str, Any]:
    """Return an object that has no other properties."""
    if not isinstance(value, dict):
        refuse("INVALID_FIELD", "options must be an object")
    if unknown := value.keys() - names:
        refuse("UNKNOWN_FIELDS", f"the following fields are not recognized by this endpoint: {unknown}")
    return value


def authenticate(headers: Any, body: dict[str, Any]) -> str:
    """Return the client_id."""
    client_id = text(body, "client_id", headers["plaid-client-id"])
    if not re.fullmatch("[0-9a-f]{24}", client_id):
        refuse("INVALID_FIELD", "client_id must be a properly formatted, non-empty string")
    if CLIENTS.get(client_id) != text(body, "secret", headers["plaid-secret"]):
        refuse("INVALID_API_KEYS", "invalid client_id or secret provided")
    return client_id


def accounts_get(headers: Any, content: bytes) -> dict[str, Any]:
    """Return the content of a 200, without its request_id."""
    body = read(headers, content)
    client_id = authenticate(headers, body)
    known(body, {"client_id", "secret", "access_token", "options"})
    token, options = text(body, "access_token"), known(body.get("options", {}), {"account_ids"})
    if client_id != DATA["client_id"] or token not in DATA["items"]:
        refuse("INVALID_ACCESS_TOKEN", "could not find matching access token")
    found = DATA["items"][token]
    accounts = {account["account_id"]: account for account in found["accounts"]}
    wanted = options.get("account_ids", list(accounts))
    if not isinstance(wanted, list) or not wanted or not all(isinstance(one, str) and one for one in wanted):
        refuse("INVALID_FIELD", "options.account_ids must be a non-empty array of valid account ids")
    if not accounts.keys() >= {*wanted}:
        refuse("INVALID_ACCOUNT_ID", "failed to find requested account ID for requested item")
    return {"accounts": [accounts[one] for one in dict.fromkeys(wanted)], "item": found["item"]}


class Handler(BaseHTTPRequestHandler):
    """Responds with 405 to any method but POST, and with 404 outside of the prefix."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Respond to the operation."""
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, number = 200, next(NUMBERS)
        try:
            if self.path != f"{sys.argv[2]}/accounts/get":
                status = 404
                refuse("NOT_FOUND", "not found")
            value = accounts_get(self.headers, content)
        except Refused as refused:
            status = max(status, 400)
            code, message = refused.args
            kind = "INPUT" if code in ("INVALID_API_KEYS", "INVALID_ACCESS_TOKEN", "INVALID_ACCOUNT_ID") else "REQUEST"
            value = {"error_type": f"INVALID_{kind}", "error_code": code, "error_message": message}
            value["display_message"] = None
        shown = json.dumps({**value, "request_id": f"req-{number}"})
        if number % 2:
            shown = shown.replace("2031-05-01T09:30:00+02:00", "2031-05-01T07:30:00.000Z")
        self.reply(status, shown.encode())

    def reply(self, status: int, content: bytes = b"") -> None:
        """Send a response."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def refuse(self) -> None:
        """Refuse another method."""
        self.close_connection = True
        self.reply(405)

    do_GET = do_HEAD = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = refuse  # noqa: N815 - the base class's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Keep the log quiet."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
