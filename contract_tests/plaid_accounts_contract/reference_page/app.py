"""The page as an ASGI application, with the reference server behind it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_page import viewer
from plaid_accounts_contract.reference_page.destination import Destination
from plaid_accounts_contract.reference_page.guard import Guard
from plaid_accounts_contract.reference_page.page import PREFIX, render
from plaid_accounts_contract.reference_page.relay import Relay

_HERE: Final = Path(__file__).parent
# The page holds the tokens of its destination, if only made-up ones, and changes with the next start.
_FRESH: Final = {"Cache-Control": "no-store"}


def create_app(
    contract: Contract, destination: Destination, behind: ASGIApp | None = None, *, host: str = "localhost"
) -> ASGIApp:
    """Return the page at `/`; `behind` answers every other path, and `host` is a name that the page may be called by.

    Raises:
        ViewerMissing: the viewer is not installed.

    """
    page = render(contract, destination)
    document = json.dumps(contract.document, default=str, ensure_ascii=False)
    relay = Relay(contract, destination)
    files = {
        "page.css": _HERE / "page.css",
        "page.js": _HERE / "page.js",
        "viewer.css": viewer.style(),
        "viewer.js": viewer.script(),
    }

    def show_page(_: Request) -> Response:
        return HTMLResponse(page, headers=_FRESH)

    def show_document(_: Request) -> Response:
        return Response(document, media_type="application/json", headers=_FRESH)

    def show_file(request: Request) -> Response:
        path = files.get(request.path_params["name"])
        return Response(status_code=404) if path is None else FileResponse(path)

    own = Starlette(
        routes=[
            Route("/", show_page),
            Route(f"{PREFIX}/openapi.json", show_document),
            Route(f"{PREFIX}/test-request", relay.answer, methods=["POST"]),
            Route(f"{PREFIX}/{{name}}", show_file),
        ]
    )
    guarded = Guard(own, host)
    return guarded if behind is None else _Before(guarded, behind)


class _Before:
    """Gives the page what is the page's, and everything else to the server behind it."""

    def __init__(self, page: ASGIApp, behind: ASGIApp) -> None:
        self._page = page
        self._behind = behind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        shown = path == "/" and scope.get("method") in ("GET", "HEAD")
        own = shown or path.startswith(f"{PREFIX}/")
        await (self._page if own else self._behind)(scope, receive, send)
