"""The script over HTTP, for services in other languages: `serve --control`.

    POST /reference-server/ACTION  with the arguments of the method of `ReferenceServer` as JSON
    GET  /reference-server/calls   the received requests

Actions are named like the methods: fail-next, delay-next, fail-item, heal-item, change-balances, close-account, webhook,
reset. No credentials are required, so other sites are kept out by the `Guard` of the command.
"""

import inspect
import json
from collections.abc import Callable
from typing import Any, Final, get_args, get_type_hints

import attrs
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from plaid_accounts_contract.reference_server import errors, requests
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.records import JsonObject
from plaid_accounts_contract.reference_server.requests import BodyLimit
from plaid_accounts_contract.reference_server.scripting import CONTROL, ReferenceServer

_ACTIONS: Final = ("fail_next", "delay_next", "fail_item", "heal_item", "change_balances", "close_account", "reset")


def routes(script: ReferenceServer) -> list[Route]:
    """Return the routes that control a script."""

    def calls(_: Request) -> JSONResponse:
        shown = (attrs.asdict(call) | {"body": call.body.decode("utf-8", "replace")} for call in script.calls)
        return JSONResponse([*shown])

    def webhook(access_token: str | None = None) -> dict[str, Any]:
        sent = script.webhook(access_token=access_token)
        return {"headers": {**sent.headers}, "body": sent.body.decode()}

    actions: list[Callable[..., Any]] = [*(getattr(script, name) for name in _ACTIONS), webhook]
    posted = [
        Route(CONTROL + action.__name__.replace("_", "-"), _handler(action, BodyLimit()), methods=["POST"])
        for action in actions
    ]
    return [Route(f"{CONTROL}calls", calls), *posted]


def _handler(action: Callable[..., Any], limit: BodyLimit) -> Callable[[Request], Any]:
    async def handle(request: Request) -> JSONResponse:
        data = await requests.read(request, limit)
        arguments = requests.decode(data) if data else {}
        try:
            bound = inspect.signature(action).bind(**arguments)
            _check_types(action, arguments)
            return JSONResponse(action(*bound.args, **bound.kwargs) or {})
        except (TypeError, ValueError) as error:
            raise ApiError(errors.INVALID_FIELD.with_message(str(error))) from None

    return handle


def _check_types(action: Callable[..., Any], arguments: JsonObject) -> None:
    hints = get_type_hints(action)
    for name, value in arguments.items():
        allowed = tuple(one for one in (hints[name], *get_args(hints[name])) if isinstance(one, type))
        number = (int,) if float in allowed else ()
        if isinstance(value, bool) or not isinstance(value, (*allowed, *number)):
            raise TypeError(f"invalid {name}: {json.dumps(value)[:80]}")
