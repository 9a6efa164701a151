"""A caller of the reference server that accepts documented responses only."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import httpx

from meta.reference_server import contract_schemas
from plaid_accounts_contract.reference_server.data import REFERENCE_CREDENTIALS
from plaid_accounts_contract.reference_server.items import Item

PATH: Final = "/accounts/get"
CLIENT_ID: Final = REFERENCE_CREDENTIALS.client_id
SECRET: Final = REFERENCE_CREDENTIALS.secret
KEYS: Final = {"PLAID-CLIENT-ID": CLIENT_ID, "PLAID-SECRET": SECRET}
JSON: Final = {"Content-Type": "application/json"}
Headers = Mapping[str, str | bytes]


class Chunks:
    """A body that is sent in chunks, without a Content-Length."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        """Yield the chunks once."""
        yield from self._chunks


class Caller:
    """Sends requests to one server. Every response is checked against the contract before a test sees it."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def post(self, body: object, headers: Headers | None = None) -> httpx.Response:
        """Send bytes, chunks or a value as JSON, with exactly these headers (by default the credentials and JSON)."""
        content = body if isinstance(body, (bytes, Chunks)) else json.dumps(body).encode()
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
    documented = contract_schemas.document()["paths"][PATH]["post"]["responses"]
    assert str(response.status_code) in documented, f"{response.status_code}: {response.text}"
    body = response.json()
    if response.status_code == 200:
        contract_schemas.check("AccountsGetResponse", body)
        return
    check_error(body, response.status_code)
    assert contract_schemas.error_codes()[body["error_code"]] == (body["error_type"], response.status_code)


def check_error(body: dict[str, Any], status: int) -> None:
    """Fail unless the body is an error with the seven properties that Plaid's were seen to have."""
    contract_schemas.check("PlaidError", body)
    assert sorted(body) == [
        "display_message",
        "documentation_url",
        "error_code",
        "error_message",
        "error_type",
        "request_id",
        "suggested_action",
    ], status
