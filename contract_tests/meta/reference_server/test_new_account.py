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
from meta.reference_server.caller import CLIENT_ID, KEYS, SECRET, check, check_error
from plaid_accounts import Client, errors, webhooks
from plaid_accounts.models import CountryCode, LinkTokenCreateRequestUpdate, LinkTokenCreateRequestUser
from plaid_accounts_contract.reference_server import create_app, data, running
from plaid_accounts_contract.reference_server.new_account import COMPLETE_LINK, OPEN_ACCOUNT

TOKEN = data.EVERYDAY.access_token
ITEM_ID = data.EVERYDAY.details.item_id


class Deliveries(set[str]):
    """The deliveries that a service has accepted."""

    def add(self, delivery: Any) -> bool:  # type: ignore[override]
        """Add a delivery; return False for one that was added before."""
        new = delivery.token_sha256 not in self
        super().add(delivery.token_sha256)
        return new


@attrs.define
class Service:
    """A service that receives webhooks, and verifies them with keys from the API."""

    api: str = ""
    url: str = ""
    events: list[webhooks.Event] = attrs.field(factory=list)
    rejected: list[str] = attrs.field(factory=list)
    seen: Deliveries = attrs.field(factory=Deliveries)

    def client(self) -> Client:
        """Return a client of the API."""
        return Client(client_id=CLIENT_ID, secret=SECRET, base_url=self.api)

    def app(self) -> Starlette:
        """Return the application that receives webhooks."""
        return Starlette(routes=[Route("/plaid", self._receive, methods=["POST"])])

    async def _receive(self, request: Request) -> Response:
        body = await request.body()
        async with self.client() as client:
            try:
                keys = webhooks.KeyCache(client)
                self.events.append(await webhooks.verify_async(body, request.headers, keys, seen=self.seen))
            except errors.WebhookError as error:
                self.rejected.append(type(error).__name__)
                return Response(status_code=200 if isinstance(error, errors.WebhookDuplicateError) else 400)
        return Response(status_code=200)


@attrs.frozen
class Setup:
    """A reference server and a service that receives its webhooks."""

    service: Service
    http: httpx.Client

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
        """Start update mode through the client."""
        with self.service.client() as client:
            return client.link_token_create(
                access_token=TOKEN,
                client_name="Household Ledger",
                language="en",
                country_codes=[CountryCode.US],
                user=LinkTokenCreateRequestUser(client_user_id="user-2041"),
                update=LinkTokenCreateRequestUpdate(account_selection_enabled=selecting),
            ).link_token

    def complete(self, link_token: str) -> list[str]:
        """Complete Link; return the ids of the accounts that the user shared."""
        shared: list[str] = self.post(COMPLETE_LINK, link_token=link_token)["shared_account_ids"]
        return shared


@contextmanager
def _set_up(webhook_url: str, service: Service) -> Generator[Setup]:
    with running(create_app(webhook_url=webhook_url)) as server:
        service.api = server.url
        with httpx.Client(base_url=server.url, headers=KEYS, timeout=30) as http:
            yield Setup(service, http)


@pytest.fixture
def setup() -> Generator[Setup]:
    """Both servers on real sockets."""
    service = Service()
    with running(service.app()) as receiver:
        service.url = f"{receiver.url}/plaid"
        with _set_up(service.url, service) as ready:
            yield ready


def test_a_new_account_is_listed_after_the_user_shared_it(setup: Setup) -> None:
    """Opening an account sends a genuine webhook; only update mode with account selection lists the account."""
    before, others = setup.listed(), setup.listed(data.BUSINESS.access_token)
    opened = setup.post(OPEN_ACCOUNT, access_token=TOKEN)
    account_id = opened["account"]["account_id"]
    assert opened["webhook"]["answered"] == 200
    check("NewAccountsAvailableWebhook", json.loads(opened["webhook"]["body"]))
    (event,) = setup.service.events
    assert (event.item_id, event.environment) == (ITEM_ID, "sandbox")
    filtered = {"access_token": TOKEN, "options": {"account_ids": [account_id]}}
    assert setup.http.post("/accounts/get", json=filtered).json()["error_code"] == "INVALID_ACCOUNT_ID"
    link_token = setup.link_token(selecting=True)
    assert setup.listed() == before
    assert setup.complete(link_token) == [account_id]
    for path in ("/accounts/get", "/accounts/balance/get"):
        assert setup.listed(path=path) == [*before, account_id]
    assert setup.post("/accounts/get", **filtered)["accounts"] == [opened["account"]]
    assert setup.listed(data.BUSINESS.access_token) == others


def test_without_account_selection_nothing_is_shared(setup: Setup) -> None:
    """Update mode that only repairs leaves the accounts as they were; a later one with selection shares them all."""
    before = setup.listed()
    opened = [setup.post(OPEN_ACCOUNT, access_token=TOKEN)["account"]["account_id"] for _ in range(2)]
    assert setup.complete(setup.link_token(selecting=False)) == []
    assert setup.listed() == before
    assert setup.complete(setup.link_token(selecting=True)) == opened
    # Signed within one second, the two webhooks are the same, and the second is a duplicate.
    assert len(setup.service.events) + setup.service.rejected.count("WebhookDuplicateError") == 2


def test_a_delivery_can_be_repeated(setup: Setup) -> None:
    """The response contains the complete delivery: sent again it is a duplicate, and with one letter changed forged."""
    sent = setup.post(OPEN_ACCOUNT, access_token=TOKEN)["webhook"]
    changed = sent["body"].replace("sandbox", "Sandbox")
    statuses = [
        httpx.post(sent["url"], content=body, headers=sent["headers"]).status_code for body in (sent["body"], changed)
    ]
    assert statuses == [200, 400]
    assert setup.service.rejected == ["WebhookDuplicateError", "WebhookBodyError"]
    assert len(setup.service.events) == 1


def test_an_unreachable_receiver_is_reported() -> None:
    """If nothing listens, the account is opened all the same, and the response has the reason."""
    with _set_up(f"http://127.0.0.1:{free_port()}/plaid", Service()) as setup:
        webhook = setup.post(OPEN_ACCOUNT, access_token=TOKEN)["webhook"]
        assert webhook["answered"] is None
        assert webhook["problem"] == "ConnectError: is a server running at this address?"
        assert len(setup.complete(setup.link_token(selecting=True))) == 1


def test_a_redirect_is_not_followed(setup: Setup) -> None:
    """A receiver that redirects is reported by its status; the webhook goes nowhere else."""

    def redirect(_: Request) -> Response:
        return Response(status_code=307, headers={"Location": setup.service.url})

    away = Starlette(routes=[Route("/", redirect, methods=["POST"])])
    with running(away) as receiver, _set_up(receiver.url + "/", Service()) as other:
        assert other.post(OPEN_ACCOUNT, access_token=TOKEN)["webhook"]["answered"] == 307
    assert setup.service.events == []


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
    assert setup.service.events == []


def test_a_link_token_is_valid_for_one_session(setup: Setup) -> None:
    """The same link_token cannot be completed twice."""
    link_token = setup.link_token(selecting=True)
    setup.complete(link_token)
    response = setup.http.post(COMPLETE_LINK, json={"link_token": link_token})
    assert (response.status_code, response.json()["error_code"]) == (400, "INVALID_LINK_TOKEN")


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
