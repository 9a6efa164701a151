"""A test scripts the reference server: errors, delays, changed Items, webhooks; and sees what was received."""

import asyncio
import json
from collections.abc import Generator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from meta.reference_server.caller import KEYS, check_documented
from plaid_accounts import Client, errors, webhooks
from plaid_accounts_contract.plugin import ReferenceServer
from plaid_accounts_contract.reference_server import create_app, data, running


@pytest.fixture
def http(plaid_server: ReferenceServer) -> Generator[httpx.Client]:
    """Return a client that sends the credentials, and accepts documented responses only."""
    hooks: dict[str, list[Any]] = {"response": [httpx.Response.read, check_documented]}
    with httpx.Client(base_url=plaid_server.url, headers=KEYS, event_hooks=hooks) as client:
        yield client


def _get(http: httpx.Client, token: str = data.EVERYDAY.access_token, **options: Any) -> httpx.Response:
    return http.post("/accounts/get", json={"access_token": token, **({"options": options} if options else {})})


def _client(server: ReferenceServer, **options: Any) -> Client:
    return Client(client_id=server.client_id, secret=server.secret, base_url=server.url, **options)


def test_an_error_comes_once_or_as_often_as_scripted(plaid_server: ReferenceServer, http: httpx.Client) -> None:
    """The next call gets the error with Retry-After and the following ones succeed; `times` gives more of them."""
    plaid_server.fail_next("ACCOUNTS_LIMIT", retry_after=1)
    plaid_server.fail_next("INTERNAL_SERVER_ERROR", times=2)
    responses = [_get(http) for _ in range(4)]
    assert [response.status_code for response in responses] == [429, 500, 500, 200]
    assert [response.headers.get("retry-after") for response in responses] == ["1", None, None, None]


def test_a_refused_request_uses_up_nothing(plaid_server: ReferenceServer, http: httpx.Client) -> None:
    """A request that Plaid refuses gets Plaid's error; the script waits for an accepted one of its token and path."""
    token = data.BUSINESS.access_token
    plaid_server.fail_next("ACCOUNTS_LIMIT", access_token=token, path="/accounts/get")
    assert _get(http, token, account_ids=["unknown"]).json()["error_code"] == "INVALID_ACCOUNT_ID"
    assert _get(http).status_code == 200
    assert _get(http, token).status_code == 429


def test_an_item_is_in_an_error_until_it_is_healed(plaid_server: ReferenceServer, http: httpx.Client) -> None:
    """An Item that needs login keeps its error; other Items are healthy."""
    plaid_server.fail_item("ITEM_LOGIN_REQUIRED")
    assert [_get(http).json()["error_code"] for _ in range(2)] == ["ITEM_LOGIN_REQUIRED"] * 2
    assert _get(http, data.BUSINESS.access_token).status_code == 200
    plaid_server.heal_item()
    assert _get(http).status_code == 200


def test_accounts_change_until_the_reset(plaid_server: ReferenceServer, http: httpx.Client) -> None:
    """A changed balance is cached and live, a closed account is gone, and `reset` brings back the initial data."""
    before = _get(http).json()["accounts"]
    changed, closed = before[0]["account_id"], before[1]["account_id"]
    plaid_server.change_balances(changed, available=12.5, current=None)
    plaid_server.close_account(closed)
    after = _get(http).json()["accounts"]
    assert after[0]["balances"] == before[0]["balances"] | {"available": 12.5, "current": None}
    assert [account["account_id"] for account in after] == [
        account["account_id"] for account in before if account["account_id"] != closed
    ]
    with httpx.Client(base_url=plaid_server.url, headers=KEYS) as unchecked:
        body = {"access_token": data.EVERYDAY.access_token}
        live = unchecked.post("/accounts/balance/get", json=body).json()["accounts"]
    assert live[0]["balances"]["available"] == 12.5
    assert _get(http, account_ids=[closed]).json()["error_code"] == "INVALID_ACCOUNT_ID"
    plaid_server.reset()
    assert _get(http).json()["accounts"] == before


def test_received_requests_can_be_asserted(plaid_server: ReferenceServer, http: httpx.Client) -> None:
    """Each call has path, status, headers and body, refused ones too; its repr has no credentials."""
    _get(http)
    http.post("/accounts/get", content=b"no JSON", headers={"Content-Type": "application/json"})
    accepted, refused = plaid_server.calls
    assert (accepted.path, accepted.status, accepted.json()["access_token"]) == (
        "/accounts/get", 200, plaid_server.access_token
    )  # fmt: skip
    assert accepted.headers["plaid-client-id"] == plaid_server.client_id
    assert (refused.status, refused.body) == (400, b"no JSON")
    shown = repr((plaid_server, *plaid_server.calls))
    assert not any(secret in shown for secret in plaid_server.dataset.secrets())


def test_a_slow_response_runs_into_the_timeout(plaid_server: ReferenceServer) -> None:
    """A delayed response makes the client time out."""
    plaid_server.delay_next(1)
    with _client(plaid_server, timeout=0.05, retries=0) as client, pytest.raises(errors.TransportTimeoutError):
        client.accounts_get(access_token=plaid_server.access_token)


def test_a_webhook_reaches_the_application_under_test(plaid_server: ReferenceServer) -> None:
    """A webhook is genuine to the client, whether it is passed on in process or sent, with and without await."""
    received: list[webhooks.Event] = []

    async def take(request: Request) -> Response:
        async with _client(plaid_server) as api:
            keys = webhooks.KeyCache(api)
            received.append(await webhooks.verify_async(await request.body(), request.headers, keys))
        return Response(status_code=200)

    with running(Starlette(routes=[Route("/plaid", take, methods=["POST"])])) as service:
        assert plaid_server.send_webhook(f"{service.url}/plaid") == 200
        assert asyncio.run(plaid_server.send_webhook_async(f"{service.url}/plaid")) == 200
        sent = plaid_server.webhook()
        httpx.post(f"{service.url}/plaid", content=sent.body, headers=sent.headers)
        assert plaid_server.send_webhook(f"{service.url}/no-such-path") == 404
    assert [event.item_id for event in received] == [data.EVERYDAY.details.item_id] * 3
    login = json.loads(plaid_server.webhook("ERROR", error={"error_code": "ITEM_LOGIN_REQUIRED"}).body)
    assert (login["webhook_code"], login["error"]["error_code"]) == ("ERROR", "ITEM_LOGIN_REQUIRED")
    with pytest.raises(ConnectionError, match="is a server running at"):
        plaid_server.send_webhook(f"{service.url}/plaid")


@pytest.mark.parametrize(
    ("action", "arguments", "message"),
    [
        ("fail-next", {"error_code": "NOVELTY"}, "unknown error_code 'NOVELTY'; the contract has "),
        ("fail-next", {}, "missing a required argument: 'error_code'"),
        ("delay-next", {"seconds": "1"}, 'invalid seconds: "1"'),
        ("close-account", {"account_id": "none"}, "no Item lists an account 'none'"),
        ("change-balances", {"account_id": "none", "avialable": 1}, "unexpected keyword argument 'avialable'"),
        ("heal-item", {"access_token": "access-sandbox-none"}, "could not find matching access token"),
    ],
)
def test_wrong_arguments_over_http_are_named(action: str, arguments: dict[str, Any], message: str) -> None:
    """The control path refuses unknown names, wrong types and unknown values with a documented error."""
    with running(create_app(control=True)) as server:
        response = httpx.post(f"{server.url}/reference-server/{action}", json=arguments)
    assert response.status_code == 400
    assert message in response.json()["error_message"]


def test_every_change_works_over_http() -> None:
    """Balances, accounts, Items, delays and webhooks are controlled over HTTP like in a test, and reset."""
    account_id = data.EVERYDAY.account_ids()[0]
    with running(create_app(control=True)) as server, httpx.Client(base_url=server.url, headers=KEYS) as http:
        for action, arguments in (
            ("change-balances", {"account_id": account_id, "available": 7, "limit": None}),
            ("delay-next", {"seconds": 0}),
        ):
            assert http.post(f"/reference-server/{action}", json=arguments).json() == {}
        assert _get(http).json()["accounts"][0]["balances"]["available"] == 7
        http.post("/reference-server/close-account", json={"account_id": account_id})
        assert account_id not in _get(http).text
        http.post("/reference-server/fail-item", json={"error_code": "ITEM_LOCKED"})
        assert _get(http).json()["error_code"] == "ITEM_LOCKED"
        assert http.post("/reference-server/webhook").json()["headers"][webhooks.HEADER]
        assert http.post("/reference-server/reset").json() == {}
        assert account_id in _get(http).text
        assert len(http.get("/reference-server/calls").json()) == 1
