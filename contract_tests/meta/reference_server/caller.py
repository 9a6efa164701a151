"""A caller of the reference server that accepts documented responses only."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import httpx

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server.data import REFERENCE_CREDENTIALS
from plaid_accounts_contract.reference_server.items import Item

PATH: Final = "/accounts/get"
CLIENT_ID: Final = REFERENCE_CREDENTIALS.client_id
SECRET: Final = REFERENCE_CREDENTIALS.secret
KEYS: Final = {"PLAID-CLIENT-ID": CLIENT_ID, "PLAID-SECRET": SECRET}
JSON: Final = {"Content-Type": "application/json"}
CONTRACT: Final = Contract.load()
Headers = Mapping[str, str | bytes]


class Caller:
    """Sends requests to one server. Every response is checked against the contract before a test sees it."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def post(self, body: object, headers: Headers | None = None) -> httpx.Response:
        """Send bytes, chunks or a value as JSON, with exactly these headers (by default the credentials and JSON)."""
        content = body if isinstance(body, bytes | Iterator) else json.dumps(body).encode()
        sent = {**KEYS, **JSON} if headers is None else headers
        pairs = [(name.encode(), value.encode() if isinstance(value, str) else value) for name, value in sent.items()]
        response = self.http.post(PATH, content=content, headers=pairs)
        check_documented(response)
        return response

    def get_accounts(self, item: Item, account_ids: Sequence[str] | None = None) -> dict[str, Any]:
        """Return the body of a 200, with the credentials in the headers."""
        body: dict[str, Any] = {"access_token": item.access_token}
        if account_ids is not None:
            body["options"] = {"account_ids": list(account_ids)}
        response = self.post(body)
        assert response.status_code == 200, response.text
        parsed: dict[str, Any] = response.json()
        return parsed

    def rejected(self, body: object, headers: Headers | None = None) -> tuple[str, str]:
        """Return the error_code and error_message of a response that must be a 400."""
        response = self.post(body, headers)
        assert response.status_code == 400, response.text
        return response.json()["error_code"], response.json()["error_message"]


def check_documented(response: httpx.Response) -> None:
    """Fail unless the response is JSON of a documented status that satisfies the schema of that status."""
    assert response.headers.get_list("content-type") == ["application/json"]
    assert str(response.status_code) in CONTRACT.primary.responses, f"{response.status_code}: {response.text}"
    body = response.json()
    if response.status_code == 200:
        check("AccountsGetResponse", body)
        return
    check_error(body, response.status_code)
    listed = CONTRACT.error_codes[body["error_code"]]
    assert (listed.type, listed.status) == (body["error_type"], response.status_code)


def check_error(body: dict[str, Any], status: int) -> None:
    """Fail unless the body is an error with the seven properties that Plaid's were seen to have."""
    check("PlaidError", body)
    names = "display_message documentation_url error_code error_message error_type request_id suggested_action"
    assert " ".join(sorted(body)) == names, status


def check(schema: str, value: object) -> None:
    """Fail with every violation of a component, each with its path."""
    errors = CONTRACT.validator(("components", "schemas", schema)).iter_errors(value)
    found = [f"{list(error.instance_path)}: {error.message}" for error in errors]
    assert not found, f"not a valid {schema}:\n" + "\n".join(found)
