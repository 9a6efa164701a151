"""The command `try`: one request through the generated client, and the accounts as a table."""

from __future__ import annotations

import argparse
import getpass
import importlib
import json
import os
import sys
from typing import TYPE_CHECKING, Final

from plaid_accounts_contract.redaction.printable import printable

if TYPE_CHECKING:
    from plaid_accounts.client import Client
    from plaid_accounts.models import Account, AccountsGetResponse

SUCCEEDED: Final = 0
API_ERROR: Final = 1
NO_RESPONSE: Final = 2

_TOKEN: Final = "PLAID_ACCESS_TOKEN"  # noqa: S105 - the name of a variable
_DESCRIPTION: Final = """\
Request the accounts of an Item once, from any environment, and print them as a table: amounts as received, - for null.

PLAID_CLIENT_ID and PLAID_SECRET come from the environment. So does the access token, from PLAID_ACCESS_TOKEN;
--access-token - reads it from standard input. A token on the command line is visible in the list of
processes and in the shell history: pass only tokens of Sandbox or of the reference server that way."""
_EPILOG: Final = """\
examples:
  plaid-accounts-contract try --environment sandbox
  plaid-accounts-contract try --base-url http://127.0.0.1:8000 --account-id ID --account-id ID --json

exit status: 0 accounts received, 1 API error or malformed response, 2 nothing sent or no response"""
_COLUMNS: Final = ("name", "mask", "type", "subtype", "available", "current", "limit", "currency", "account_id")
_AMOUNTS: Final = ("available", "current", "limit")
# Wide enough for any row in a file or a pipe; a terminal has its own width.
_UNBOUNDED: Final = 4096


class _InvalidUse(Exception):
    """An option or a variable is missing; the message names it and what to do."""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `try` to the commands."""
    parser = commands.add_parser(
        "try",
        help="request accounts from an environment and print them",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--access-token", metavar="TOKEN", help=f"the Item's token, or - for standard input [{_TOKEN}]")
    parser.add_argument("--account-id", metavar="ID", action="append", help="only this account; can be repeated")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--environment", metavar="NAME", help="production or sandbox [PLAID_ENV]")
    where.add_argument("--base-url", metavar="URL", help="another server: https, or http on this machine")
    parser.add_argument("--credentials-in", choices=("header", "body"), default="header", help="default: header")
    parser.add_argument("--timeout", metavar="SECONDS", type=_seconds, help="default: 5 to connect, 30 for the rest")
    parser.add_argument("--json", action="store_true", help="print the response as JSON")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from plaid_accounts import errors  # noqa: PLC0415 - the client takes a moment to import

    if not options.json:
        importlib.import_module("rich")  # Or nothing is sent, and the extra that brings it is named.
    try:
        with _client(options) as client:
            response = client.accounts_get(access_token=_token(options.access_token), account_ids=options.account_id)
    except (_InvalidUse, errors.PlaidAccountsError) as error:
        print(f"error: {printable(str(error))}", file=sys.stderr)
        return API_ERROR if isinstance(error, errors.ApiError | errors.MalformedResponseError) else NO_RESPONSE
    if options.json:
        print(json.dumps(response.to_dict(), indent=2))
    else:
        _print_table(response)
    return SUCCEEDED


def _client(options: argparse.Namespace) -> Client:
    from plaid_accounts import Client  # noqa: PLC0415 - see above

    missing = [name for name in ("PLAID_CLIENT_ID", "PLAID_SECRET") if not os.environ.get(name)]
    if missing:
        raise _InvalidUse(f"{' and '.join(missing)} not set: export the keys of the environment")
    if not (options.environment or options.base_url or os.environ.get("PLAID_ENV")):
        raise _InvalidUse("no server: pass --environment sandbox or production, --base-url URL, or set PLAID_ENV")
    return Client(
        environment=options.environment,
        base_url=options.base_url,
        credentials_in=options.credentials_in,
        timeout=options.timeout,
        retries=0,
    )


def _token(given: str | None) -> str:
    if given == "-":
        given = getpass.getpass("access token: ") if sys.stdin.isatty() else sys.stdin.readline()
    token = (os.environ.get(_TOKEN, "") if given is None else given).strip()
    if not token:
        raise _InvalidUse(f"no access token: set {_TOKEN}, or pass --access-token - and the token on standard input")
    return token


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"invalid timeout {text!r}: must be greater than 0 seconds")
    return number


def _print_table(response: AccountsGetResponse) -> None:
    from rich.console import Console  # noqa: PLC0415 - only for a table
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in _COLUMNS:
        is_amount = name in _AMOUNTS
        table.add_column(name, justify="right" if is_amount else "left", no_wrap=is_amount, overflow="fold")
    for account in response.accounts:
        # The name of an account can hold anything; as Text it is not markup.
        table.add_row(*(Text(printable(cell)) for cell in _row(account)))
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_UNBOUNDED)
    console.print(table)
    number = len(response.accounts)
    print(f"\n{number} {'account' if number == 1 else 'accounts'}, request_id {printable(response.request_id)}")


def _row(account: Account) -> list[str]:
    values = account.to_dict()
    balances = values["balances"]
    currency = balances.get("iso_currency_code") or balances.get("unofficial_currency_code")
    cells = {**values, **{name: balances.get(name) for name in _AMOUNTS}, "currency": currency}
    shown = [cells.get(name) for name in _COLUMNS]
    return ["-" if cell is None else cell if isinstance(cell, str) else json.dumps(cell) for cell in shown]
