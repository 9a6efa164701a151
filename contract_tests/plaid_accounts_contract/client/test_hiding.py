"""Secrets where they are easily forgotten: keys in the request model, arguments beside the body, the client's own repr."""

from __future__ import annotations

import json
from typing import Any, Final

import httpx
import pytest

from plaid_accounts_contract.client import bodies, secrecy
from plaid_accounts_contract.client.calls import (
    ACCESS_TOKEN,
    BASE_URL,
    CLIENT_ID,
    SECRET,
    SECRETS,
    Style,
    answering,
    attempt,
    call,
    call_api,
    client,
    errors,
    installed,
)
from plaid_accounts_contract.client.documents import ERROR
from plaid_accounts_contract.client.guarantees import count, guarantee

GIVEN: Final = {
    "access_token": "canary-model-token-5",
    "secret": "canary-model-secret-6",
    "client_id": "canary-model-id-7",
}


@pytest.mark.parametrize("style", ["api.sync", "api.asyncio", "api.sync_detailed", "api.asyncio_detailed"])
@guarantee("secrets-hidden")
def test_a_repeated_key_of_the_request_model_is_hidden(style: Style) -> None:
    """A server that repeats the keys or the token of the request model does not get them into the exception."""
    for name, value in GIVEN.items():
        count("secrets-hidden")
        body = json.dumps(bodies.complete(ERROR) | {"error_message": f"wrong {name}: {value}", value: [value]})
        request = installed().models.AccountsGetRequest(**GIVEN)
        outcome = call_api(client(answering(body.encode(), 400)), style, request)
        secrecy.check(outcome.error, (*GIVEN.values(), CLIENT_ID, SECRET))


@pytest.mark.parametrize("style", ["sync", "async", "api.sync", "api.asyncio"])
@guarantee("secrets-hidden")
def test_what_is_refused_beside_the_body_shows_nothing_of_it(style: Style) -> None:
    """The refusal of a header or of a time limit, or of a closed httpx client, holds no key and no token in any frame."""
    refused: list[dict[str, Any]] = [
        {"plaid_version": 7},
        {"plaid_version": None},
        {"timeout": -1},
        {"timeout": "soon"},
    ]
    for arguments in refused:
        count("secrets-hidden")
        error = call(client(answering({}), credentials_in="body"), style, **arguments).failure(
            errors().PlaidAccountsError
        )
        secrecy.check(error, SECRETS)


@pytest.mark.parametrize("value", ["1e400", "[" * 101 + "0" + "]" * 101], ids=["number", "levels"])
@guarantee("secrets-hidden")
def test_a_secret_as_the_name_of_a_property_is_hidden(value: str) -> None:
    """A path that leads through a property which the server named after a secret does not show it."""
    for secret in SECRETS:
        count("secrets-hidden")
        text = json.dumps(bodies.complete() | {f"a {secret} b": "PLACE"}).replace('"PLACE"', value)
        error = call(client(answering(text.encode()))).failure(errors().DecodeError)
        secrecy.check(error, SECRETS)
        assert error.path == '["[redacted]"]'


@pytest.mark.parametrize("token", ['canary-"odd"-\\-é-token', "canary-plain-token"])
@guarantee("secrets-hidden")
def test_a_secret_that_an_exception_quotes_as_json_is_hidden(token: str) -> None:
    """What led to an exception of httpx is emptied of secrets too, as they are and as JSON writes them, and nothing else is."""

    def handle(request: httpx.Request) -> httpx.Response:
        msg = f"then {token}"
        raise httpx.ConnectError(msg) from ValueError(f"first {request.content.decode()}")

    error = call(client(handle), access_token=token).failure(errors().TransportConnectionError)
    secrecy.check(error, (token, json.dumps(token)[1:-1]))
    harmless = call(client(_harmless), access_token=token).failure(errors().TransportConnectionError)
    assert str(harmless.__cause__) == "no route to host"


def _harmless(_: httpx.Request) -> httpx.Response:
    msg = "no route to host"
    raise httpx.ConnectError(msg)


@guarantee("secrets-hidden")
def test_a_repeated_secret_is_shown_as_hidden() -> None:
    """Where a server repeats a secret, the words around it stay, and the secret's place is marked."""
    body = bodies.complete(ERROR) | {"error_message": f"no such token: {ACCESS_TOKEN}!"}
    error = call(client(answering(body, 400))).failure(errors().ApiError)
    assert error.error_message == "no such token: [redacted]!"


@guarantee("secrets-hidden")
def test_what_a_call_holds_shows_nothing() -> None:
    """The secrets and the answer that a call has at hand show nothing to what prints the variables of a frame."""
    exchange = installed().exchange
    secrets = exchange.Secrets((SECRET, ACCESS_TOKEN))
    assert (repr(secrets), repr([secrets])) == ("Secrets()", "[Secrets()]")
    assert repr(exchange.Answer(httpx.Response(200), SECRET.encode(), secrets)) == "Answer(status_code=200)"


@guarantee("secrets-hidden")
def test_the_refusal_of_a_closed_client_shows_nothing() -> None:
    """A call through an httpx client that is closed holds no key and no token in any frame."""
    given = httpx.Client()
    given.close()
    made = client(http_client=given, credentials_in="body")
    secrecy.check(call(made).failure(errors().ConfigurationError), SECRETS)


@guarantee("secrets-hidden")
def test_a_client_shows_where_it_calls_and_nothing_else() -> None:
    """The repr of a client is its class and its address, also where it could not be made."""
    assert repr(client()) == f"Client(base_url={BASE_URL!r})"
    assert repr(object.__new__(installed().Client)) == "Client(base_url=None)"


@guarantee("secrets-hidden")
def test_what_holds_a_key_shows_none() -> None:
    """The type that keys are held in has a repr that says so, however it is shown."""
    held = installed().configuration.secret(SECRET)
    assert (repr(held), repr([held])) == ("'[redacted]'", "['[redacted]']")
    assert held == SECRET


@guarantee("secrets-hidden")
def test_a_secret_is_no_part_of_what_a_debugger_shows() -> None:
    """Every setting that cannot be used is refused from a frame whose variables hide what was given."""
    odd: list[dict[str, Any]] = [
        {"timeout": 0},
        {"retries": -1},
        {"max_response_bytes": 0},
        {"credentials_in": "query"},
    ]
    for settings in odd:
        count("secrets-hidden")
        outcome = attempt(lambda settings=settings: client(**settings))  # type: ignore[misc]
        secrecy.check(outcome.failure(errors().ConfigurationError), SECRETS)
