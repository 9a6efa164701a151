"""Serving from the command line: the options, and the wait for Ctrl-C."""

import argparse
import ipaddress
import logging
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

from starlette.types import ASGIApp

from plaid_accounts_contract.reference_server.answers import LOGGER
from plaid_accounts_contract.reference_server.running import LOOPBACK, Running, running
from plaid_accounts_contract.reference_server.webhooks import checked_url

STOPPED: Final = 0
NOT_STARTED: Final = 2
EXIT_STATUS: Final = (
    "exit status: 0 after Ctrl-C or a termination signal, 2 if the options are wrong or the address is not to be had"
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add --host, --port, --rate-limit and --webhook."""
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
        help="send webhooks there, and let accounts be opened (default: none)",
    )


def serve(app: ASGIApp, host: str, port: int, said: Callable[[Running], str]) -> int:
    """Serve until interrupted, after printing what `said` makes of the address; give the exit status."""
    logging.basicConfig(level=logging.ERROR, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    LOGGER.setLevel(logging.INFO)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running(app, host=host, port=port))
        except OSError as error:
            print(_not_to_be_had(host, port, error), file=sys.stderr)
            return NOT_STARTED
        print(said(server), flush=True)
        # On Windows a wait without an end is not woken by Ctrl-C.
        while not stopped.wait(1):
            pass
    return STOPPED


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def warn_of_others(host: str) -> None:
    """Say so where other machines reach a server whose credentials everyone knows."""
    if not is_loopback(host):
        print(
            f"warning: {host} lets other machines in, and the credentials of this server are known to everyone",
            file=sys.stderr,
        )


def _not_to_be_had(host: str, port: int, error: OSError) -> str:
    reason = error.strerror or str(error)
    advice = "Give another --port (0 takes a free one) or another --host."
    return f"cannot listen on {host} port {port}: {reason}. {advice}"


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 0 to 65535")
    return int(text)


def _webhook(text: str) -> str:
    try:
        return checked_url(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _limit(text: str) -> int:
    if not (text.isdecimal() and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"{text!r} is not a limit; give a number from 1 on")
    return int(text)
