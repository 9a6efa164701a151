"""assert_conforms: responses of several libraries, held against the contract one by one."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import requests
from starlette.responses import JSONResponse

from plaid_accounts_contract import DoesNotConform, assert_conforms
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.plugin import ReferenceServer

CONTRACT = Contract.load()
RESPONSE: dict[str, Any] = CONTRACT.operations[0].definition["responses"]["200"]["content"]["application/json"][
    "examples"
]["two_accounts"]["value"]


def _requests_response(body: Any) -> requests.Response:
    response = requests.Response()
    response.status_code = 200
    response.headers["Content-Type"] = "application/json"
    response._content = json.dumps(body).encode()
    return response


MAKERS: list[Callable[[Any], Any]] = [lambda body: httpx.Response(200, json=body), _requests_response, JSONResponse]


@pytest.mark.parametrize("make", MAKERS, ids=["httpx", "requests", "starlette"])
def test_a_response_of_each_library_is_held_against_the_contract(make: Callable[[Any], Any]) -> None:
    """A valid body passes, and an invalid one is reported with path, got, expected and clause."""
    assert_conforms(make(RESPONSE))
    wrong = {**RESPONSE, "item": {**RESPONSE["item"], "billed_products": ["auth", "balance"]}}
    with pytest.raises(DoesNotConform, match=r"item\.billed_products: got balance.*balance-never-billed"):
        assert_conforms(make(wrong))


@pytest.mark.parametrize("library", [httpx, requests])
def test_a_response_that_knows_its_request_is_held_against_it(
    library: Any, plaid_reference_server: ReferenceServer
) -> None:
    """The filter of the request is taken into account, and its credentials must not come back."""
    server = plaid_reference_server
    keys = {"client_id": server.client_id, "secret": server.secret, "access_token": server.access_token}

    def post(body: Any) -> Any:
        return library.post(f"{server.url}/accounts/get", json=body, timeout=10)

    everything = post(keys)
    one = everything.json()["accounts"][0]["account_id"]
    filtered = post({**keys, "options": {"account_ids": [one]}})
    assert_conforms(everything)
    assert_conforms(filtered)
    assert_conforms(post({**keys, "secret": "no"}))
    more = httpx.Response(
        200,
        json=everything.json(),
        request=httpx.Request("POST", server.url, json={**keys, "options": {"account_ids": [one]}}),
    )
    with pytest.raises(DoesNotConform, match="account-ids-filter"):
        assert_conforms(more)
    echo = httpx.Response(200, json={**RESPONSE, "token": server.access_token}, request=more.request)
    with pytest.raises(DoesNotConform, match="credentials-not-echoed") as caught:
        assert_conforms(echo)
    assert server.access_token not in str(caught.value)


def test_what_is_no_response_is_refused() -> None:
    """Anything else is a TypeError that says what is needed."""
    with pytest.raises(TypeError, match="expected a response of httpx, requests or Starlette, got dict"):
        assert_conforms({"accounts": []})
