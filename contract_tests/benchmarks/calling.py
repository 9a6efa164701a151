"""A whole call over loopback: the caller's CPU time, while the server runs in another process."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import httpx

from benchmarks import canned_server, peers, rounds
from benchmarks.engines import OURS, PLAID, STOCK
from benchmarks.table import Table
from plaid_accounts_contract.client.packages import package, parsers

HTTPX: Final = "raw httpx, response.json()"
ACCOUNTS: Final = 10
_CLIENT_ID: Final = "62f1c0ffee0ddba11f00dcafe"
_SECRET: Final = "3a7bd3e2360a3d29eea436fcfb7e44"  # noqa: S105 - made up
_TOKEN: Final = "access-sandbox-8ab976e6-64bc-4b38-98f7-731e7a349970"  # noqa: S105 - made up
_KEYS: Final = {"PLAID-CLIENT-ID": _CLIENT_ID, "PLAID-SECRET": _SECRET}


def measure(effort: rounds.Effort, progress: Callable[[str], None]) -> Table:
    """Return CPU time of the calling process for one call, by client."""
    progress(f"calling: {ACCOUNTS} accounts over loopback")
    with canned_server.running(ACCOUNTS) as url:
        subjects = {HTTPX: _httpx(url)}
        subjects |= {OURS[parser]: _ours(package(parser), url) for parser in parsers()}
        subjects |= {STOCK: _stock(url), PLAID: _plaid(url)}
        figures = rounds.interleaved(subjects, effort)
    title = f"A call over loopback, {ACCOUNTS} accounts, CPU time of the caller"
    return Table("calling", title, "µs", 1e-6, HTTPX, {"call": figures})


def _httpx(url: str) -> rounds.Action:
    """Do by hand what the client does: the same headers and body, the status looked at, the body parsed."""
    http = httpx.Client(headers=_KEYS | {"Plaid-Version": "2020-09-14"})
    address = f"{url}/accounts/get"

    def call() -> Any:
        return http.post(address, json={"access_token": _TOKEN}).raise_for_status().json()

    return call


def _ours(client: Any, url: str) -> rounds.Action:
    connected = client.Client(client_id=_CLIENT_ID, secret=_SECRET, base_url=url)
    return partial(connected.accounts_get, access_token=_TOKEN)


def _stock(url: str) -> rounds.Action:
    stock: Any = importlib.import_module(peers.CLOSED)
    endpoint: Any = importlib.import_module(f"{peers.CLOSED}.api.accounts.accounts_get")
    request: Any = importlib.import_module(f"{peers.CLOSED}.models").AccountsGetRequest
    client = stock.Client(base_url=url, headers=_KEYS)
    return lambda: endpoint.sync(client=client, body=request(access_token=_TOKEN))


def _plaid(url: str) -> rounds.Action:
    plaid: Any = importlib.import_module("plaid")
    api: Any = importlib.import_module("plaid.api.plaid_api")
    request: Any = importlib.import_module("plaid.model.accounts_get_request").AccountsGetRequest
    keys = {"clientId": _CLIENT_ID, "secret": _SECRET}
    client = api.PlaidApi(plaid.ApiClient(plaid.Configuration(host=url, api_key=keys)))
    return lambda: client.accounts_get(request(access_token=_TOKEN))
