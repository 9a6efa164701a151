"""The command `serve`: the reference server with its reference page, or only the page for another server."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Final

import attrs
from starlette.types import ASGIApp

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_page.destination import Destination
from plaid_accounts_contract.reference_page.guard import Guard
from plaid_accounts_contract.reference_page.viewer import INSTALL, PageMissing
from plaid_accounts_contract.reference_server import RateLimit, Running, command_line, reference_dataset
from plaid_accounts_contract.reference_server import create_app as create_reference_server
from plaid_accounts_contract.settings import Settings, SettingsError
from plaid_accounts_contract.wire import base_url
from plaid_accounts_contract.wire.target import trusted

_DESCRIPTION: Final = """\
Start the reference server, with a reference page at /: the contract to read, and Test request, which sends one
request and shows the response and, clause by clause, whether it conforms. Nothing leaves this machine.

With --base-url, Test request sends to that server instead, with CONTRACT_CLIENT_ID, CONTRACT_SECRET and
CONTRACT_ACCESS_TOKEN from the environment. The browser only gets placeholders for them. Anyone who can reach the port
can send requests with these credentials, so the page then only listens on this machine."""
_EPILOG: Final = f"""{command_line.EXAMPLES}\
  --base-url https://sandbox.plaid.com
                   send requests to Plaid's Sandbox

{command_line.EXIT_STATUS}"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return _serve_page(options) if options.base_url else _serve_both(options)
    except (SettingsError, PageMissing) as error:
        print(f"error: {error}", file=sys.stderr)
        return command_line.NOT_STARTED


def _serve_both(options: argparse.Namespace) -> int:
    if not command_line.is_loopback(options.host):
        warning = f"other machines can reach {options.host}, and the credentials of this server are public"
        print(f"warning: {warning}", file=sys.stderr)
    dataset = reference_dataset()
    limit = RateLimit(per_item=options.rate_limit)
    server: ASGIApp = create_reference_server(
        dataset, rate_limit=limit, webhook_url=options.webhook, control=options.control
    )
    if options.webhook or options.control:
        # Requests make the server send or change something, so no other site may send any.
        server = Guard(server, options.host, pages=False)
    page = "Reference page at {url}/"
    try:
        server = _page(Destination.reference_server(dataset), server, host=options.host)
    except PageMissing as error:
        page = f"No reference page: {error}"

    def announcement(running: Running) -> str:
        return f"{page.format(url=running.url)}\n{command_line.banner(running, dataset, options.webhook)}"

    return command_line.serve(server, options.host, options.port, announcement)


def _page(destination: Destination, behind: ASGIApp | None = None, *, host: str) -> ASGIApp:
    """Return the page."""
    try:
        # Only if it is installed.
        from plaid_accounts_contract.reference_page.app import create_app  # noqa: PLC0415

        return create_app(Contract.load(), destination, behind, host=host)
    except ModuleNotFoundError as error:
        raise PageMissing(f"{error.name} is missing: {INSTALL}") from None


def _serve_page(options: argparse.Namespace) -> int:
    for name, value in (
        ("--rate-limit", options.rate_limit), ("--webhook", options.webhook), ("--control", options.control)
    ):  # fmt: skip
        if value:
            raise SettingsError(f"{name} configures the reference server; omit it with --base-url")
    if not command_line.is_loopback(options.host):
        msg = f"--host {options.host} would let other machines use your credentials; omit it with --base-url"
        raise SettingsError(msg)
    contract = Contract.load()
    url = base_url.checked(options.base_url, (operation.path for operation in contract.operations))
    print(base_url.warning(url), end="\n" if base_url.warning(url) else "", file=sys.stderr)
    settings = attrs.evolve(Settings.resolve({}, os.environ), base_url=url)
    missing = settings.missing_credentials()
    if missing:
        msg = f"{', '.join(missing)} not set: Test request needs credentials and a token for {settings.base_url}"
        raise SettingsError(msg)
    # Certificates that can't be read are an error now, not in the first response.
    trusted(settings.ca_file)
    app = _page(Destination.elsewhere(settings, contract), host=options.host)

    def announcement(running: Running) -> str:
        return f"Reference page at {running.url}/\nTest request sends to {settings.base_url}\n\nPress Ctrl-C to stop."

    return command_line.serve(app, options.host, options.port, announcement)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="plaid-accounts-contract serve",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command_line.add_options(parser)
    parser.add_argument(
        "--base-url", metavar="URL", help="server that Test request sends to (default: the reference server itself)"
    )
    return parser
