"""Simulates a new account: the institution opens it, and the user shares it in Link.

    POST /reference-server/open-account  {"access_token": …}   opens an account and sends the webhook that announces it
    POST /reference-server/complete-link {"link_token": …}     completes Link; shares the new accounts if update mode was
                                                               started with account selection

Both require the credentials, and reject requests as the operations do. They are not part of the contract, and exist only
on a server that has an address for webhooks.
"""

from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from plaid_accounts_contract.reference_server import errors, responses
from plaid_accounts_contract.reference_server.accounts import Account, Balances, identifier
from plaid_accounts_contract.reference_server.errors import ApiError, ErrorKind
from plaid_accounts_contract.reference_server.fields import unrecognised
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import JsonObject, to_object
from plaid_accounts_contract.reference_server.state import ServerState
from plaid_accounts_contract.reference_server.webhooks import Webhook, deliver, event

OPEN_ACCOUNT: Final = "/reference-server/open-account"
COMPLETE_LINK: Final = "/reference-server/complete-link"

INVALID_LINK_TOKEN: Final = ErrorKind("INVALID_INPUT", "INVALID_LINK_TOKEN", 400, "invalid link_token provided")


def routes(state: ServerState, webhook_url: str) -> list[Route]:
    """Return the routes of the two requests, which change the server's state and send webhooks to `webhook_url`."""

    def open_account(access_token: str) -> JsonObject:
        item = state.change(access_token, _with_new_account)
        sent = _sent(webhook_url, state.signer.sign(event(item)))
        return {"account": to_object(item.new_accounts[-1]), "webhook": sent}

    def complete_link(link_token: str) -> JsonObject:
        try:
            session = state.links.end(link_token)
        except LookupError as error:
            raise ApiError(INVALID_LINK_TOKEN.with_message(str(error))) from None
        before = set(state.healthy_item(session.access_token).account_ids())
        if session.selects_accounts:
            state.change(session.access_token, Item.shared)
        after = state.healthy_item(session.access_token).account_ids()
        return {"shared_account_ids": [account_id for account_id in after if account_id not in before]}

    return [
        _route(state, OPEN_ACCOUNT, "access_token", open_account),
        _route(state, COMPLETE_LINK, "link_token", complete_link),
    ]


def _route(state: ServerState, path: str, field: str, action: Callable[[str], JsonObject]) -> Route:
    async def handle(request: Request) -> Response:
        token = _token(await state.authenticate(request), field, state.dataset.secrets())
        # In a thread: the receiver of a webhook may request the key from this server before it responds.
        return responses.success(await run_in_threadpool(action, token))

    return Route(path, handle, methods=["POST"])


def _sent(url: str, webhook: Webhook) -> JsonObject:
    """Send a webhook; return what it takes to send it again, and the status of the response, or why there was none."""
    sent: JsonObject = {"url": url, "headers": {**webhook.headers}, "body": webhook.body.decode()}
    try:
        return {**sent, "answered": deliver(url, webhook)}
    except ConnectionError as error:
        return {**sent, "answered": None, "problem": str(error)}


def _with_new_account(item: Item) -> Item:
    item.check_healthy()
    number = len(item.accounts) + len(item.closed_accounts) + len(item.new_accounts) + 1
    return item.with_new(
        Account(
            account_id=identifier(f"{item.details.item_id}/opened/{number}"),
            balances=Balances(available=100, current=100),
            mask=f"{number:04}"[-4:],
            name=f"New Savings {number}",
            type="depository",
            subtype="savings",
        )
    )


def _token(body: JsonObject, field: str, secrets: frozenset[str]) -> str:
    """Return the only field that a request has besides credentials."""
    unknown = [name for name in body if name not in (field, "client_id", "secret")]
    if unknown:
        raise unrecognised(unknown, secrets)
    if field not in body:
        raise ApiError(errors.missing_fields([field]))
    token = body[field]
    if not isinstance(token, str) or not token:
        raise ApiError(errors.not_a_text(field))
    return token
