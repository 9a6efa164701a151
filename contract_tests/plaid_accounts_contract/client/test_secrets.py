"""No exception, repr, log record, traceback or pickle contains a secret."""

import importlib
import json
import logging
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from plaid_accounts_contract.client import bodies, leaks, misbehaving_servers
from plaid_accounts_contract.client.calls import (
    ACCESS_TOKEN,
    BASE_URL,
    CLIENT_ID,
    SECRET,
    SECRETS,
    Handler,
    Style,
    attempt,
    call,
    client,
    errors,
    installed,
    responding,
)
from plaid_accounts_contract.client.documents import ERROR
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.plugin import ReferenceServer

ECHO = f"canary {CLIENT_ID} and {SECRET} and {ACCESS_TOKEN}"
ODD_TOKEN = 'canary-"odd"-\\-é-\u2028-token'


def raising(kind: type[Exception]) -> Handler:
    """Return a handler that raises an exception of httpx with everything it knows."""

    def handle(request: httpx.Request) -> httpx.Response:
        raise kind(f"{ECHO} {request.headers} {request.content!r}")

    return handle


def caused(make: Callable[[], Exception]) -> Handler:
    """Return a handler that raises an exception of httpx with a cause."""

    def handle(_: httpx.Request) -> httpx.Response:
        msg = "broken"
        raise httpx.ReadError(msg) from make()

    return handle


def echoing(status: int, content: bytes, media_type: str = "application/json") -> Handler:
    """Return a handler that repeats the caller's secrets in the body and in the headers."""
    headers = {"Content-Type": media_type, "X-Echo": ECHO, "Location": f"https://elsewhere.example/{SECRET}"}
    return responding(content, status, headers)


RAISED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadTimeout, httpx.WriteError, httpx.RemoteProtocolError,
          httpx.ProxyError, httpx.PoolTimeout, httpx.TooManyRedirects, httpx.UnsupportedProtocol, httpx.LocalProtocolError,
          httpx.DecodingError)  # fmt: skip
HANDLERS: dict[str, Handler] = {
    **{kind.__name__: raising(kind) for kind in RAISED},
    "cause of this package": caused(lambda: errors().DecodeError([ECHO], "a string", "null")),
    "cause with a fixed text": caused(lambda: OSError(5, ECHO)),
    "cause that is a group": caused(lambda: ExceptionGroup("several", [OSError(ECHO), ValueError(ECHO)])),
    "cause with bytes": caused(lambda: UnicodeDecodeError("utf-8", ECHO.encode(), 0, 1, "invalid")),
    "API error": echoing(400, json.dumps(bodies.complete(ERROR) | {"error_message": ECHO, "novelty": [ECHO]}).encode()),
    "API error in a code": echoing(400, json.dumps(bodies.complete(ERROR) | {"error_code": ECHO, ECHO: 1}).encode()),
    "error of another shape": echoing(400, json.dumps({"error_type": 1, "novelty": ECHO}).encode()),
    "page": echoing(502, f"<html>{ECHO}".encode(), "text/html"),
    "media type": echoing(200, b"{}", f"text/{SECRET}"),
    "no JSON": echoing(200, f'{{"a": "{ECHO}'.encode()),
    "response of another shape": echoing(200, json.dumps({"accounts": ECHO, "item": {ECHO: 1}}).encode()),
    "property name of another shape": echoing(200, json.dumps({"accounts": [{ECHO: {"a": ECHO}}]}).encode()),
    "redirect": echoing(307, b""),
    "not UTF-8": echoing(200, ECHO.encode() + b"\xff"),
    "unknown status": echoing(599, ECHO.encode()),
}


@pytest.mark.parametrize("style", ["sync", "async"])
@pytest.mark.parametrize("kind", HANDLERS)
@guarantee("secrets-hidden")
def test_no_exception_contains_a_secret(kind: str, style: Style) -> None:
    """Whatever fails, even if the server repeats the secrets, the exception and its causes contain none."""
    outcome = call(client(HANDLERS[kind], credentials_in="body"), style, account_ids=["a"])
    leaks.check(outcome.failure(errors().PlaidAccountsError), SECRETS)


@pytest.mark.parametrize("token", [ODD_TOKEN, "canary/slashes/in/it", "canary <tag> & more"])
@guarantee("secrets-hidden")
def test_a_token_that_json_escapes_is_hidden(token: str) -> None:
    """A token that an error repeats is redacted even if JSON escapes its characters."""
    message = {"error_message": f"unknown token {token}"}
    texts = [json.dumps(bodies.complete(ERROR) | message, ensure_ascii=ascii_only) for ascii_only in (True, False)]
    for text in (*texts, texts[1].replace("/", "\\/")):
        count("secrets-hidden")
        error = call(client(responding(text.encode(), 400)), access_token=token).error
        leaks.check(error, (token,))


@guarantee("secrets-hidden")
def test_refused_settings_are_hidden() -> None:
    """The error for a setting contains no key and no password of a URL, in any frame."""
    odd: list[dict[str, Any]] = [
        {"secret": f"{SECRET}\n"}, {"client_id": f" {CLIENT_ID}"}, {"secret": f"é{SECRET}"}, {"secret": SECRET.encode()},
        {"base_url": f"https://user:{SECRET}@api.example"}, {"base_url": f"https://api.example?secret={SECRET}"},
        {"base_url": f"http://{SECRET}:x"}, {"environment": SECRET, "base_url": None},
        {"timeout": 0}, {"retries": -1}, {"max_response_bytes": 0}, {"credentials_in": "query"},
    ]  # fmt: skip
    for settings in odd:
        count("secrets-hidden")
        outcome = attempt(lambda settings=settings: client(**settings))  # type: ignore[misc]
        leaks.check(outcome.failure(errors().ConfigurationError), SECRETS)


@guarantee("secrets-hidden")
def test_a_copy_within_another_package_hides_its_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the client within another package hides its frames too."""
    shutil.copytree(installed().__path__[0], tmp_path / "outer" / "copied")
    monkeypatch.syspath_prepend(tmp_path)
    copied = importlib.import_module("outer.copied")
    url = f"https://user:{SECRET}@api.example"
    error = attempt(lambda: copied.Client(client_id=CLIENT_ID, secret=SECRET, base_url=url))
    leaks.check(error.failure(copied.errors.ConfigurationError), SECRETS)


@guarantee("secrets-hidden")
def test_a_client_cannot_be_pickled() -> None:
    """Pickling a client, which would write its keys to a file, is an error with advice."""
    for begin in (lambda: pickle.dumps(client()), lambda: pickle.dumps([client()])):
        error = attempt(begin).failure(TypeError)
        leaks.check(error, SECRETS)
        assert "create another" in str(error)


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("secrets-hidden")
def test_logs_contain_no_secret(
    plaid_reference_server: ReferenceServer, caplog: pytest.LogCaptureFixture, style: Style
) -> None:
    """Calls that succeed, fail, are retried and break leave no secret in any log record, at any level."""
    caplog.set_level(logging.DEBUG)
    server = plaid_reference_server
    keys: dict[str, Any] = {"client_id": server.client_id, "secret": server.secret}
    with misbehaving_servers.serving(misbehaving_servers.reset) as broken:
        for url in (server.url, broken):
            for placed in ("header", "body"):
                for token in (server.access_token, server.error_token("ITEM_LOGIN_REQUIRED"), ACCESS_TOKEN):
                    made = client(base_url=url, credentials_in=placed, **keys)
                    call(made, style, access_token=token)
                    made.close()
    secrets = (*keys.values(), *server.dataset.items, ACCESS_TOKEN)
    assert caplog.records
    for record in caplog.records:
        count("secrets-hidden")
        texts = [record.getMessage(), repr(record.args), repr(vars(record))]
        assert not [record for text in texts for secret in secrets if secret in text]


@pytest.mark.parametrize(
    "behaviour",
    [misbehaving_servers.reset, *map(misbehaving_servers.sending, ("cut_short", "bad_gzip", "not_http"))],
)
@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("secrets-hidden")
def test_a_real_broken_connection_contains_no_secret(behaviour: misbehaving_servers.Behaviour, style: Style) -> None:
    """The exceptions of a real connection, with all frames of the libraries below, contain no secret."""
    with misbehaving_servers.serving(behaviour) as url, client(base_url=url) as made:
        error = call(made, style).error
    leaks.check(error, SECRETS)


@guarantee("secrets-hidden")
def test_a_request_that_is_not_read_contains_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exceptions of anyio for a body that the server does not read contain no secret."""
    sockets = importlib.import_module(f"{installed().__name__}.sockets")
    monkeypatch.setattr(sockets, "_taken_over", sockets._Guarded)
    with misbehaving_servers.serving(misbehaving_servers.unread) as url:
        made = client(base_url=url, timeout=httpx.Timeout(20, write=0.1))
        error = call(made, "async", account_ids=["x" * 1_000_000] * 20).failure(errors().TransportTimeoutError)
    leaks.check(error, SECRETS)


@pytest.mark.parametrize("style", ["sync", "async", "api.sync", "api.asyncio"])
@guarantee("secrets-hidden")
def test_refused_arguments_are_hidden(style: Style) -> None:
    """The error for an argument, a header, a timeout or a closed httpx client has no key and no token in any frame."""
    closed = httpx.Client()
    closed.close()
    refused: list[dict[str, Any]] = [
        {"access_token": [ACCESS_TOKEN]}, {"access_token": ACCESS_TOKEN.encode()}, {"account_ids": [None]},
        {"plaid_version": 7}, {"plaid_version": None}, {"timeout": -1}, {"timeout": "soon"},
    ]  # fmt: skip
    outcomes = [call(client(responding({}), credentials_in="body"), style, **arguments) for arguments in refused]
    if "async" not in style:
        outcomes.append(call(client(http_client=closed, credentials_in="body"), style))
        outcomes[-1].failure(errors().ConfigurationError)
    for outcome in outcomes:
        count("secrets-hidden")
        leaks.check(outcome.failure(errors().PlaidAccountsError), SECRETS)


@pytest.mark.parametrize("value", ["1e400", "[" * 101 + "0" + "]" * 101], ids=["number", "levels"])
@guarantee("secrets-hidden")
def test_a_secret_as_the_name_of_a_property_is_hidden(value: str) -> None:
    """The path of an error redacts a property that the server named like a secret."""
    for secret in SECRETS:
        count("secrets-hidden")
        text = json.dumps(bodies.complete() | {f"a {secret} b": "PLACE"}).replace('"PLACE"', value)
        error = call(client(responding(text.encode()))).failure(errors().DecodeError)
        leaks.check(error, SECRETS)
        assert error.path == '["[redacted]"]'


@pytest.mark.parametrize("token", ['canary-"odd"-\\-é-token', "canary-plain-token"])
@guarantee("secrets-hidden")
def test_a_secret_that_an_exception_quotes_as_json_is_hidden(token: str) -> None:
    """The causes of an httpx exception have their secrets redacted, plain and as JSON, and nothing else."""

    def handle(request: httpx.Request) -> httpx.Response:
        msg = f"then {token}"
        raise httpx.ConnectError(msg) from ValueError(f"first {request.content.decode()}")

    error = call(client(handle), access_token=token).failure(errors().TransportConnectionError)
    leaks.check(error, (token, json.dumps(token)[1:-1]))
    harmless = call(client(_harmless), access_token=token).failure(errors().TransportConnectionError)
    assert str(harmless.__cause__) == "no route to host"
    assert harmless.__cause__ is not None
    assert str(harmless.__cause__.__cause__) == "unreachable"


def _harmless(_: httpx.Request) -> httpx.Response:
    msg = "no route to host"
    raise httpx.ConnectError(msg) from OSError("unreachable")


@guarantee("secrets-hidden")
def test_a_repeated_secret_is_shown_as_hidden() -> None:
    """A secret that the server repeats is replaced by a placeholder, and the words around it stay."""
    body = bodies.complete(ERROR) | {"error_message": f"no such token: {ACCESS_TOKEN}!"}
    error = call(client(responding(body, 400))).failure(errors().ApiError)
    assert error.error_message == "no such token: [redacted]!"
    longer = f"{ACCESS_TOKEN}-and-more"
    body["error_message"] = f"no such token: {longer}!"
    error = call(client(responding(body, 400), secret=ACCESS_TOKEN), access_token=longer).failure(errors().ApiError)
    assert error.error_message == "no such token: [redacted]!"


@guarantee("secrets-hidden")
def test_a_repr_shows_no_secret() -> None:
    """The reprs of a client, even if its constructor failed, of a key, and of a call's local variables show no secret."""
    assert repr(client()) == f"Client(base_url={BASE_URL!r})"
    assert repr(object.__new__(installed().Client)) == "Client(base_url=None)"
    held, exchange = installed().configuration.Secret(SECRET), installed().exchange
    assert held == SECRET
    assert (repr(held), repr([held])) == ("'[redacted]'", "['[redacted]']")
    secrets = exchange.Secrets((SECRET, ACCESS_TOKEN))
    assert (repr(secrets), repr([secrets])) == ("Secrets()", "[Secrets()]")
    assert repr(exchange.RawResponse(httpx.Response(200), SECRET.encode(), secrets)) == "RawResponse(status_code=200)"
