"""Runs the reference server: `python -m plaid_accounts_contract.reference_server`."""

import argparse
import sys
from typing import Final

from plaid_accounts_contract.reference_server import listening
from plaid_accounts_contract.reference_server.app import create_app
from plaid_accounts_contract.reference_server.banner import banner
from plaid_accounts_contract.reference_server.data import reference_world
from plaid_accounts_contract.reference_server.rate_limits import RateLimit

_DESCRIPTION: Final = """\
Serve POST /accounts/get as Plaid documents it, with made-up accounts, on this machine and without a network.
Once it listens, it prints its URL, the credentials, an access token for each Item and a request to copy."""
_EPILOG: Final = f"""\
examples:
  --port 0         listen on a free port, which is printed
  --rate-limit 15  answer 429 to the 16th request for an Item within a minute, as Production does
  --webhook http://127.0.0.1:9000/plaid
                   tell your own receiver of new accounts; what is printed says how to open one

{listening.EXIT_STATUS}"""


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; give the exit status."""
    options = _parser().parse_args(arguments)
    listening.warn_of_others(options.host)
    world = reference_world()
    app = create_app(world, rate_limit=RateLimit(per_item=options.rate_limit), webhook_url=options.webhook)
    return listening.serve(app, options.host, options.port, lambda server: banner(server, world, options.webhook))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m plaid_accounts_contract.reference_server",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    listening.add_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
