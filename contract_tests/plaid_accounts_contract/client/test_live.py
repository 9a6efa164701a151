"""Calls of the reference server return what the server sent."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from plaid_accounts_contract.client import comparison, documents, type_hints
from plaid_accounts_contract.client.calls import STYLES, Style, call, connect, errors
from plaid_accounts_contract.client.documents import CONTRACT, ERROR, SUCCESS
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.operations import Method
from plaid_accounts_contract.client.packages import Parser, parsers
from plaid_accounts_contract.client.recorder import ALL
from plaid_accounts_contract.plugin import ReferenceServer
from plaid_accounts_contract.reference_server import scripted_server


def raw(server: ReferenceServer, token: str, ids: list[str] | None = None) -> tuple[int, Any]:
    """Send a request without the client and without httpx."""
    body = {"access_token": token} | ({} if ids is None else {"options": {"account_ids": ids}})
    headers = {"PLAID-CLIENT-ID": server.client_id, "PLAID-SECRET": server.secret, "Content-Type": "application/json"}
    with closing(http.client.HTTPConnection(server.url.removeprefix("http://"))) as connection:
        connection.request("POST", "/accounts/get", json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())


def apart_from_request_id(body: Any) -> Any:
    """Return a body without its request_id, which differs on each call."""
    return {name: value for name, value in body.items() if name != "request_id"}


@pytest.mark.parametrize(
    ("style", "parser"),
    [*((style, parsers()[-1]) for style in STYLES), *(("sync", parser) for parser in parsers()[:-1])],
)
@guarantee("live-equals-raw")
def test_every_item_is_returned_as_sent(plaid_reference_server: ReferenceServer, style: Style, parser: Parser) -> None:
    """For every Item, the model holds what the server sent."""
    with connect(plaid_reference_server, parser=parser) as made:
        for token in plaid_reference_server.access_tokens:
            count("live-equals-raw")
            model = call(made, style, access_token=token, parser=parser).model
            _, body = raw(plaid_reference_server, token)
            given = model.to_dict()
            comparison.check(SUCCESS, apart_from_request_id(body), apart_from_request_id(given))
            assert given["request_id"] != body["request_id"]
            type_hints.check(model)


@pytest.fixture(scope="module")
def server_of_all() -> Iterator[ReferenceServer]:
    """A reference server for every operation of the contract."""
    with scripted_server(contract=CONTRACT.document) as server:
        yield server


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("live-equals-raw")
def test_every_operation_returns_what_was_sent(server_of_all: ReferenceServer, method: Method, style: Style) -> None:
    """For every operation, the model holds what the server sent, with the keys in headers or in the body."""
    known = {"access_token": server_of_all.access_token, "key_id": server_of_all.webhook_key_id}
    names = {argument.name for argument in method.arguments}
    arguments: dict[str, Any] = {name: value for name, value in known.items() if name in names}
    for placed in ("header", "body"):
        count("live-equals-raw")
        transport = _KeptAsync() if "async" in style else _Kept()
        with connect(server_of_all, credentials_in=placed, transport=transport) as made:
            model = call(made, style, method=method, **arguments).model
        type_hints.check(model)
        comparison.check(method.success, json.loads(transport.received), model.to_dict())


class _Kept(httpx.HTTPTransport):
    """A transport that records the body of the last response."""

    received = b""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and record the body of its response."""
        response = super().handle_request(request)
        self.received = response.read()
        return response


class _KeptAsync(httpx.AsyncHTTPTransport):
    """A transport that records the body of the last response."""

    received = b""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and record the body of its response."""
        response = await super().handle_async_request(request)
        self.received = await response.aread()
        return response


@pytest.mark.parametrize("parser", parsers())
@guarantee("live-equals-raw")
def test_a_filter_is_honoured(plaid_reference_server: ReferenceServer, parser: Parser) -> None:
    """With a filter, the accounts are the requested ones."""
    token = plaid_reference_server.access_token
    every = [account["account_id"] for account in raw(plaid_reference_server, token)[1]["accounts"]]
    with connect(plaid_reference_server, parser=parser) as made:
        for ids in ([every[0]], every[1:3], every):
            count("live-equals-raw")
            model = call(made, access_token=token, account_ids=ids, parser=parser).model
            assert {account.account_id for account in model.accounts} == set(ids)
            _, body = raw(plaid_reference_server, token, ids)
            comparison.check(SUCCESS, apart_from_request_id(body), apart_from_request_id(model.to_dict()))


@pytest.mark.parametrize("parser", parsers())
@guarantee("live-equals-raw")
def test_every_error_is_raised_as_sent(plaid_reference_server: ReferenceServer, parser: Parser) -> None:
    """For every documented error, the exception holds what the server sent."""
    with connect(plaid_reference_server, parser=parser) as made:
        for code in documents.CONTRACT.error_codes_of(documents.CONTRACT.primary).values():
            token = _token(plaid_reference_server, code.code)
            if token is None:
                continue
            count("live-equals-raw")
            error = call(made, access_token=token, parser=parser).failure(errors(parser).ApiError)
            status, body = raw(plaid_reference_server, token)
            comparison.check(ERROR, apart_from_request_id(body), apart_from_request_id(error.body.to_dict()))
            assert (error.status_code, error.error_code, error.error_type) == (status, code.code, code.type)


@pytest.mark.parametrize("credentials_in", ["header", "body"])
@guarantee("live-equals-raw")
def test_wrong_keys_are_named(plaid_reference_server: ReferenceServer, credentials_in: str) -> None:
    """Wrong keys are INVALID_API_KEYS, and right keys return accounts, wherever they are sent."""
    token = plaid_reference_server.access_token
    right = connect(plaid_reference_server, credentials_in=credentials_in)
    wrong = connect(plaid_reference_server, credentials_in=credentials_in, secret="0" * 30)
    with right, wrong:
        assert call(right, access_token=token).model.accounts
        assert call(wrong, access_token=token).failure(errors().InvalidInputError).error_code == "INVALID_API_KEYS"


def _token(server: ReferenceServer, code: str) -> str | None:
    try:
        return server.error_token(code)
    except ValueError:
        return None
