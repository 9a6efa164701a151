"""The command `try`: one request through the generated client, and the accounts as a table."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from typing import TYPE_CHECKING, Final

from plaid_accounts_contract.redaction.printable import printable

if TYPE_CHECKING:
    from rich.table import Table

    from plaid_accounts.client import Client
    from plaid_accounts.models import Account, AccountsGetResponse

ANSWERED: Final = 0
REFUSED: Final = 1
NOT_ASKED: Final = 2

_TOKEN: Final = "PLAID_ACCESS_TOKEN"  # noqa: S105 - the name of a variable
_DESCRIPTION: Final = """\
Asks any environment for the accounts of an Item, once, and shows them as a table: amounts as they came, - for null.

PLAID_CLIENT_ID and PLAID_SECRET are taken from the environment. So is the access token, from PLAID_ACCESS_TOKEN;
--access-token - reads it from standard input. A token that stands on the command line can be read in the list of
processes and in the shell's history: give only tokens of Sandbox or of the reference server like that."""
_EPILOG: Final = """\
examples:
  plaid-accounts-contract try --environment sandbox
  plaid-accounts-contract try --base-url http://127.0.0.1:8000 --account-id ID --account-id ID --json

exit status: 0 accounts came, 1 the API refused or its answer breaks the contract, 2 nothing was asked or no answer came"""
_COLUMNS: Final = ("name", "mask", "type", "subtype", "available", "current", "limit", "currency", "account_id")
_AMOUNTS: Final = ("available", "current", "limit")
# Wide enough for any row where nobody watches; a terminal has a width of its own.
_UNBOUNDED: Final = 4096


class _NotAsked(Exception):
    """Something is missing or cannot be used; the message names it and what to do."""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `try` to the commands."""
    parser = commands.add_parser(
        "try",
        help="ask an environment for accounts, and show them",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--access-token", metavar="TOKEN", help=f"the Item's token, or - for standard input [{_TOKEN}]")
    parser.add_argument(
        "--account-id", metavar="ID", action="append", help="an account to show, instead of all; may be repeated"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--environment", metavar="NAME", help="production or sandbox [PLAID_ENV]")
    where.add_argument("--base-url", metavar="URL", help="another address: https, or http on this machine")
    parser.add_argument("--credentials-in", choices=("header", "body"), default="header", help="default: header")
    parser.add_argument("--timeout", metavar="SECONDS", type=_seconds, help="default: 5 to connect, 30 for the rest")
    parser.add_argument("--json", action="store_true", help="print the response as JSON")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from plaid_accounts import errors  # noqa: PLC0415 - the client takes a moment to import

    try:
        with _client(options) as client:
            response = client.accounts_get(access_token=_token(options.access_token), account_ids=options.account_id)
    except _NotAsked as error:
        return _say(str(error), NOT_ASKED)
    except (errors.ApiError, errors.MalformedResponseError) as error:
        return _say(str(error), REFUSED)
    except errors.PlaidAccountsError as error:
        return _say(str(error), NOT_ASKED)
    if options.json:
        print(json.dumps(response.to_dict(), indent=2))
    else:
        _show(response)
    return ANSWERED


def _say(message: str, status: int) -> int:
    print(f"error: {printable(message)}", file=sys.stderr)
    return status


def _client(options: argparse.Namespace) -> Client:
    from plaid_accounts import Client  # noqa: PLC0415 - see above

    missing = [name for name in ("PLAID_CLIENT_ID", "PLAID_SECRET") if not os.environ.get(name)]
    if missing:
        msg = f"{' and '.join(missing)} not set: export the keys of the environment that is to answer"
        raise _NotAsked(msg)
    if not (options.environment or options.base_url or os.environ.get("PLAID_ENV")):
        msg = "no address: give --environment sandbox or production, --base-url URL, or set PLAID_ENV"
        raise _NotAsked(msg)
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
        msg = f"no access token: set {_TOKEN}, or give --access-token - and the token on standard input"
        raise _NotAsked(msg)
    return token


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        msg = f"{text!r} is no time; give seconds above 0"
        raise argparse.ArgumentTypeError(msg)
    return number


def _show(response: AccountsGetResponse) -> None:
    from rich.console import Console  # noqa: PLC0415 - only for a table

    table = _table(response.accounts)
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_UNBOUNDED)
    console.print(table)
    count = len(response.accounts)
    print(f"\n{count} {'account' if count == 1 else 'accounts'}, request_id {printable(response.request_id)}")


def _table(accounts: list[Account]) -> Table:
    from rich.table import Table  # noqa: PLC0415 - see above
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in _COLUMNS:
        amount = name in _AMOUNTS
        table.add_column(name, justify="right" if amount else "left", no_wrap=amount, overflow="fold")
    for account in accounts:
        # What a bank calls an account is no markup, and may hold anything.
        table.add_row(*(Text(printable(cell)) for cell in _row(account)))
    return table


def _row(account: Account) -> list[str]:
    known = account.to_dict()
    balances = known["balances"]
    currency = balances.get("iso_currency_code") or balances.get("unofficial_currency_code")
    cells = {**known, **{name: balances.get(name) for name in _AMOUNTS}, "currency": currency}
    return [_cell(cells.get(name)) for name in _COLUMNS]


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value)
