"""Requests of the primary operation: valid by the contract, and as the arguments specify."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies

from plaid_accounts_contract.client import documents
from plaid_accounts_contract.client.calls import (
    ACCESS_TOKEN,
    CLIENT_ID,
    SECRET,
    STYLES,
    Style,
    call,
    call_api,
    client,
    errors,
    installed,
)
from plaid_accounts_contract.client.comparison import copies
from plaid_accounts_contract.client.documents import REQUEST
from plaid_accounts_contract.client.effort import generated
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.recorder import Recorder, body_of, check_head, keys_in_headers

REQUESTS = documents.bodies(REQUEST)
STYLE = strategies.sampled_from(STYLES)
METHODS = strategies.sampled_from(("sync", "async"))


def expected(access_token: str, account_ids: list[str] | None) -> dict[str, Any]:
    """Return the request for two arguments."""
    return {"access_token": access_token} | ({} if account_ids is None else {"options": {"account_ids": account_ids}})


@generated(60, body=REQUESTS, style=STYLE)
@guarantee("wire-valid")
def test_arguments_become_the_request(body: Any, style: Style) -> None:
    """Token and ids are sent as they are, a filter only if there is one."""
    recorder = Recorder()
    token, ids = body["access_token"], body.get("options", {}).get("account_ids")
    assert call(client(recorder), style, access_token=token, account_ids=ids).model
    assert body_of(recorder.last) == expected(token, ids)
    check_head(recorder.last)


@generated(60, body=REQUESTS, style=strategies.sampled_from(STYLES[2:]))
@guarantee("wire-valid")
def test_a_request_model_is_sent_as_it_is(body: Any, style: Style) -> None:
    """A decoded request, also copied or unpickled, is sent as the same JSON."""
    model = installed().models.AccountsGetRequest.from_dict(body)
    for same in (model, *copies(model)):
        recorder = Recorder()
        assert call_api(client(recorder), style, same).model
        assert body_of(recorder.last) == body
        check_head(recorder.last)


@guarantee("wire-method-path-headers")
def test_each_environment_has_the_contract_s_host() -> None:
    """The environments are those of the contract, each with its server."""
    for server in documents.CONTRACT.document["servers"]:
        count("wire-method-path-headers")
        recorder = Recorder()
        assert call(client(recorder, base_url=None, environment=server["x-environment"])).model
        check_head(recorder.last, server["url"])


@pytest.mark.parametrize("style", STYLES)
@guarantee("credentials-placement")
def test_keys_go_in_headers_by_default(style: Style) -> None:
    """By default, the keys are in the headers, and not in the body."""
    recorder = Recorder()
    assert call(client(recorder), style).model
    assert keys_in_headers(recorder.last) == [CLIENT_ID, SECRET]
    assert body_of(recorder.last) == {"access_token": ACCESS_TOKEN}


@pytest.mark.parametrize("style", STYLES)
@guarantee("arguments-checked")
def test_arguments_of_another_type_are_errors(style: Style) -> None:
    """A token or ids that the contract does not allow are an ArgumentError, and nothing is sent."""
    recorder = Recorder()
    wrong: list[Any] = [None, 7, 1.5, True, b"token", ["token"], {}]
    calls_made = [call(client(recorder), style, access_token=value) for value in wrong]
    wrong = ["abc", 7, [None], [1], {"a": 1}, [["a"]]]
    calls_made += [call(client(recorder), style, account_ids=value) for value in wrong]
    for outcome in calls_made:
        count("arguments-checked")
        error = outcome.failure(errors().ArgumentError)
        assert isinstance(error, ValueError)
        assert "nothing was sent" in str(error)
    assert recorder.requests == []
