"""The reference server: an ASGI application for the operations of the contract, which responds as Plaid documents."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from plaid_accounts_contract.reference_server import document, errors, new_account, responses
from plaid_accounts_contract.reference_server.control import routes
from plaid_accounts_contract.reference_server.data import reference_dataset
from plaid_accounts_contract.reference_server.dataset import Dataset
from plaid_accounts_contract.reference_server.document import Document, Operation
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.handlers import handler_of
from plaid_accounts_contract.reference_server.rate_limits import Limits, RateLimit
from plaid_accounts_contract.reference_server.requests import BodyLimit
from plaid_accounts_contract.reference_server.running import running
from plaid_accounts_contract.reference_server.scripting import ReferenceServer, Scripted
from plaid_accounts_contract.reference_server.state import Handler, ServerState
from plaid_accounts_contract.reference_server.webhooks import checked_url


def create_app(
    dataset: Dataset | None = None,
    *,
    rate_limit: RateLimit | None = None,
    body_limit: BodyLimit | None = None,
    contract: Document | None = None,
    webhook_url: str | None = None,
    scripted: bool = False,
    control: bool = False,
) -> Starlette:
    """Create a server with its own state: the data (by default `reference_dataset()`) and the requests it counted.

    There is no limit without `rate_limit`. `contract` is another OpenAPI document than the package's own, whose
    operations are served. `webhook_url` becomes the webhook of every Item, and turns on the simulation of new accounts
    (`new_account`). With `scripted`, `app.state.script` is a `ReferenceServer`, which `control` also offers over HTTP.
    Servers share nothing. Raise ValueError if `webhook_url` is not an HTTP address.
    """
    data = dataset or reference_dataset()
    if webhook_url is not None:
        data = data.with_webhook(checked_url(webhook_url))
    state = ServerState(data, Limits(rate_limit or RateLimit()), body_limit or BodyLimit())
    served = contract or document.own()
    script = ReferenceServer(state)
    app = Starlette(
        routes=[
            *(_route(operation, handler_of(served, operation), state) for operation in document.operations(served)),
            *([] if webhook_url is None else new_account.routes(state, webhook_url)),
            *(routes(script) if control else []),
        ],
        middleware=[
            Middleware(responses.InternalErrors),
            *([Middleware(Scripted, script)] if scripted or control else []),
        ],
        exception_handlers={ApiError: _on_api_error, HTTPException: _on_http_exception},
    )
    # A path with a trailing slash is another path; a redirect would send the credentials of the body elsewhere.
    app.router.redirect_slashes = False
    app.state.script = script
    return app


@contextmanager
def scripted_server(**options: Any) -> Generator[ReferenceServer]:
    """Run a server for a test to script, on a free loopback port; `options` are those of `create_app`."""
    app = create_app(**options, scripted=True)
    with running(app) as server:
        script: ReferenceServer = app.state.script
        script.url = server.url
        yield script


def _route(operation: Operation, handler: Handler, state: ServerState) -> Route:
    async def respond(request: Request) -> Response:
        return responses.success(await handler(request, state))

    return Route(operation.path, respond, methods=[operation.method])


async def _on_api_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)
    return responses.failure(error.kind, error.headers)


async def _on_http_exception(_request: Request, error: Exception) -> JSONResponse:
    """Respond to what has no route: other methods (405, with Allow) and other paths (404)."""
    assert isinstance(error, HTTPException)
    kind = errors.METHOD_NOT_ALLOWED if error.status_code == errors.METHOD_NOT_ALLOWED.status else errors.NOT_FOUND
    return responses.failure(kind, error.headers)
