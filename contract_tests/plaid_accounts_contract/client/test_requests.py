"""Requests: what goes over the wire is what the contract allows and what the caller said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies

from plaid_accounts_contract.client import calls, documents
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
from plaid_accounts_contract.client.copies import copies
from plaid_accounts_contract.client.documents import REQUEST
from plaid_accounts_contract.client.effort import generated
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.wires import Wire, body_of, check_head, keys_in_headers

REQUESTS = documents.bodies(REQUEST)
STYLE = strategies.sampled_from(STYLES)
METHODS = strategies.sampled_from(("sync", "async"))


def expected(access_token: str, account_ids: list[str] | None) -> dict[str, Any]:
    """Return the request that two arguments stand for."""
    return {"access_token": access_token} | ({} if account_ids is None else {"options": {"account_ids": account_ids}})


@generated(60, body=REQUESTS, style=STYLE)
@guarantee("wire-valid")
def test_arguments_become_the_request(body: Any, style: Style) -> None:
    """Token and ids go into the request as they are, a filter only if one was given."""
    wire = Wire()
    token, ids = body["access_token"], body.get("options", {}).get("account_ids")
    assert call(client(wire), style, access_token=token, account_ids=ids).model
    assert body_of(wire.last) == expected(token, ids)
    check_head(wire.last)


@generated(60, body=REQUESTS, style=strategies.sampled_from(STYLES[2:]))
@guarantee("wire-valid")
def test_a_request_model_is_sent_as_it_is(body: Any, style: Style) -> None:
    """A request read from JSON, also one copied or unpickled, is sent as the same JSON."""
    model = installed().models.AccountsGetRequest.from_dict(body)
    for same in (model, *copies(model)):
        wire = Wire()
        assert call_api(client(wire), style, same).model
        assert body_of(wire.last) == body
        check_head(wire.last)


@pytest.mark.parametrize("style", STYLES)
@guarantee("wire-method-path-headers")
def test_method_path_and_headers_are_the_contract_s(style: Style) -> None:
    """A request goes to the operation's path by its method, as JSON, with version and User-Agent."""
    wire = Wire()
    assert call(client(wire), style).model
    check_head(wire.last)


@pytest.mark.parametrize(
    "base_url", ["https://api.example/", "https://api.example:8443/plaid/v1", "http://127.0.0.1:9"]
)
@guarantee("wire-method-path-headers")
def test_the_path_follows_the_base_url(base_url: str) -> None:
    """A base URL may have a port and a path, and a slash at its end or not."""
    wire = Wire()
    assert call(client(wire, base_url=base_url)).model
    check_head(wire.last, base_url.rstrip("/"))


@guarantee("wire-method-path-headers")
def test_each_environment_has_the_contract_s_host() -> None:
    """The environments are those of the contract, each with its server."""
    for server in documents.CONTRACT.document["servers"]:
        count("wire-method-path-headers")
        wire = Wire()
        assert call(client(wire, base_url=None, environment=server["x-environment"])).model
        check_head(wire.last, server["url"])


@pytest.mark.parametrize("style", STYLES)
@guarantee("credentials-placement")
def test_keys_go_in_headers_by_default(style: Style) -> None:
    """Without a word about it the keys are in the headers, and not in the body."""
    wire = Wire()
    assert call(client(wire), style).model
    assert keys_in_headers(wire.last) == [CLIENT_ID, SECRET]
    assert body_of(wire.last) == {"access_token": ACCESS_TOKEN}


@pytest.mark.parametrize("style", STYLES)
@guarantee("credentials-placement")
def test_keys_go_in_the_body_where_asked(style: Style) -> None:
    """With `credentials_in="body"` the keys are in the body, and not in the headers."""
    wire = Wire()
    assert call(client(wire, credentials_in="body"), style, account_ids=["a"]).model
    assert keys_in_headers(wire.last) == [None, None]
    keys = {"client_id": CLIENT_ID, "secret": SECRET}
    assert body_of(wire.last) == keys | expected(ACCESS_TOKEN, ["a"])


@pytest.mark.parametrize("credentials_in", ["header", "body"])
@guarantee("credentials-placement")
def test_no_key_goes_elsewhere(credentials_in: str) -> None:
    """Neither URL nor any other header holds a key or the token."""
    wire = Wire()
    assert call(client(wire, credentials_in=credentials_in)).model
    rest = [value for name, value in wire.last.headers.items() if not name.lower().startswith("plaid-")]
    assert not [secret for secret in calls.SECRETS for text in (str(wire.last.url), *rest) if secret in text]


@pytest.mark.parametrize("style", STYLES)
@guarantee("arguments-checked")
def test_arguments_of_another_type_are_refused(style: Style) -> None:
    """What the contract does not allow as token or ids raises an ArgumentError, and nothing is sent."""
    wire = Wire()
    wrong: list[Any] = [None, 7, 1.5, True, b"token", ["token"], {}]
    calls_made = [call(client(wire), style, access_token=value) for value in wrong]
    wrong = ["abc", 7, [None], [1], {"a": 1}, [["a"]]]
    calls_made += [call(client(wire), style, account_ids=value) for value in wrong]
    for outcome in calls_made:
        count("arguments-checked")
        error = outcome.failure(errors().ArgumentError)
        assert isinstance(error, ValueError)
        assert "nothing was sent" in str(error)
    assert wire.requests == []


@pytest.mark.parametrize("style", STYLES[2:])
@guarantee("arguments-checked")
def test_a_body_of_another_kind_is_refused(style: Style) -> None:
    """Only the operation's own request model is sent."""
    wire = Wire()
    models = installed().models
    for body in (None, {"access_token": "t"}, "t", models.AccountsGetRequestOptions(account_ids=["a"])):
        count("arguments-checked")
        call_api(client(wire), style, body).failure(errors().ArgumentError)
    assert wire.requests == []
