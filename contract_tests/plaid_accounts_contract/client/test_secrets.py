"""Keys and access tokens stay out of everything that is printed, logged, stored or sent to an error tracker."""

from __future__ import annotations

import json
import logging
import pickle
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from plaid_accounts_contract.client import bodies, rude_servers, secrecy
from plaid_accounts_contract.client.calls import (
    ACCESS_TOKEN,
    CLIENT_ID,
    SECRET,
    SECRETS,
    Handler,
    Style,
    answering,
    call,
    call_api,
    client,
    installed,
)
from plaid_accounts_contract.client.documents import ERROR
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.plugin import ReferenceServer

ECHO = f"canary {CLIENT_ID} and {SECRET} and {ACCESS_TOKEN}"
ODD_TOKEN = 'canary-"odd"-\\-é-\u2028-token'


def raising(kind: type[Exception]) -> Handler:
    """Break every request with an exception of httpx that tells all it knows."""

    def handle(request: httpx.Request) -> httpx.Response:
        raise kind(f"{ECHO} {request.headers} {request.content!r}")

    return handle


def echoing(status: int, content: bytes, media_type: str = "application/json") -> Handler:
    """Answer with the caller's own secrets in the body and in every place of the head."""
    headers = {"Content-Type": media_type, "X-Echo": ECHO, "Location": f"https://elsewhere.example/{SECRET}"}
    return answering(content, status, headers)


HANDLERS: dict[str, Handler] = {
    "connect error": raising(httpx.ConnectError),
    "connect timeout": raising(httpx.ConnectTimeout),
    "read timeout": raising(httpx.ReadTimeout),
    "write error": raising(httpx.WriteError),
    "protocol error": raising(httpx.RemoteProtocolError),
    "proxy error": raising(httpx.ProxyError),
    "pool timeout": raising(httpx.PoolTimeout),
    "too many redirects": raising(httpx.TooManyRedirects),
    "unsupported protocol": raising(httpx.UnsupportedProtocol),
    "local protocol error": raising(httpx.LocalProtocolError),
    "decoding error": raising(httpx.DecodingError),
    "API error": echoing(400, json.dumps(bodies.complete(ERROR) | {"error_message": ECHO, "novelty": [ECHO]}).encode()),
    "API error in a code": echoing(400, json.dumps(bodies.complete(ERROR) | {"error_code": ECHO, ECHO: 1}).encode()),
    "error of another shape": echoing(400, json.dumps({"error_type": 1, "novelty": ECHO}).encode()),
    "page": echoing(502, f"<html>{ECHO}".encode(), "text/html"),
    "media type": echoing(200, b"{}", f"text/{SECRET}"),
    "no JSON": echoing(200, f'{{"a": "{ECHO}'.encode()),
    "answer of another shape": echoing(200, json.dumps({"accounts": ECHO, "item": {ECHO: 1}}).encode()),
    "property name of another shape": echoing(200, json.dumps({"accounts": [{ECHO: {"a": ECHO}}]}).encode()),
    "redirect": echoing(307, b""),
    "not UTF-8": echoing(200, ECHO.encode() + b"\xff"),
    "unknown status": echoing(599, ECHO.encode()),
}


@pytest.mark.parametrize("style", ["sync", "async"])
@pytest.mark.parametrize("kind", HANDLERS)
@guarantee("secrets-hidden")
def test_no_exception_holds_a_secret(kind: str, style: Style) -> None:
    """Whatever goes wrong, also where the server repeats the secrets, the exception and its causes hold none."""
    outcome = call(client(HANDLERS[kind], credentials_in="body"), style, account_ids=["a"])
    secrecy.check(outcome.error, SECRETS)


@pytest.mark.parametrize("style", ["api.sync", "api.asyncio_detailed"])
@guarantee("secrets-hidden")
def test_keys_in_the_request_model_are_hidden(style: Style) -> None:
    """Keys that the caller put into the request model are as secret as those of the client."""
    # The servers repeat the keys of the client, but not this token.
    given = {
        "access_token": "canary-other-token-9",
        "secret": "canary-other-secret-4",
        "client_id": "canary-other-id-2",
    }
    for handler in HANDLERS.values():
        count("secrets-hidden")
        body = installed().models.AccountsGetRequest(**given)
        secrecy.check(call_api(client(handler), style, body).error, (*given.values(), CLIENT_ID, SECRET))


@pytest.mark.parametrize("token", [ODD_TOKEN, "canary/slashes/in/it", "canary <tag> & more"])
@guarantee("secrets-hidden")
def test_a_token_that_json_escapes_is_hidden(token: str) -> None:
    """A token that is repeated in an error is hidden also where JSON writes its characters in another way."""
    message = {"error_message": f"unknown token {token}"}
    texts = [json.dumps(bodies.complete(ERROR) | message, ensure_ascii=ascii_only) for ascii_only in (True, False)]
    for text in (*texts, texts[1].replace("/", "\\/")):
        count("secrets-hidden")
        error = call(client(answering(text.encode(), 400)), access_token=token).error
        secrecy.check(error, (token,))


@guarantee("secrets-hidden")
def test_refused_arguments_are_hidden() -> None:
    """The refusal of an argument repeats neither it nor the others."""
    made = client(answering({}))
    refused: list[dict[str, Any]] = [
        {"access_token": [ACCESS_TOKEN]},
        {"access_token": ACCESS_TOKEN.encode()},
        {"account_ids": [None]},
    ]
    for arguments in refused:
        count("secrets-hidden")
        error = call(made, **arguments).error
        secrecy.check(error, SECRETS)


@guarantee("secrets-hidden")
def test_refused_settings_are_hidden() -> None:
    """The refusal of a setting repeats no key and no password of a URL."""
    odd: list[dict[str, Any]] = [
        {"secret": f"{SECRET}\n"}, {"client_id": f" {CLIENT_ID}"}, {"secret": f"é{SECRET}"}, {"secret": SECRET.encode()},
        {"base_url": f"https://user:{SECRET}@api.example"}, {"base_url": f"https://api.example?secret={SECRET}"},
        {"base_url": f"http://{SECRET}:x"}, {"environment": SECRET, "base_url": None},
    ]  # fmt: skip
    for settings in odd:
        count("secrets-hidden")
        with pytest.raises(installed().errors.ConfigurationError) as raised:
            client(**settings)
        secrecy.check(raised.value, (SECRET, CLIENT_ID))


@guarantee("secrets-hidden")
def test_a_repr_holds_no_secret() -> None:
    """Client, request and response show no key and no token."""
    made = client(answering(bodies.complete()))
    models = installed().models
    request = models.AccountsGetRequest(access_token=ACCESS_TOKEN, client_id=CLIENT_ID, secret=SECRET)
    outcome = call(made, "api.sync_detailed")
    for shown in (made, request, outcome.value, [request], {"a": made}):
        count("secrets-hidden")
        for text in (repr(shown), str(shown), f"{shown}"):
            assert not [secret for secret in SECRETS if secret in text]


@guarantee("secrets-hidden")
def test_a_client_cannot_be_pickled() -> None:
    """A client refuses to be pickled, so that its keys end in no file, and says what to do instead."""
    for error in (_error(lambda: pickle.dumps(client())), _error(lambda: pickle.dumps([client()]))):
        assert isinstance(error, TypeError)
        secrecy.check(error, SECRETS)
        assert "make another" in str(error)


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("secrets-hidden")
def test_logs_hold_no_secret(
    plaid_reference_server: ReferenceServer, caplog: pytest.LogCaptureFixture, style: Style
) -> None:
    """Calls that succeed, fail, are tried again and break leave no secret in any log record, at any level."""
    caplog.set_level(logging.DEBUG)
    server = plaid_reference_server
    keys: dict[str, Any] = {"client_id": server.client_id, "secret": server.secret}
    with rude_servers.serving(rude_servers.reset) as broken:
        for url in (server.url, broken):
            for placed in ("header", "body"):
                for token in (server.access_token, server.error_token("ITEM_LOGIN_REQUIRED"), ACCESS_TOKEN):
                    made = client(base_url=url, credentials_in=placed, **keys)
                    call(made, style, access_token=token)
                    made.close()
    secrets = (*keys.values(), *server.world.items, ACCESS_TOKEN)
    assert caplog.records
    for record in caplog.records:
        count("secrets-hidden")
        texts = [record.getMessage(), repr(record.args), repr(vars(record))]
        assert not [record for text in texts for secret in secrets if secret in text]


@pytest.mark.parametrize(
    "behaviour", [rude_servers.reset, rude_servers.cut_short, rude_servers.bad_gzip, rude_servers.no_http]
)
@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("secrets-hidden")
def test_a_real_broken_connection_holds_no_secret(behaviour: rude_servers.Behaviour, style: Style) -> None:
    """The exceptions of a real connection, with all frames of the libraries below, hold no secret."""
    with rude_servers.serving(behaviour) as url, client(base_url=url) as made:
        error = call(made, style).error
    secrecy.check(error, SECRETS)


def _error(begin: Callable[[], object]) -> BaseException:
    with pytest.raises(Exception) as raised:  # noqa: PT011 - which one is what the test judges
        begin()
    return raised.value
