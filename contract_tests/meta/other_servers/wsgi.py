"""A WSGI application: other methods and paths get a bare 404 in HTML."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

from meta.other_servers.answering import Accounts

ACCOUNTS = Accounts()


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request."""
    request = Request(environ)
    if (request.method, request.path) != ("POST", "/accounts/get"):
        return Response("<h1>Not Found</h1>", 404, mimetype="text/html")(environ, start_response)
    headers = {name.lower(): value for name, value in request.headers.items()}
    status, body = ACCOUNTS.answer(headers, request.get_data())
    return Response(json.dumps(body, indent=1), status, mimetype="application/json")(environ, start_response)
