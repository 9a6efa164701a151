"""The reference server as a test scripts it: errors, delays, changed Items, webhooks, and the requests it received."""

import asyncio
import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plaid_accounts_contract.reference_server import errors, responses, webhooks
from plaid_accounts_contract.reference_server.accounts import Account
from plaid_accounts_contract.reference_server.dataset import Dataset
from plaid_accounts_contract.reference_server.errors import ErrorKind
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import ABSENT, AbsentType
from plaid_accounts_contract.reference_server.state import Links, ServerState

CONTROL: Final = "/reference-server/"
"""Begins the paths of requests that are not part of the API, and are not recorded."""

# Of a test that never resets, the last calls are kept.
_CALLS_KEPT: Final = 10_000


@attrs.frozen
class Call:
    """A received request and the status of its response. `headers` have lower-case names."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)

    def json(self) -> Any:
        """Return the parsed body."""
        return json.loads(self.body)


@attrs.define
class _Step:
    """What happens to the next `times` accepted calls of a token and a path; None is any."""

    times: int
    access_token: str | None
    path: str | None
    kind: ErrorKind | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict)
    seconds: float = 0.0

    def concerns(self, path: str, body: bytes) -> bool:
        """Return whether the step is about a request."""
        return self.path in (None, path) and (
            self.access_token is None or json.loads(body).get("access_token") == self.access_token
        )


@attrs.define
class ReferenceServer:
    """A running reference server: its credentials, its tokens, and a script for what it does next.

    Tokens and secrets are valid nowhere else; they are absent from the repr all the same. Where `access_token` is
    optional, it is by default the ordinary Item's for a change of an Item, and every Item's for a call. A request that
    Plaid refuses gets Plaid's error, whatever the script says, and uses up no step of it.
    """

    state: ServerState = attrs.field(repr=False)
    url: str = ""
    calls: deque[Call] = attrs.field(factory=lambda: deque[Call](maxlen=_CALLS_KEPT), init=False, repr=False)
    _initial: Dataset = attrs.field(init=False, repr=False)
    _steps: list[_Step] = attrs.field(factory=list[_Step], init=False, repr=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._initial = self.state.dataset

    @property
    def dataset(self) -> Dataset:
        """The current data."""
        return self.state.dataset

    @property
    def client_id(self) -> str:
        """The client_id that it accepts."""
        return self.dataset.credentials.client_id

    @property
    def secret(self) -> str:
        """The secret of the client_id."""
        return self.dataset.credentials.secret

    @property
    def access_token(self) -> str:
        """A token of an ordinary Item: checking, savings, credit card, loan, retirement plans."""
        return next(iter(self._initial.items))

    @property
    def access_tokens(self) -> Mapping[str, str]:
        """The tokens of healthy Items, each with a description of the Item."""
        return {token: item.title for token, item in self.dataset.items.items() if item.failure is None}

    @property
    def webhook_key_id(self) -> str:
        """The id of the key that it signs webhooks with."""
        return webhooks.KEY_ID

    def error_token(self, error_code: str) -> str:
        """Return the token that gets `error_code`; raise ValueError, which lists the known codes, if there is none."""
        tokens = {item.failure.code: token for token, item in self._initial.items.items() if item.failure is not None}
        if error_code not in tokens:
            raise ValueError(f"no token for {error_code!r}; there is one for each of {', '.join(sorted(tokens))}")
        return tokens[error_code]

    def fail_next(
        self,
        error_code: str,
        *,
        retry_after: int | None = None,
        times: int = 1,
        access_token: str | None = None,
        path: str | None = None,
    ) -> None:
        """Respond to the next `times` accepted calls with an error, with a Retry-After in seconds if one is given.

        Raises:
            ValueError: the contract has no such error; the message lists those it has.
        """
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        step = _Step(times, access_token, path, _error(error_code), headers)
        with self._lock:
            self._steps.append(step)

    def delay_next(
        self, seconds: float, *, times: int = 1, access_token: str | None = None, path: str | None = None
    ) -> None:
        """Send the responses to the next `times` accepted calls `seconds` later."""
        with self._lock:
            self._steps.append(_Step(times, access_token, path, seconds=seconds))

    def fail_item(self, error_code: str, *, access_token: str | None = None) -> None:
        """Put an Item into an error until `heal_item` or `reset`; raise ValueError for a code the contract lacks."""
        self._change(access_token, partial(attrs.evolve, failure=_error(error_code)))

    def heal_item(self, *, access_token: str | None = None) -> None:
        """Take an Item out of its error."""
        self._change(access_token, partial(attrs.evolve, failure=None))

    def change_balances(
        self,
        account_id: str,
        *,
        available: float | AbsentType | None = ABSENT,
        current: float | AbsentType | None = ABSENT,
        limit: float | AbsentType | None = ABSENT,
    ) -> None:
        """Change balances of an account, cached and in real time; raise ValueError if no Item lists the account."""
        given = {"available": available, "current": current, "limit": limit}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not ABSENT}

        def change(item: Item) -> Item:
            accounts = [attrs.evolve(one, balances=attrs.evolve(one.balances, **changes))
                        if one.account_id == account_id else one for one in item.accounts]  # fmt: skip
            live = {one: attrs.evolve(balances, **changes) if one == account_id else balances
                    for one, balances in item.live.items()}  # fmt: skip
            return attrs.evolve(item, accounts=tuple(accounts), live=live)

        self._change(self._token_of(account_id), change)

    def close_account(self, account_id: str) -> None:
        """Close an account, whose id gets INVALID_ACCOUNT_ID from now on; raise ValueError if no Item lists it."""

        def change(item: Item) -> Item:
            closed = tuple(account for account in item.accounts if account.account_id == account_id)
            kept = tuple(account for account in item.accounts if account.account_id != account_id)
            return attrs.evolve(item, accounts=kept, closed_accounts=(*item.closed_accounts, *closed))

        self._change(self._token_of(account_id), change)

    def open_account(self, account: Account, *, access_token: str | None = None) -> None:
        """List another account of an Item."""
        self._change(access_token, lambda item: item.with_new(account).shared())

    def webhook(
        self, webhook_code: str = "NEW_ACCOUNTS_AVAILABLE", *, access_token: str | None = None, **fields: Any
    ) -> webhooks.Webhook:
        """Return a signed webhook about an Item, to pass to the test client of an application.

        Other `fields`, such as webhook_type or error, replace those of NEW_ACCOUNTS_AVAILABLE.
        """
        item = self.state.item_of(access_token or self.access_token)
        return self.state.signer.sign(webhooks.event(item, webhook_code=webhook_code, **fields))

    def send_webhook(
        self,
        url: str,
        webhook_code: str = "NEW_ACCOUNTS_AVAILABLE",
        *,
        access_token: str | None = None,
        **fields: Any,
    ) -> int:
        """Send what `webhook` returns, and return the status of the response; raise ConnectionError without one."""
        sent = self.webhook(webhook_code, access_token=access_token, **fields)
        return webhooks.deliver(webhooks.checked_url(url), sent)

    async def send_webhook_async(self, url: str, *arguments: Any, **fields: Any) -> int:
        """Send a webhook as `send_webhook` does, while the event loop runs the application that receives it."""
        return await run_in_threadpool(self.send_webhook, url, *arguments, **fields)

    def reset(self) -> None:
        """Go back to the initial data, forget the calls and links, and drop what the script still holds."""
        with self._lock:
            self.state.dataset, self.state.links = self._initial, Links()
            self._steps.clear()
            self.calls.clear()

    def take(self, path: str, body: bytes) -> list[_Step]:
        """Return the steps for an accepted call: every delay, and the first error; each counts as used once."""
        with self._lock:
            due = [step for step in self._steps if step.concerns(path, body)]
            failing = next((step for step in due if step.kind), None)
            due = [step for step in due if step is failing or not step.kind]
            for step in due:
                step.times -= 1
            self._steps = [step for step in self._steps if step.times > 0]
        return due

    def _change(self, access_token: str | None, change: Callable[[Item], Item]) -> None:
        self.state.change(access_token or self.access_token, change)

    def _token_of(self, account_id: str) -> str:
        for token, item in self.dataset.items.items():
            if account_id in item.account_ids():
                return token
        raise ValueError(f"no Item lists an account {account_id!r}")


def _error(error_code: str) -> ErrorKind:
    if error_code not in errors.CATALOGUE:
        raise ValueError(f"unknown error_code {error_code!r}; the contract has {', '.join(sorted(errors.CATALOGUE))}")
    return errors.CATALOGUE[error_code]


class Scripted:
    """ASGI middleware that records each call, and lets the script change what is sent to an accepted one."""

    def __init__(self, app: ASGIApp, script: ReferenceServer) -> None:
        self._app = app
        self._script = script

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one exchange."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        body = bytearray()
        replaced = False

        async def hear() -> Message:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        async def pass_on(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start":
                due = self._script.take(scope["path"], bytes(body)) if message["status"] == 200 else []
                await asyncio.sleep(sum(step.seconds for step in due))
                failing = next((step for step in due if step.kind), None)
                status = failing.kind.status if failing and failing.kind else message["status"]
                headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
                self._script.calls.append(Call(scope["method"], scope["path"], status, headers, bytes(body)))
                if failing and failing.kind:
                    replaced = True
                    await responses.failure(failing.kind, failing.headers)(scope, receive, send)
            if not replaced:
                await send(message)

        await self._app(scope, hear, pass_on)
