"""Calling: the caller's CPU time for one call over loopback, while a server in another process sends a canned body."""

import asyncio
import importlib
import multiprocessing
from collections.abc import Awaitable, Callable, Generator, Iterator
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
AT_ONCE: Final = (1, 10, 50)
_CLIENT_ID: Final = "62f1c0ffee0ddba11f00dcaf"
_SECRET: Final = "3a7bd3e2360a3d29eea436fcfb7e44"  # noqa: S105 - made up
_TOKEN: Final = "access-sandbox-8ab976e6-64bc-4b38-98f7-731e7a349970"  # noqa: S105 - made up
_KEYS: Final = {"PLAID-CLIENT-ID": _CLIENT_ID, "PLAID-SECRET": _SECRET}
_HEADERS: Final = _KEYS | {"Plaid-Version": "2020-09-14"}


def measure(_folder: Path, effort: Effort) -> Iterator[Measurement]:
    """Measure the CPU time of the calling process for one call, by client: without await, then with it, several at once."""
    with canned_server(_ACCOUNTS) as url:
        ours = {
            OURS[parser]: package(parser).Client(client_id=_CLIENT_ID, secret=_SECRET, base_url=url)
            for parser in parsers()
        }
        actions: dict[str, Callable[[], object]] = {
            HTTPX: _httpx(url),
            **{name: partial(client.accounts_get, access_token=_TOKEN) for name, client in ours.items()},
            STOCK: _stock(url),
            PLAID: _plaid(url),
        }
        figures = interleaved(actions, effort)
        yield Measurement(f"calling, {_ACCOUNTS} accounts, CPU time of the caller", "second", HTTPX, figures)
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            HTTPX: _httpx_async(url),
            **{name: partial(client.accounts_get_async, access_token=_TOKEN) for name, client in ours.items()},
        }
        with asyncio.Runner() as loop:
            for number in AT_ONCE:
                actions = {name: partial(_at_once, loop, begin, number) for name, begin in calls.items()}
                figures = {name: [one / number for one in all_] for name, all_ in interleaved(actions, effort).items()}
                yield Measurement(f"awaiting, {number} concurrent, CPU time of the caller", "second", HTTPX, figures)


def _at_once(loop: asyncio.Runner, begin: Callable[[], Awaitable[object]], number: int) -> None:
    async def several() -> None:
        await asyncio.gather(*(begin() for _ in range(number)))

    loop.run(several())


def _httpx(url: str) -> Callable[[], Any]:
    """Do by hand what the client does: the same headers and body, check the status, parse the body."""
    http = httpx.Client(headers=_HEADERS)
    return lambda: http.post(f"{url}/accounts/get", json={"access_token": _TOKEN}).raise_for_status().json()


def _httpx_async(url: str) -> Callable[[], Awaitable[object]]:
    http = httpx.AsyncClient(headers=_HEADERS)

    async def post() -> object:
        return (await http.post(f"{url}/accounts/get", json={"access_token": _TOKEN})).raise_for_status().json()

    return post


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
    with _Server(("127.0.0.1", 0), _Canned) as server:
        ready.send(server.server_port)
        server.serve_forever()


class _Server(ThreadingHTTPServer):
    # Fifty clients connect at once.
    request_queue_size = 128


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
