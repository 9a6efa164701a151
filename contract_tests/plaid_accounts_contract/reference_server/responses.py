"""The server's responses. Each has its own request_id and one line in the log, without anything the caller sent."""

import logging
import secrets
import string
import traceback
from collections.abc import Mapping
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.errors import ErrorKind
from plaid_accounts_contract.reference_server.records import Content, File

LOGGER: Final = logging.getLogger("plaid_accounts_contract.reference_server")
_ALPHABET: Final = string.ascii_letters + string.digits
# As long as those in Plaid's documentation.
_REQUEST_ID_LENGTH: Final = 15


def success(content: Content) -> Response:
    """Return a 200 with the content, and a request_id where that is an object."""
    request_id = _new_request_id()
    LOGGER.info("200 request_id=%s", request_id)
    if isinstance(content, File):
        return Response(content.content, media_type=content.media_type)
    return JSONResponse({**content, "request_id": request_id} if isinstance(content, dict) else content)


def failure(kind: ErrorKind, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the response of an error, with the error's own status."""
    request_id = _new_request_id()
    LOGGER.info("%d request_id=%s %s", kind.status, request_id, kind.code)
    return JSONResponse(kind.body(request_id), kind.status, headers)


def _new_request_id() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_REQUEST_ID_LENGTH))


class InternalErrors:
    """ASGI middleware that turns an unexpected exception into a 500 without any detail of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one exchange."""
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except ClientDisconnect:
            LOGGER.info("the caller disconnected before its request was complete")
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            # Neither message nor traceback: they may quote the request.
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{place.filename}:{place.lineno} in {place.name}"
            LOGGER.error("unexpected %s at %s", type(error).__name__, where)  # noqa: TRY400 - see above
            await failure(errors.INTERNAL_SERVER_ERROR)(scope, receive, send)
