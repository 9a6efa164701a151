"""The reference server: an ASGI application that answers the operations of the contract as Plaid documents them."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from plaid_accounts_contract.reference_server import answers, document, errors
from plaid_accounts_contract.reference_server.bodies import BodyLimit
from plaid_accounts_contract.reference_server.data import reference_world
from plaid_accounts_contract.reference_server.document import Document, Operation
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.failsafe import Failsafe
from plaid_accounts_contract.reference_server.handlers import handler_of
from plaid_accounts_contract.reference_server.rate_limits import Limits, RateLimit
from plaid_accounts_contract.reference_server.serving import Handler, Serving
from plaid_accounts_contract.reference_server.story import Story
from plaid_accounts_contract.reference_server.webhooks import checked_url
from plaid_accounts_contract.reference_server.world import World


def create_app(
    world: World | None = None,
    *,
    rate_limit: RateLimit | None = None,
    balance_rate_limit: RateLimit | None = None,
    body_limit: BodyLimit | None = None,
    contract: Document | None = None,
    webhook_url: str | None = None,
) -> Starlette:
    """Give a new server with its own state: the world (by default `reference_world()`) and the requests it counted.

    Without `rate_limit` there is none, nor for `/accounts/balance/get` without `balance_rate_limit`. `contract` is
    another OpenAPI document than the package's own; its operations are the ones answered. With `webhook_url`, every
    Item has it as its webhook, and `story` says what can be made to happen. The state is `app.state.serving`. Any
    number of servers may exist at once; they share nothing.

    Raises:
        ValueError: `webhook_url` is no address of HTTP.
    """
    limits = Limits(rate_limit or RateLimit(), balance_rate_limit)
    known = world or reference_world()
    if webhook_url is not None:
        known = known.with_webhook(checked_url(webhook_url))
    serving = Serving(known, limits, body_limit or BodyLimit())
    told = contract or document.own()
    app = Starlette(
        routes=[
            *(_route(operation, handler_of(told, operation), serving) for operation in document.operations(told)),
            *([] if webhook_url is None else Story(serving, webhook_url).routes()),
        ],
        middleware=[Middleware(Failsafe)],
        exception_handlers={ApiError: _on_api_error, HTTPException: _on_http_exception},
    )
    app.state.serving = serving
    # A path with a slash at its end is another path, not one to be sent elsewhere with credentials in the body.
    app.router.redirect_slashes = False
    return app


def _route(operation: Operation, handler: Handler, serving: Serving) -> Route:
    async def answer(request: Request) -> JSONResponse:
        return answers.success(await handler(request, serving))

    return Route(operation.path, answer, methods=[operation.method])


async def _on_api_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)
    return answers.failure(error.kind, error.headers)


async def _on_http_exception(_request: Request, error: Exception) -> JSONResponse:
    """Answer what routing turned away: other methods (405, with Allow) and other paths (404)."""
    assert isinstance(error, HTTPException)
    kind = errors.METHOD_NOT_ALLOWED if error.status_code == errors.METHOD_NOT_ALLOWED.status else errors.NOT_FOUND
    return answers.failure(kind, error.headers)
