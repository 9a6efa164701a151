"""The story of a new account: opened at the institution, told by a webhook, shared in update mode, listed from then on."""

from __future__ import annotations

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

from meta.child_servers import free_port
from meta.reference_server import contract_schemas
from meta.reference_server.caller import CLIENT_ID, KEYS, SECRET, check_error
from plaid_accounts import Client, errors, webhooks
from plaid_accounts.models import CountryCode, LinkTokenCreateRequestUpdate, LinkTokenCreateRequestUser
from plaid_accounts_contract.reference_server import create_app, data, running
from plaid_accounts_contract.reference_server.story import COMPLETE_LINK, OPEN_ACCOUNT

TOKEN = data.EVERYDAY.access_token
ITEM_ID = data.EVERYDAY.details.item_id


class Deliveries(set[str]):
    """The deliveries that a service has taken."""

    def add(self, delivery: Any) -> bool:  # type: ignore[override]
        """Remember a delivery; False if it was remembered before."""
        new = delivery.token_sha256 not in self
        super().add(delivery.token_sha256)
        return new


@attrs.define
class Service:
    """A service with an address for webhooks, which it verifies with keys that it asks the API for."""

    api: str = ""
    events: list[webhooks.Event] = attrs.field(factory=list)
    refused: list[str] = attrs.field(factory=list)
    seen: Deliveries = attrs.field(factory=Deliveries)
    url: str = ""

    def client(self) -> Client:
        """Return a client of the API."""
        return Client(client_id=CLIENT_ID, secret=SECRET, base_url=self.api)

    def app(self) -> Starlette:
        """Return the application that takes webhooks."""
        return Starlette(routes=[Route("/plaid", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        async with self.client() as client:
            try:
                keys = webhooks.KeyCache(client)
                self.events.append(await webhooks.verify_async(body, request.headers, keys, seen=self.seen))
            except errors.WebhookDuplicateError as error:
                self.refused.append(type(error).__name__)
            except errors.WebhookError as error:
                self.refused.append(type(error).__name__)
                return Response(status_code=400)
        return Response(status_code=200)


@attrs.frozen
class Stage:
    """A reference server and a service that hears of its Items."""

    service: Service
    http: httpx.Client

    def told(self, path: str, **body: Any) -> dict[str, Any]:
        """Return what a request is answered with 200."""
        response = self.http.post(path, json=body)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def listed(self, token: str = TOKEN, path: str = "/accounts/get") -> list[str]:
        """Return the ids of the accounts that an operation lists."""
        return [account["account_id"] for account in self.told(path, access_token=token)["accounts"]]

    def link_token(self, *, choosing: bool) -> str:
        """Begin update mode through the client."""
        with self.service.client() as client:
            return client.link_token_create(
                access_token=TOKEN,
                client_name="Household Ledger",
                language="en",
                country_codes=[CountryCode.US],
                user=LinkTokenCreateRequestUser(client_user_id="user-2041"),
                update=LinkTokenCreateRequestUpdate(account_selection_enabled=choosing),
            ).link_token


@contextmanager
def _staged(webhook_url: str, service: Service) -> Generator[Stage]:
    with running(create_app(webhook_url=webhook_url)) as server:
        service.api = server.url
        with httpx.Client(base_url=server.url, headers=KEYS, timeout=30) as http:
            yield Stage(service, http)


@pytest.fixture
def stage() -> Generator[Stage]:
    """Both servers on real sockets."""
    service = Service()
    with running(service.app()) as receiver:
        service.url = f"{receiver.url}/plaid"
        with _staged(service.url, service) as ready:
            yield ready


def test_a_new_account_is_listed_once_the_user_shared_it_and_not_before(stage: Stage) -> None:
    """Opening an account sends a genuine webhook; only completing update mode with a choice lists the account."""
    before = stage.listed()
    opened = stage.told(OPEN_ACCOUNT, access_token=TOKEN)
    assert opened["webhook"]["answered"] == 200
    contract_schemas.check("NewAccountsAvailableWebhook", json.loads(opened["webhook"]["body"]))
    (event,) = stage.service.events
    assert (event.item_id, event.environment) == (ITEM_ID, "sandbox")
    assert stage.listed() == before
    link_token = stage.link_token(choosing=True)
    assert stage.listed() == before
    assert stage.told(COMPLETE_LINK, link_token=link_token)["shared_account_ids"] == [opened["account"]["account_id"]]
    for path in ("/accounts/get", "/accounts/balance/get"):
        assert stage.listed(path=path) == [*before, opened["account"]["account_id"]]


def test_an_account_can_be_asked_for_once_it_is_shared(stage: Stage) -> None:
    """Before, its id is INVALID_ACCOUNT_ID; afterwards the filter lists the account as it was opened."""
    account = stage.told(OPEN_ACCOUNT, access_token=TOKEN)["account"]
    body = {"access_token": TOKEN, "options": {"account_ids": [account["account_id"]]}}
    assert stage.http.post("/accounts/get", json=body).json()["error_code"] == "INVALID_ACCOUNT_ID"
    stage.told(COMPLETE_LINK, link_token=stage.link_token(choosing=True))
    assert stage.told("/accounts/get", **body)["accounts"] == [account]


def test_without_a_choice_of_accounts_nothing_is_shared(stage: Stage) -> None:
    """Update mode that only repairs leaves the accounts as they were; a later one with a choice shares them all."""
    before = stage.listed()
    opened = [stage.told(OPEN_ACCOUNT, access_token=TOKEN)["account"]["account_id"] for _ in range(2)]
    assert stage.told(COMPLETE_LINK, link_token=stage.link_token(choosing=False))["shared_account_ids"] == []
    assert stage.listed() == before
    assert stage.told(COMPLETE_LINK, link_token=stage.link_token(choosing=True))["shared_account_ids"] == opened
    assert len(stage.service.events) == 2


def test_other_items_stay_as_they_are(stage: Stage) -> None:
    """A new account is its Item's alone, and every Item names the address of the webhooks."""
    other = data.BUSINESS.access_token
    before = stage.listed(other)
    stage.told(OPEN_ACCOUNT, access_token=TOKEN)
    stage.told(COMPLETE_LINK, link_token=stage.link_token(choosing=True))
    assert stage.listed(other) == before
    assert stage.told("/accounts/get", access_token=other)["item"]["webhook"] == stage.service.url


def test_what_was_sent_can_be_sent_again(stage: Stage) -> None:
    """The answer has all of the delivery: the same once more is a duplicate, and with one letter changed a forgery."""
    sent = stage.told(OPEN_ACCOUNT, access_token=TOKEN)["webhook"]
    changed = sent["body"].replace("sandbox", "Sandbox")
    statuses = [
        httpx.post(sent["url"], content=body, headers=sent["headers"]).status_code for body in (sent["body"], changed)
    ]
    assert statuses == [200, 400]
    assert stage.service.refused == ["WebhookDuplicateError", "WebhookBodyError"]
    assert len(stage.service.events) == 1


def test_a_receiver_that_does_not_answer_is_told() -> None:
    """Where nothing listens, the account is opened all the same, and the answer says why nobody heard of it."""
    with _staged(f"http://127.0.0.1:{free_port()}/plaid", Service()) as stage:
        webhook = stage.told(OPEN_ACCOUNT, access_token=TOKEN)["webhook"]
        assert webhook["answered"] is None
        assert webhook["problem"] == "ConnectError: is a server running at this address?"
        assert len(stage.told(COMPLETE_LINK, link_token=stage.link_token(choosing=True))["shared_account_ids"]) == 1


def test_a_redirect_is_not_followed(stage: Stage) -> None:
    """A receiver that answers with another address is told by its status; the webhook goes nowhere else."""

    def answer(_: Request) -> Response:
        return Response(status_code=307, headers={"Location": stage.service.url})

    away = Starlette(routes=[Route("/", answer, methods=["POST"])])
    with running(away) as receiver, _staged(receiver.url + "/", Service()) as other:
        assert other.told(OPEN_ACCOUNT, access_token=TOKEN)["webhook"]["answered"] == 307
    assert stage.service.events == []


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
def test_a_wrong_request_is_refused_as_by_operations(stage: Stage, path: str, body: dict[str, Any], code: str) -> None:
    """What is wrong with a request has the error that an operation would answer, and nothing happens."""
    response = stage.http.post(path, json=body)
    assert response.status_code == 400
    assert response.json()["error_code"] == code
    assert stage.service.events == []


def test_a_link_token_is_good_for_one_session(stage: Stage) -> None:
    """The same link_token cannot be completed twice."""
    link_token = stage.link_token(choosing=True)
    stage.told(COMPLETE_LINK, link_token=link_token)
    response = stage.http.post(COMPLETE_LINK, json={"link_token": link_token})
    assert (response.status_code, response.json()["error_code"]) == (400, "INVALID_LINK_TOKEN")


def test_without_an_address_for_webhooks_nothing_can_be_made_to_happen() -> None:
    """A server that was given none answers these paths like any unknown one, and its Items are as the world has them."""
    with running(create_app()) as server, httpx.Client(base_url=server.url, headers=KEYS) as http:
        for path in (OPEN_ACCOUNT, COMPLETE_LINK):
            response = http.post(path, json={"access_token": TOKEN})
            assert response.status_code == 404
            check_error(response.json(), 404)


@pytest.mark.parametrize("url", ["127.0.0.1:9000", "ftp://host/x", "http://", "http://me@host/", "http://host:99999/"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """Webhooks go to an address of HTTP without a user; anything else is refused before the server starts."""
    with pytest.raises(ValueError, match="is no address for webhooks; write it like http"):
        create_app(webhook_url=url)
