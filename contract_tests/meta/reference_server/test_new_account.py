"""A simulated new account: opened at the institution, announced by a webhook, shared in update mode, then listed."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import attrs
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from meta.commands import free_port
from meta.reference_server.caller import KEYS, check, check_error
from plaid_accounts_contract.reference_server import create_app, data, running
from plaid_accounts_contract.reference_server.new_account import COMPLETE_LINK, OPEN_ACCOUNT

TOKEN = data.EVERYDAY.access_token


@attrs.frozen
class Setup:
    """A reference server and the service that its webhooks go to: the address, and the bodies received."""

    http: httpx.Client
    address: str
    received: list[bytes]

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Return the body of a 200."""
        response = self.http.post(path, json=body)
        assert response.status_code == 200, response.text
        parsed: dict[str, Any] = response.json()
        return parsed

    def listed(self, token: str = TOKEN, path: str = "/accounts/get") -> list[str]:
        """Return the ids of the accounts that an operation lists."""
        return [account["account_id"] for account in self.post(path, access_token=token)["accounts"]]

    def link_token(self, *, selecting: bool) -> str:
        """Start update mode."""
        fields = {"client_name": "Household Ledger", "language": "en", "country_codes": ["US"]}
        update = {"account_selection_enabled": selecting}
        started = self.post(
            "/link/token/create", **fields, access_token=TOKEN, user={"client_user_id": "user-2041"}, update=update
        )
        return str(started["link_token"])

    def complete(self, link_token: str) -> list[str]:
        """Complete Link; return the ids of the accounts that the user shared."""
        shared: list[str] = self.post(COMPLETE_LINK, link_token=link_token)["shared_account_ids"]
        return shared


@contextmanager
def _set_up(address: str, received: list[bytes]) -> Generator[Setup]:
    with (
        running(create_app(webhook_url=address)) as server,
        httpx.Client(base_url=server.url, headers=KEYS, timeout=30) as http,
    ):
        yield Setup(http, address, received)


@pytest.fixture
def setup() -> Generator[Setup]:
    """Both servers on real sockets."""
    received: list[bytes] = []

    async def receive(request: Request) -> Response:
        received.append(await request.body())
        return Response(status_code=200)

    with (
        running(Starlette(routes=[Route("/plaid", receive, methods=["POST"])])) as service,
        _set_up(f"{service.url}/plaid", received) as ready,
    ):
        yield ready


def test_a_new_account_is_listed_after_the_user_shared_it(setup: Setup) -> None:
    """Opening an account sends a webhook; only update mode with account selection lists the account."""
    before, others = setup.listed(), setup.listed(data.BUSINESS.access_token)
    opened = setup.post(OPEN_ACCOUNT, access_token=TOKEN)
    account_id, webhook = opened["account"]["account_id"], opened["webhook"]
    assert (webhook["answered"], setup.received) == (200, [webhook["body"].encode()])
    check("NewAccountsAvailableWebhook", json.loads(webhook["body"]))
    filtered = {"access_token": TOKEN, "options": {"account_ids": [account_id]}}
    assert setup.http.post("/accounts/get", json=filtered).json()["error_code"] == "INVALID_ACCOUNT_ID"
    link_token = setup.link_token(selecting=True)
    assert setup.listed() == before
    assert setup.complete(link_token) == [account_id]
    for path in ("/accounts/get", "/accounts/balance/get"):
        assert setup.listed(path=path) == [*before, account_id]
    assert setup.post("/accounts/get", **filtered)["accounts"] == [opened["account"]]
    assert setup.listed(data.BUSINESS.access_token) == others
    again = setup.http.post(COMPLETE_LINK, json={"link_token": link_token})
    assert (again.status_code, again.json()["error_code"]) == (400, "INVALID_LINK_TOKEN")


def test_without_account_selection_nothing_is_shared(setup: Setup) -> None:
    """Update mode that only repairs leaves the accounts as they were; a later one with selection shares them all."""
    before = setup.listed()
    opened = [setup.post(OPEN_ACCOUNT, access_token=TOKEN)["account"]["account_id"] for _ in range(2)]
    assert setup.complete(setup.link_token(selecting=False)) == []
    assert setup.listed() == before
    assert setup.complete(setup.link_token(selecting=True)) == opened
    assert len(setup.received) == 2


def test_an_unreachable_receiver_is_reported() -> None:
    """If nothing listens, the account is opened all the same, and the response has the reason."""
    with _set_up(f"http://127.0.0.1:{free_port()}/plaid", []) as setup:
        webhook = setup.post(OPEN_ACCOUNT, access_token=TOKEN)["webhook"]
        assert webhook["answered"] is None
        assert webhook["problem"] == f"ConnectError: is a server running at {setup.address}?"
        assert len(setup.complete(setup.link_token(selecting=True))) == 1


def test_a_redirect_is_not_followed(setup: Setup) -> None:
    """A receiver that redirects is reported by its status; the webhook goes nowhere else."""

    def redirect(_: Request) -> Response:
        return Response(status_code=307, headers={"Location": setup.address})

    away = Starlette(routes=[Route("/", redirect, methods=["POST"])])
    with running(away) as receiver, _set_up(receiver.url + "/", []) as other:
        assert other.post(OPEN_ACCOUNT, access_token=TOKEN)["webhook"]["answered"] == 307
    assert setup.received == []


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (OPEN_ACCOUNT, {}, "MISSING_FIELDS"),
        (OPEN_ACCOUNT, {"access_token": 5}, "INVALID_FIELD"),
        (OPEN_ACCOUNT, {"access_token": TOKEN, "colour": "red"}, "UNKNOWN_FIELDS"),
        (OPEN_ACCOUNT, {"access_token": TOKEN[:-1]}, "INVALID_ACCESS_TOKEN"),
        (OPEN_ACCOUNT, {"access_token": data.error_token("ITEM_LOCKED")}, "ITEM_LOCKED"),
        (OPEN_ACCOUNT, {"access_token": TOKEN, "secret": "wrong"}, "INVALID_API_KEYS"),
        (COMPLETE_LINK, {"access_token": TOKEN}, "UNKNOWN_FIELDS"),
        (COMPLETE_LINK, {"link_token": "link-sandbox-1"}, "INVALID_LINK_TOKEN"),
    ],
)
def test_an_invalid_request_is_rejected(setup: Setup, path: str, body: dict[str, Any], code: str) -> None:
    """An invalid request gets the error that an operation would send, and has no effect."""
    response = setup.http.post(path, json=body)
    assert response.status_code == 400
    assert response.json()["error_code"] == code
    assert setup.received == []


def test_without_a_webhook_address_there_is_no_simulation() -> None:
    """A server without an address for webhooks treats these paths like any unknown one."""
    with running(create_app()) as server, httpx.Client(base_url=server.url, headers=KEYS) as http:
        for path in (OPEN_ACCOUNT, COMPLETE_LINK):
            response = http.post(path, json={"access_token": TOKEN})
            assert response.status_code == 404
            check_error(response.json(), 404)


@pytest.mark.parametrize("url", ["127.0.0.1:9000", "ftp://host/x", "http://", "http://me@host/", "http://host:99999/"])
def test_an_invalid_webhook_address_is_rejected(url: str) -> None:
    """A webhook address must be HTTP and without a user; anything else is a ValueError before the server starts."""
    with pytest.raises(ValueError, match=r"invalid webhook address .*: must be like http"):
        create_app(webhook_url=url)
