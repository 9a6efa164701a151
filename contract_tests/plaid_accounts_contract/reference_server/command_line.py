"""Serves from the command line: the options, the printed instructions, and the wait for Ctrl-C."""

import argparse
import ipaddress
import json
import logging
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

from starlette.types import ASGIApp

from plaid_accounts_contract.reference_server.dataset import Dataset
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.new_account import COMPLETE_LINK, OPEN_ACCOUNT
from plaid_accounts_contract.reference_server.responses import LOGGER
from plaid_accounts_contract.reference_server.running import LOOPBACK, Running, running
from plaid_accounts_contract.reference_server.webhooks import checked_url

STOPPED: Final = 0
NOT_STARTED: Final = 2
EXIT_STATUS: Final = (
    "exit status: 0 after Ctrl-C or a termination signal, 2 if the options are wrong or the address is unavailable"
)
EXAMPLES: Final = """\
examples:
  --port 0         listen on a free port, which is printed
  --rate-limit 15  send 429 to the 16th request for an Item within a minute, as Production does
  --webhook http://127.0.0.1:9000/plaid
                   send webhooks of new accounts to your receiver; the instructions show how to open one
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add --host, --port, --rate-limit, --webhook and --control."""
    parser.add_argument(
        "--host", default=LOOPBACK, help="address to listen on (default: %(default)s, this machine only)"
    )
    parser.add_argument(
        "--port", type=_port, default=8000, help="port to listen on, 0 for a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--rate-limit", type=_limit, metavar="N", help="requests per Item and minute (default: no limit)"
    )
    parser.add_argument(
        "--webhook",
        type=_webhook,
        metavar="URL",
        help="send webhooks there, and allow accounts to be opened (default: none)",
    )
    parser.add_argument(
        "--control", action="store_true", help="let requests to /reference-server/ script errors, delays and changes"
    )


def serve(app: ASGIApp, host: str, port: int, instructions: Callable[[Running], str]) -> int:
    """Serve until interrupted, after printing the `instructions`; return the exit status."""
    logging.basicConfig(level=logging.ERROR, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    LOGGER.setLevel(logging.INFO)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running(app, host=host, port=port))
        except OSError as error:
            reason = error.strerror or str(error)
            advice = "Give another --port (0 uses a free one) or another --host."
            print(f"cannot listen on {host} port {port}: {reason}. {advice}", file=sys.stderr)
            return NOT_STARTED
        print(instructions(server), flush=True)
        # On Windows, Ctrl-C does not interrupt a wait without a timeout.
        while not stopped.wait(1):
            pass
    return STOPPED


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"invalid port {text!r}: must be a number from 0 to 65535")
    return int(text)


def _webhook(text: str) -> str:
    try:
        return checked_url(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _limit(text: str) -> int:
    if not (text.isdecimal() and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"invalid limit {text!r}: must be a number, at least 1")
    return int(text)


def banner(server: Running, dataset: Dataset, webhook_url: str | None = None) -> str:
    """Return the URL, credentials, tokens and requests to copy. Only for a Dataset whose credentials are public."""
    healthy = [item for item in dataset.items.values() if item.failure is None]
    failing = [item for item in dataset.items.values() if item.failure is not None]
    return "\n".join(
        [
            f"Reference server at {server.url}",
            f"  client_id  {dataset.credentials.client_id}",
            f"  secret     {dataset.credentials.secret}",
            "",
            "Access tokens",
            *(f"  {item.access_token:<52}  {item.title}" for item in healthy),
            "",
            "Access tokens that get an error",
            *(f"  {item.access_token:<52}  {item.title}" for item in failing),
            "",
            "Try it",
            *_curl(server, dataset, "/accounts/get", {"access_token": (healthy or failing)[0].access_token}),
            "",
            *([] if webhook_url is None else _simulation(server, dataset, (healthy or failing)[0], webhook_url)),
            "Press Ctrl-C to stop.",
        ]
    )


def _simulation(server: Running, dataset: Dataset, item: Item, webhook_url: str) -> list[str]:
    return [
        f"Webhooks go to {webhook_url}",
        "  Open an account, which sends one:",
        *_curl(server, dataset, OPEN_ACCOUNT, {"access_token": item.access_token}),
        "  Complete Link, with a link_token of /link/token/create:",
        *_curl(server, dataset, COMPLETE_LINK, {"link_token": "link-sandbox-…"}),
        "",
    ]


def _curl(server: Running, dataset: Dataset, path: str, body: dict[str, str]) -> list[str]:
    return [
        f"  curl {server.url}{path} -H 'Content-Type: application/json' \\",
        f"    -H 'PLAID-CLIENT-ID: {dataset.credentials.client_id}' -H 'PLAID-SECRET: {dataset.credentials.secret}' \\",
        f"    -d '{json.dumps(body, ensure_ascii=False)}'",
    ]
