"""The page as an ASGI application, with the reference server behind it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_page.destination import Destination
from plaid_accounts_contract.reference_page.guard import Guard
from plaid_accounts_contract.reference_page.page import PREFIX, render
from plaid_accounts_contract.reference_page.relay import Relay
from plaid_accounts_contract.reference_page.viewer import viewer_file

_HERE: Final = Path(__file__).parent
# The page holds the tokens of its destination and changes with the next start.
_HEADERS: Final = {"Cache-Control": "no-store"}


def _shown(contract: Contract) -> Mapping[str, Any]:
    """Return the document as the viewer shows it: OpenAPI has no keyword for values that are deprecated."""
    schemas = {
        name: {**schema, "description": f"Deprecated: {', '.join(schema['x-deprecated-values'])}."}
        for name, schema in contract.document["components"]["schemas"].items()
        if "x-deprecated-values" in schema
    }
    components = contract.document["components"]
    return {**contract.document, "components": {**components, "schemas": {**components["schemas"], **schemas}}}


def create_app(
    contract: Contract, destination: Destination, behind: ASGIApp | None = None, *, host: str = "localhost"
) -> ASGIApp:
    """Return the page at `/`; `behind` serves every other path, and `host` is a name that the page accepts."""
    page = HTMLResponse(render(contract, destination), headers=_HEADERS)
    text = json.dumps(_shown(contract), default=str, ensure_ascii=False)
    document = Response(text, media_type="application/json", headers=_HEADERS)
    files = {
        "page.css": _HERE / "page.css",
        "page.js": _HERE / "page.js",
        "viewer.css": viewer_file("stylesheets/swagger-ui.css"),
        "viewer.js": viewer_file("javascripts/swagger-ui-bundle.js"),
    }

    def show_file(request: Request) -> Response:
        path = files.get(request.path_params["name"])
        return Response(status_code=404) if path is None else FileResponse(path)

    own = Starlette(
        routes=[
            Route("/", page, methods=["GET"]),
            Route(f"{PREFIX}/openapi.json", document, methods=["GET"]),
            Route(f"{PREFIX}/test-request", Relay(contract, destination).handle, methods=["POST"]),
            Route(f"{PREFIX}/{{name}}", show_file),
        ]
    )
    guarded = Guard(own, host)
    if behind is None:
        return guarded

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        is_page = path == "/" and scope.get("method") in ("GET", "HEAD")
        await (guarded if is_page or path.startswith(f"{PREFIX}/") else behind)(scope, receive, send)

    return dispatch
