"""The keys, and the secrets in a request of any operation, are not in anything that is shown."""

import httpx
import pytest

from plaid_accounts_contract.client import bodies, broken_bodies, calls, leaks
from plaid_accounts_contract.client.calls import (
    CLIENT_ID,
    SECRET,
    STYLES,
    Handler,
    Style,
    call,
    call_api,
    client,
    installed,
    prepared,
    responding,
)
from plaid_accounts_contract.client.documents import ERROR
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.operations import Method
from plaid_accounts_contract.client.recorder import ALL, WITH_BODY


def failing(echo: str) -> dict[str, Handler]:
    """Return handlers that fail in different ways, each repeating the caller's secrets."""
    headers = {"Content-Type": "application/json", "X-Echo": echo}

    def break_off(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError(f"{echo} {request.headers} {request.content!r}")

    error = bodies.complete(ERROR) | {"error_message": echo, "novelty": [echo], echo: 1}
    return {
        "broken connection": break_off,
        "API error": responding(error, 400, headers),
        "response of another shape": responding({"request_id": {echo: 1}, "key": echo, echo: [echo]}, 200, headers),
        "no JSON": responding(f'{{"a": "{echo}'.encode(), 200, headers),
        "page": responding(f"<html>{echo}".encode(), 502, {"Content-Type": "text/html"}),
    }


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("secrets-hidden")
def test_no_exception_of_an_operation_contains_a_secret(method: Method, style: Style) -> None:
    """Whatever fails, even if the server repeats the request, the exception and its causes contain no secret."""
    body = bodies.complete_request(method)
    secrets = (CLIENT_ID, SECRET, *bodies.secrets(method, body))
    for placed, handler in zip(["header", "body"] * 3, failing(" and ".join(secrets)).values(), strict=False):
        count("secrets-hidden")
        outcome = call(client(handler, credentials_in=placed), style, method=method, **prepared(method, body))
        leaks.check(outcome.error, secrets)


@pytest.mark.parametrize("style", STYLES[2:])
@pytest.mark.parametrize("method", WITH_BODY)
@guarantee("secrets-hidden")
def test_no_exception_contains_keys_of_a_request(method: Method, style: Style) -> None:
    """Keys in a request model are redacted as the client's own are."""
    keys = {"client_id": "canary-own-client-id-04d1", "secret": "canary-own-secret-9e3b"}
    body = bodies.complete_request(method) | keys
    secrets = (*keys.values(), *bodies.secrets(method, body))
    for handler in failing(" and ".join(secrets)).values():
        count("secrets-hidden")
        model = calls.built(method.request, body, installed().models)
        leaks.check(call_api(client(handler), style, model, method=method).error, secrets)


@pytest.mark.parametrize("method", WITH_BODY)
@guarantee("secrets-hidden")
def test_values_that_are_not_secret_stay_in_an_error(method: Method) -> None:
    """The server's words about an argument that is not a secret stay in the error."""
    word = "plain-words-of-the-caller"
    for place in broken_bodies.places(method.request, bodies.complete_request(method)):
        if place.is_free_text and not place.is_secret:
            count("secrets-hidden")
            body = broken_bodies.changed(bodies.complete_request(method), place.path, word)
            error = bodies.complete(ERROR) | {"error_message": f"unusable: {word}"}
            outcome = call(client(responding(error, 400)), method=method, **prepared(method, body))
            assert word in str(outcome.error), f"{place.name} is hidden"


@pytest.mark.parametrize("method", WITH_BODY)
@guarantee("secrets-hidden")
def test_a_request_of_an_operation_shows_no_secret(method: Method) -> None:
    """The repr of a request model contains no key and no secret."""
    body = bodies.complete_request(method)
    model = calls.built(method.request, body | {"client_id": CLIENT_ID, "secret": SECRET}, installed().models)
    secrets = (CLIENT_ID, SECRET, *bodies.secrets(method, body))
    for text in (repr(model), str(model), f"{[model]}"):
        assert method.request in text
        assert not [secret for secret in secrets if secret in text]
