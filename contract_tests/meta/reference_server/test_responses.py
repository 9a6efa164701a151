"""The server's responses: errors, identifiers, and what they and the log must not contain."""

import logging

import httpx
import pytest

from meta.reference_server.caller import CONTRACT, SECRET, Caller
from plaid_accounts_contract.reference_server import create_app, data, error_token, handlers, reference_dataset, running
from plaid_accounts_contract.reference_server.errors import CATALOGUE, ErrorKind

TOKENS = list(reference_dataset().items)
OF_ACCOUNTS = [kind for kind in CATALOGUE.values() if kind.concerns("accountsGet")]


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=CATALOGUE)
def test_each_error_of_the_contract_has_a_message(kind: ErrorKind) -> None:
    """The server has a message for each error_code that the contract lists."""
    assert kind.message != kind.code


@pytest.mark.parametrize("kind", OF_ACCOUNTS, ids=lambda kind: kind.code)
def test_each_error_has_a_token(caller: Caller, kind: ErrorKind) -> None:
    """The token of an error gets its status, type, code and messages, with and without a filter."""
    for options in ({}, {"account_ids": [data.EVERYDAY.accounts[0].account_id]}):
        response = caller.post({"access_token": error_token(kind.code), "options": options})
        assert response.status_code == kind.status
        assert response.json() == kind.body(response.json()["request_id"])


def test_every_status_of_the_contract_is_sent(caller: Caller) -> None:
    """Each status that the contract documents has a token that gets it."""
    documented = CONTRACT.primary.responses
    assert {str(caller.post({"access_token": token}).status_code) for token in TOKENS} == set(documented)


@pytest.mark.parametrize(
    ("code", "anchor"),
    [("INVALID_API_KEYS", "invalid-input-errors"), ("ITEM_LOCKED", "item-errors"), ("RATE_LIMIT", "rate-limit-exceeded-errors")],
)  # fmt: skip
def test_errors_link_to_their_documentation(code: str, anchor: str) -> None:
    """The documentation_url ends in the group of the error, as those that Plaid was seen to send."""
    assert CATALOGUE[code].body("x")["documentation_url"] == f"https://plaid.com/docs/?ref=error#{anchor}"


def test_an_unexpected_exception_is_an_internal_server_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An unexpected exception is the documented 500, and its message is in neither the response nor the log."""

    def fail(body: object, _: object) -> object:
        raise LookupError(body)

    monkeypatch.setattr(handlers, "WRITTEN", {"accountsGet": fail})
    with caplog.at_level(logging.DEBUG), running(create_app()) as served, httpx.Client(base_url=served.url) as http:
        response = Caller(http).post({"secret": SECRET, "access_token": TOKENS[0]})
    assert response.status_code == 500
    assert response.json()["error_message"] == "an unexpected error occurred"
    (failed,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert failed.getMessage().startswith("unexpected LookupError at ")
    assert failed.exc_info is None
    assert SECRET not in caplog.text


def test_the_log_names_each_exchange(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    """The log has one line for each exchange: its status, its request_id and, for an error, its code."""
    with caplog.at_level(logging.INFO, "plaid_accounts_contract.reference_server"):
        success = caller.get_accounts(data.EVERYDAY)
        error = caller.post({}).json()
    lines = [record.getMessage() for record in caplog.records if record.name.endswith("reference_server")]
    assert lines == [f"200 request_id={success['request_id']}", f"400 request_id={error['request_id']} MISSING_FIELDS"]
