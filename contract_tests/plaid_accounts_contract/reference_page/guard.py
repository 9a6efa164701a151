"""Protection from other sites: the page only accepts its own address and origin, and sends strict headers."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# No inline script or style, nothing from another host, no frame around the page, no form that leads elsewhere.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


class Guard:
    """ASGI middleware that rejects requests to, or from, another site, and adds the headers.

    An attacker can point a name of their own at this machine (DNS rebinding), but then the Host header has that name.
    So only IP addresses, `localhost` and the `host` that the server was started with are accepted. Without `pages`, the
    application is an API: its callers send no Origin, and need no headers.
    """

    def __init__(self, app: ASGIApp, host: str, *, pages: bool = True) -> None:
        self._app = app
        self._host = host.lower()
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI exchange."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def add_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and self._pages:
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refusal(scope["method"], Headers(scope=scope))
        app = PlainTextResponse(f"error: {refusal}\n", 403) if refusal else self._app
        await app(scope, receive, add_headers)

    def _refusal(self, method: str, headers: Headers) -> str:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_own(hosts[0]):
            return "not an address of this server; use the one that it printed"
        if not self._pages and "origin" not in headers:
            return ""
        if method not in ("GET", "HEAD") and urlsplit(headers.get("origin", "")).netloc.lower() != hosts[0].lower():
            return "only the reference page itself may send requests here (Origin)"
        return ""

    def _is_own(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name == "localhost" or name.endswith(".localhost") or name == self._host
        return True
