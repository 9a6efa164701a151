"""The keys, and the secrets in a request of any operation, stay out of everything that is shown."""

from __future__ import annotations

import httpx
import pytest

from plaid_accounts_contract.client import bodies, building, damage, secrecy
from plaid_accounts_contract.client.calls import (
    CLIENT_ID,
    SECRET,
    STYLES,
    Handler,
    Style,
    answering,
    call,
    call_api,
    client,
    installed,
    prepared,
)
from plaid_accounts_contract.client.documents import ERROR
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.operations import Method
from plaid_accounts_contract.client.wires import ALL


def failing(echo: str) -> dict[str, Handler]:
    """Return what goes wrong, each with the caller's secrets in it."""
    headers = {"Content-Type": "application/json", "X-Echo": echo}

    def break_off(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError(f"{echo} {request.headers} {request.content!r}")

    error = bodies.complete(ERROR) | {"error_message": echo, "novelty": [echo]}
    return {
        "broken connection": break_off,
        "API error": answering(error, 400, headers),
        "answer of another shape": answering({"request_id": {echo: 1}, "key": echo, echo: [echo]}, 200, headers),
        "no JSON": answering(f'{{"a": "{echo}'.encode(), 200, headers),
        "page": answering(f"<html>{echo}".encode(), 502, {"Content-Type": "text/html"}),
    }


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("secrets-hidden")
def test_no_exception_of_an_operation_holds_a_secret(method: Method, style: Style) -> None:
    """Whatever goes wrong, also where the server repeats the request, the exception and its causes hold no secret."""
    body = bodies.whole(method)
    secrets = (CLIENT_ID, SECRET, *bodies.secrets(method, body))
    for placed, handler in zip(["header", "body"] * 3, failing(" and ".join(secrets)).values(), strict=False):
        count("secrets-hidden")
        outcome = call(client(handler, credentials_in=placed), style, method=method, **prepared(method, body))
        secrecy.check(outcome.error, secrets)


@pytest.mark.parametrize("style", STYLES[2:])
@pytest.mark.parametrize("method", ALL)
@guarantee("secrets-hidden")
def test_no_exception_holds_keys_of_a_request(method: Method, style: Style) -> None:
    """Keys that a caller puts in a request model are hidden as the client's own are."""
    keys = {"client_id": "canary-own-client-id-04d1", "secret": "canary-own-secret-9e3b"}
    body = bodies.whole(method) | keys
    secrets = (*keys.values(), *bodies.secrets(method, body))
    for handler in failing(" and ".join(secrets)).values():
        count("secrets-hidden")
        model = building.built(method.request, body, installed().models)
        secrecy.check(call_api(client(handler), style, model, method=method).error, secrets)


@pytest.mark.parametrize("method", ALL)
@guarantee("secrets-hidden")
def test_what_is_no_secret_stays_in_an_error(method: Method) -> None:
    """What the server says of an argument that is no secret stays in the error, for the developer to read."""
    word = "plain-words-of-the-caller"
    for place in damage.places(method.request, bodies.whole(method)):
        if place.is_free_text and not place.is_secret:
            count("secrets-hidden")
            body = damage.changed(bodies.whole(method), place.path, word)
            error = bodies.complete(ERROR) | {"error_message": f"unusable: {word}"}
            outcome = call(client(answering(error, 400)), method=method, **prepared(method, body))
            assert word in str(outcome.error), f"{place.name} is hidden"


@pytest.mark.parametrize("method", ALL)
@guarantee("secrets-hidden")
def test_a_request_of_an_operation_shows_no_secret(method: Method) -> None:
    """The repr of a request model shows no key and no secret."""
    body = bodies.whole(method)
    model = building.built(method.request, body | {"client_id": CLIENT_ID, "secret": SECRET}, installed().models)
    secrets = (CLIENT_ID, SECRET, *bodies.secrets(method, body))
    for text in (repr(model), str(model), f"{[model]}"):
        assert method.request in text
        assert not [secret for secret in secrets if secret in text]
