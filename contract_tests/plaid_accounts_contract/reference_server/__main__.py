"""The command `python -m plaid_accounts_contract.reference_server`."""

import argparse
import sys
from typing import Final

from plaid_accounts_contract.reference_server import command_line
from plaid_accounts_contract.reference_server.app import create_app
from plaid_accounts_contract.reference_server.data import reference_world
from plaid_accounts_contract.reference_server.rate_limits import RateLimit

_DESCRIPTION: Final = """\
Serve POST /accounts/get as Plaid documents it, with made-up accounts, on this machine and without a network.
Once it listens, it prints its URL, the credentials, an access token for each Item and a request to copy."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m plaid_accounts_contract.reference_server",
        description=_DESCRIPTION,
        epilog=f"{command_line.EXAMPLES}\n{command_line.EXIT_STATUS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command_line.add_options(parser)
    options = parser.parse_args(arguments)
    command_line.warn_if_exposed(options.host)
    world = reference_world()
    app = create_app(world, rate_limit=RateLimit(per_item=options.rate_limit), webhook_url=options.webhook)
    return command_line.serve(
        app, options.host, options.port, lambda server: command_line.banner(server, world, options.webhook)
    )


if __name__ == "__main__":
    sys.exit(main())
