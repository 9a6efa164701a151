"""Runs the reference server: `python -m plaid_accounts_contract.reference_server`."""

import argparse
import ipaddress
import logging
import signal
import sys
import threading
from contextlib import ExitStack
from typing import Final

from .answers import LOGGER
from .app import create_app
from .banner import banner
from .data import reference_world
from .rate_limits import RateLimit
from .running import LOOPBACK, running

_DESCRIPTION: Final = """\
Serve POST /accounts/get as Plaid documents it, with made-up accounts, on this machine and without a network.
Once it listens, it prints its URL, the credentials, an access token for each Item and a request to copy."""
_EPILOG: Final = """\
examples:
  --port 0         listen on a free port, which is printed
  --rate-limit 15  answer 429 to the 16th request for an Item within a minute, as Production does

exit status: 0 after Ctrl-C or a termination signal, 2 if the options are wrong or the address is not to be had"""


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; give the exit status."""
    options = _parser().parse_args(arguments)
    if not _is_loopback(options.host):
        print(
            f"warning: {options.host} lets other machines in, and the credentials of this server are known to everyone",
            file=sys.stderr,
        )
    logging.basicConfig(level=logging.ERROR, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    LOGGER.setLevel(logging.INFO)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    world = reference_world()
    app = create_app(world, rate_limit=RateLimit(per_item=options.rate_limit))
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running(app, host=options.host, port=options.port))
        except OSError as error:
            print(_not_to_be_had(options.host, options.port, error), file=sys.stderr)
            return 2
        print(banner(server, world), flush=True)
        # On Windows a wait without an end is not woken by Ctrl-C.
        while not stopped.wait(1):
            pass
    return 0


def _not_to_be_had(host: str, port: int, error: OSError) -> str:
    reason = error.strerror or str(error)
    advice = "Give another --port (0 takes a free one) or another --host."
    return f"cannot listen on {host} port {port}: {reason}. {advice}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m plaid_accounts_contract.reference_server",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--host", default=LOOPBACK, help="address to listen on (default: %(default)s, this machine only)"
    )
    parser.add_argument(
        "--port", type=_port, default=8000, help="port to listen on, 0 for a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--rate-limit", type=_limit, metavar="N", help="requests per Item and minute (default: no limit)"
    )
    return parser


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 0 to 65535")
    return int(text)


def _limit(text: str) -> int:
    if not (text.isdecimal() and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"{text!r} is not a limit; give a number from 1 on")
    return int(text)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


if __name__ == "__main__":
    sys.exit(main())
