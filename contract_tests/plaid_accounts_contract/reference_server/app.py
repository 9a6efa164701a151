"""The reference server: an ASGI application that answers `POST /accounts/get` as Plaid documents it."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from . import answers, errors
from .accounts_get import accounts_get
from .bodies import BodyLimit
from .data import reference_world
from .errors import ApiError
from .failsafe import Failsafe
from .rate_limits import Limits, RateLimit
from .world import World


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
        return answers.success(await accounts_get(request, known, limits, reading))

    app = Starlette(
        routes=[Route("/accounts/get", post_accounts_get, methods=["POST"])],
        middleware=[Middleware(Failsafe)],
        exception_handlers={ApiError: _on_api_error, HTTPException: _on_http_exception},
    )
    # A path with a slash at its end is another path, not one to be sent elsewhere with credentials in the body.
    app.router.redirect_slashes = False
    return app


async def _on_api_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)
    return answers.failure(error.kind, error.headers)


async def _on_http_exception(_request: Request, error: Exception) -> JSONResponse:
    """Answer what routing turned away: other methods (405, with Allow) and other paths (404)."""
    assert isinstance(error, HTTPException)
    kind = errors.METHOD_NOT_ALLOWED if error.status_code == errors.METHOD_NOT_ALLOWED.status else errors.NOT_FOUND
    return answers.failure(kind, error.headers)
