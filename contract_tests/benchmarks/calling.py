"""Calling: the caller's CPU time for one call over loopback, while a server in another process sends a canned body."""

import asyncio
import importlib
import multiprocessing
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import httpx

from benchmarks import peers
from benchmarks.decoding import OURS, PLAID, STOCK, encoded
from benchmarks.measuring import Effort, Measurement, interleaved
from plaid_accounts_contract.client.packages import package, parsers

HTTPX: Final = "raw httpx, response.json()"
_ACCOUNTS: Final = 10
_AT_ONCE: Final = 20
_CLIENT_ID: Final = "62f1c0ffee0ddba11f00dcaf"
_SECRET: Final = "3a7bd3e2360a3d29eea436fcfb7e44"  # noqa: S105 - made up
_TOKEN: Final = "access-sandbox-8ab976e6-64bc-4b38-98f7-731e7a349970"  # noqa: S105 - made up
_KEYS: Final = {"PLAID-CLIENT-ID": _CLIENT_ID, "PLAID-SECRET": _SECRET}


def measure(_folder: Path, effort: Effort) -> Iterator[Measurement]:
    """Measure the CPU time of the calling process for one call, by client."""
    with canned_server(_ACCOUNTS) as url:
        actions = {HTTPX: _httpx(url)}
        awaited: set[str] = set()
        for parser in parsers():
            client = package(parser).Client(client_id=_CLIENT_ID, secret=_SECRET, base_url=url)
            actions[OURS[parser]] = partial(client.accounts_get, access_token=_TOKEN)
            name = f"{OURS[parser]}, await, {_AT_ONCE} at once"
            actions[name] = _awaiting(client)
            awaited.add(name)
        actions |= {STOCK: _stock(url), PLAID: _plaid(url)}
        figures = interleaved(actions, effort)
    figures |= {name: [figure / _AT_ONCE for figure in figures[name]] for name in awaited}
    yield Measurement(f"calling, {_ACCOUNTS} accounts, CPU time of the caller", "second", HTTPX, figures)


def _awaiting(client: Any) -> Callable[[], Any]:
    """Return what makes several calls at once with await, on one event loop."""
    loop = asyncio.Runner()

    async def several() -> None:
        await asyncio.gather(*(client.accounts_get_async(access_token=_TOKEN) for _ in range(_AT_ONCE)))

    return lambda: loop.run(several())


def _httpx(url: str) -> Callable[[], Any]:
    """Do by hand what the client does: the same headers and body, check the status, parse the body."""
    http = httpx.Client(headers=_KEYS | {"Plaid-Version": "2020-09-14"})
    return lambda: http.post(f"{url}/accounts/get", json={"access_token": _TOKEN}).raise_for_status().json()


def _stock(url: str) -> Callable[[], Any]:
    stock: Any = importlib.import_module(peers.STOCK)
    endpoint: Any = importlib.import_module(f"{peers.STOCK}.api.accounts.accounts_get")
    request: Any = importlib.import_module(f"{peers.STOCK}.models").AccountsGetRequest
    client = stock.Client(base_url=url, headers=_KEYS)
    return lambda: endpoint.sync(client=client, body=request(access_token=_TOKEN))


def _plaid(url: str) -> Callable[[], Any]:
    plaid: Any = importlib.import_module("plaid")
    api: Any = importlib.import_module("plaid.api.plaid_api")
    request: Any = importlib.import_module("plaid.model.accounts_get_request").AccountsGetRequest
    configuration = plaid.Configuration(host=url, api_key={"clientId": _CLIENT_ID, "secret": _SECRET})
    client = api.PlaidApi(plaid.ApiClient(configuration))
    return lambda: client.accounts_get(request(access_token=_TOKEN))


@contextmanager
def canned_server(accounts: int) -> Generator[str]:
    """Send the same body to every request, from a process of its own; yield its base URL."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(accounts, theirs), daemon=True)
    server.start()
    try:
        with ours, theirs:
            yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        server.terminate()
        server.join()


def _serve(accounts: int, ready: Connection) -> None:
    _Canned.body = encoded(accounts)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Canned) as server:
        ready.send(server.server_port)
        server.serve_forever()


class _Canned(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave together.
    wbufsize = -1
    body = b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Print nothing."""
