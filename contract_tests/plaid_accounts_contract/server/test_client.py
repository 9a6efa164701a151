"""The generated client against the server: its requests are evaluated like all others, and it reads the responses."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import attrs
import httpx
import pytest

from plaid_accounts import Client
from plaid_accounts.errors import PlaidAccountsError
from plaid_accounts_contract.server.requests import DATA, RUN, in_each_mode
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire.base_url import is_loopback
from plaid_accounts_contract.wire.exchange import MISSING, Exchange, Request
from plaid_accounts_contract.wire.strict_json import comparable

# Headers that belong to the connection between client and transport.
_OF_THE_CONNECTION = ("content-length", "content-encoding", "transfer-encoding", "host", "connection")


@attrs.define
class RunTransport(httpx.BaseTransport):
    """Sends the client's requests through the run, which evaluates every exchange; keeps the last one."""

    mode: Mode
    last: Exchange | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request of the client."""
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in request.headers.raw
            if name.lower().decode() not in _OF_THE_CONNECTION
        )
        # The path of a request is that below the base URL.
        path = request.url.path.removeprefix(urlsplit(RUN.target.base_url).path.rstrip("/"))
        written = Request(request.method, path, headers, request.read(), "a call of the generated client", self.mode)
        self.last = RUN.send(written)
        response = self.last.response
        received = [(name, value) for name, value in response.headers if name.lower() not in _OF_THE_CONNECTION]
        return httpx.Response(response.status, headers=received, content=response.body)


@in_each_mode
def test_the_client_returns_what_the_server_sent(mode: Mode) -> None:
    """The response that the client returns equals, as JSON, what the server sent."""
    if not (RUN.target.base_url.startswith("https:") or is_loopback(RUN.target.base_url)):
        pytest.skip("the client sends credentials over https only")
    transport = RunTransport(mode)
    client = Client(
        client_id=DATA.client_id,
        secret=DATA.secret,
        base_url=RUN.target.base_url,
        credentials_in="header" if mode == "header" else "body",
        transport=transport,
        retries=0,
    )
    filters = [(item, ids) for item in DATA.items for ids in (None, item.account_ids[:1], item.account_ids)]
    for item, account_ids in filters:
        before = RUN.results.failed.total()
        returned = _returned(client, item.access_token, account_ids)
        succeeded = transport.last is not None and transport.last.response.status == 200
        # The client need not be able to read a response that violates the contract.
        if succeeded and RUN.results.failed.total() == before:
            assert transport.last is not None
            assert comparable(returned) == comparable(transport.last.json), "the client returned something else"


def _returned(client: Client, access_token: str, account_ids: Sequence[str] | None) -> Any:
    try:
        return client.accounts_get(access_token=access_token, account_ids=account_ids).to_dict()
    except PlaidAccountsError:
        return MISSING
