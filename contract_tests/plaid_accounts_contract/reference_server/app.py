"""The reference server: an ASGI application that answers `POST /accounts/get` as Plaid documents it."""

import logging
import secrets
import string
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from . import errors
from .accounts_get import accounts_get
from .bodies import BodyLimit
from .data import reference_world
from .errors import ApiError, ErrorKind
from .failsafe import Failsafe
from .rate_limits import Limits, RateLimit
from .world import World

_LOGGER: Final = logging.getLogger("plaid_accounts_contract.reference_server")
_ALPHABET: Final = string.ascii_letters + string.digits


def create_app(
    world: World | None = None, *, rate_limit: RateLimit | None = None, body_limit: BodyLimit | None = None
) -> Starlette:
    """Give a new server with its own state: the world (by default `reference_world()`) and the requests it counted.

    Without `rate_limit` there is none. Any number of servers may exist at once; they share nothing.
    """
    known = world or reference_world()
    limits = Limits(rate_limit or RateLimit())
    reading = body_limit or BodyLimit()

    async def post_accounts_get(request: Request) -> JSONResponse:
        content = await accounts_get(request, known, limits, reading)
        request_id = new_request_id()
        _LOGGER.info("POST /accounts/get 200 request_id=%s", request_id)
        return JSONResponse({**content, "request_id": request_id})

    app = Starlette(
        routes=[Route("/accounts/get", post_accounts_get, methods=["POST"])],
        middleware=[Middleware(Failsafe, answer=lambda: error_response(errors.INTERNAL_SERVER_ERROR))],
        exception_handlers={ApiError: _on_api_error, HTTPException: _on_http_exception},
    )
    # A path with a slash at its end is another path, not one to be sent elsewhere with credentials in the body.
    app.router.redirect_slashes = False
    return app


def new_request_id() -> str:
    """Give a new identifier of an exchange: 15 letters and digits, in which case matters."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(15))


def error_response(kind: ErrorKind, status: int | None = None, headers: dict[str, str] | None = None) -> JSONResponse:
    """Give the answer that says an error, with the error's own status unless another is given."""
    request_id = new_request_id()
    # Neither path, nor query, nor message: they may quote what the caller sent.
    _LOGGER.info("%d %s request_id=%s", status or kind.status, kind.code, request_id)
    return JSONResponse(kind.body(request_id), status or kind.status, headers)


async def _on_api_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)
    return error_response(error.kind, headers=error.headers)


async def _on_http_exception(_request: Request, error: Exception) -> JSONResponse:
    """Answer what routing turned away: other paths (404) and other methods (405, with Allow)."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == errors.NOT_FOUND.status:
        return error_response(errors.NOT_FOUND, headers=headers)
    return error_response(errors.NOT_FOUND.saying("this endpoint answers POST only"), error.status_code, headers)
