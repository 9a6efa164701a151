"""The errors that Plaid documents, and the one for what nobody foresaw."""

import logging

import httpx
import pytest
from starlette.requests import Request

from meta.reference_server import contract_schemas
from meta.reference_server.caller import SECRET, Caller
from plaid_accounts_contract.reference_server import create_app, data, error_token, handlers, running
from plaid_accounts_contract.reference_server.errors import CATALOGUE, ErrorKind

OF_ACCOUNTS = [kind for kind in CATALOGUE.values() if kind.concerns("accountsGet")]


def test_the_catalogue_is_that_of_the_contract() -> None:
    """The server knows each error_code that the contract lists, with its type, status and operations, and no other."""
    known = {code: (kind.type, kind.status, kind.operations) for code, kind in CATALOGUE.items()}
    assert known == contract_schemas.error_codes()


@pytest.mark.parametrize("kind", OF_ACCOUNTS, ids=lambda kind: kind.code)
def test_each_error_has_a_token(caller: Caller, kind: ErrorKind) -> None:
    """The token of an error answers with its status, type, code and messages, with and without a filter."""
    for options in ({}, {"account_ids": [data.EVERYDAY.accounts[0].account_id]}):
        response = caller.post({"access_token": error_token(kind.code), "options": options})
        assert response.status_code == kind.status
        assert response.json() == kind.body(response.json()["request_id"])


def test_every_status_of_the_contract_is_answered(caller: Caller) -> None:
    """The tokens between them bring about each status that the contract documents."""
    responses = contract_schemas.document()["paths"]["/accounts/get"]["post"]["responses"]
    tokens = data.reference_world().items
    assert {str(caller.post({"access_token": token}).status_code) for token in tokens} == set(responses)


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=CATALOGUE)
def test_errors_link_to_their_documentation(kind: ErrorKind) -> None:
    """The documentation_url ends in the group of the error, as those that were seen do."""
    groups = {"INVALID_INPUT": "invalid-input-errors", "ITEM_ERROR": "item-errors", "API_ERROR": "api-errors"}
    url = kind.body("x")["documentation_url"]
    assert isinstance(url, str)
    assert url.startswith("https://plaid.com/docs/?ref=error#")
    assert url.partition("#")[2] == groups.get(kind.type, url.partition("#")[2])


def test_the_unforeseen_is_an_internal_server_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An unexpected exception is the documented 500, and neither answer nor log tells what it said."""

    async def fail(request: Request, *_: object) -> object:
        raise LookupError(await request.body())

    monkeypatch.setattr(handlers, "WRITTEN", {"accountsGet": fail})
    with caplog.at_level(logging.DEBUG), running(create_app()) as served, httpx.Client(base_url=served.url) as http:
        response = Caller(http).post({"secret": SECRET})
    assert response.status_code == 500
    assert response.json()["error_message"] == "an unexpected error occurred"
    (failed,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert failed.getMessage().startswith("unexpected LookupError at ")
    assert failed.exc_info is None
    assert SECRET not in caplog.text
