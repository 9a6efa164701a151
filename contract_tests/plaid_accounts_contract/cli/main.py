"""The command `plaid-accounts-contract`."""

from __future__ import annotations

import argparse
import errno
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Final

import attrs

from plaid_accounts_contract import settings as settings_module
from plaid_accounts_contract.cli import BROKEN, NO_VERDICT, OK, try_request
from plaid_accounts_contract.cli.requirements import explain, list_requirements
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.export import command as export
from plaid_accounts_contract.settings import Settings, SettingsError

# The reader of the output has gone, or there is no room for it.
_OUTPUT_FAILS: Final = (errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

_DESCRIPTION: Final = """\
Check servers and the client of Plaid's POST /accounts/get against the contract."""
_CREDENTIALS: Final = """

Credentials come from the environment, never from the command line:
  CONTRACT_CLIENT_ID, CONTRACT_SECRET, CONTRACT_ACCESS_TOKEN
A gateway's own headers: CONTRACT_HEADERS, one to a line, or --header. They are shown in no report.
These enable more checks: CONTRACT_OTHER_ACCESS_TOKEN, CONTRACT_CLOSED_ACCOUNT_ID, CONTRACT_ERROR_TOKENS,
  CONTRACT_OTHER_CLIENT_ID with CONTRACT_OTHER_SECRET."""
_CHECK: Final = "Check a server clause by clause; without URL and --app, the embedded reference server." + _CREDENTIALS
_CLIENT: Final = (
    "Check that the installed client keeps its guarantees; --examples scales the number of generated cases."
)
_KEPT: Final = "exit status: 0 all guarantees kept, 1 a guarantee broken, 2 no verdict (the message says what to do)"
_BOTH: Final = f"""\
Check the installed client, then a server clause by clause; without URL and --app, the embedded reference server.\
{_CREDENTIALS}"""
_JUDGE: Final = """\
Check recorded exchanges and send nothing: HAR files, VCR cassettes (YAML or JSON), or JSON files with status and body.
List values, properties and codes that the contract does not know, with the lines to add to openapi.yaml."""
_EPILOG: Final = """\
exit status: 0 conforms, 1 violates the contract, 2 no verdict (the message says what to do)"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["serve"]:
        from plaid_accounts_contract.reference_page.command import main as serve  # noqa: PLC0415 - only to serve

        return serve(given[1:])  # argparse would not pass on its options.
    options = _parser().parse_args(given)
    options.given = given
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return _flushed(run(options))
    except SettingsError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail("interrupted; no verdict")
    except OSError as error:
        return _not_written(error)
    except Exception as error:  # noqa: BLE001 - an exit status of 1 would blame the server
        return _internal(error)


def _flushed(status: int) -> int:
    sys.stdout.flush()
    return status


def _not_written(error: OSError) -> int:
    if error.errno not in _OUTPUT_FAILS:
        return _internal(error)
    # Python would raise again as it flushes what is left.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return NO_VERDICT if error.errno == errno.EPIPE else _fail(f"cannot write the output: {error.strerror}")


def _internal(error: Exception) -> int:
    if isinstance(error, ModuleNotFoundError):
        return _fail(
            f'{error.name} is not installed; it comes with the extra check: pip install "plaid-accounts-contract[check]"'
        )
    # The exception's text may contain a secret, or anything that the server sent.
    traceback.print_tb(error.__traceback__)
    return _fail(f"internal error ({type(error).__name__}, above); no verdict. Please report it.")


def _fail(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return NO_VERDICT


def _check(options: argparse.Namespace) -> int:
    from plaid_accounts_contract.cli.check import check  # noqa: PLC0415 - takes a second to import

    contract = Contract.load()
    settings = Settings.resolve(vars(options), os.environ)
    if settings.app and settings.base_url:
        raise SettingsError("URL and --app cannot be combined")
    with _target(settings) as ready:
        return check(ready, contract, sys.stdout)


def _check_client(options: argparse.Namespace) -> int:
    from plaid_accounts_contract.cli.check_client import check_client  # noqa: PLC0415 - takes a second to import

    return check_client(Settings.resolve(vars(options), os.environ), sys.stdout)


def _judge(options: argparse.Namespace) -> int:
    from plaid_accounts_contract.cli.judge import run  # noqa: PLC0415 - takes a second to import

    return run(options)


def _contract(options: argparse.Namespace) -> int:
    settings = Settings.resolve(vars(options), os.environ)
    if settings.base_url or settings.app:
        # Its responses are timed, and its progress is shown.
        client = _check_client(options)
        print()
        return max(client, _check(options))
    encoding = sys.stdout.encoding or "utf-8"
    environment = os.environ | {"PYTHONIOENCODING": encoding} | ({"FORCE_COLOR": "1"} if sys.stdout.isatty() else {})
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "plaid_accounts_contract", "check", *options.given[1:]],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, encoding=encoding,
    ) as server:  # fmt: skip
        try:
            client = _check_client(options)
        except BaseException:
            server.kill()
            raise
        output, errors = server.communicate()
    print(f"\n{output}", end="")
    print(errors, end="", file=sys.stderr)
    return max(client, server.returncode if server.returncode in (OK, BROKEN) else NO_VERDICT)


@contextmanager
def _target(settings: Settings) -> Generator[Settings]:
    from plaid_accounts_contract.wire import base_url  # noqa: PLC0415 - httpx takes a while to import

    missing = settings.missing_credentials()
    if missing and (settings.base_url or settings.app):
        raise SettingsError(f"{', '.join(missing)} not set: the server needs its own credentials and a token")
    if settings.base_url:
        url = base_url.checked(settings.base_url, (operation.path for operation in Contract.load().operations))
        warning = base_url.warning(url)
        if warning:
            print(warning, file=sys.stderr)
        yield attrs.evolve(settings, base_url=url, cache_dir="")
        return
    from plaid_accounts_contract.runner import local_target  # noqa: PLC0415 - only when it is needed

    if settings.app:
        with local_target.application(settings.app) as url:
            yield attrs.evolve(settings, base_url=url, cache_dir="")
    else:
        with local_target.reference_server(settings) as ready:
            yield ready


def _requirements(options: argparse.Namespace) -> int:
    print(list_requirements(Contract.load(), as_json=options.json))
    return OK


def _explain(options: argparse.Namespace) -> int:
    try:
        print(explain(Contract.load(), options.id))
    except LookupError as error:
        return _fail(str(error.args[0]))
    return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="plaid-accounts-contract", description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("--version", action="version", version=Contract.load().version)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _server_command(commands, "check", _check, "check a server", _CHECK)
    client = commands.add_parser("check-client", help="check the installed client", description=_CLIENT, epilog=_KEPT)
    settings_module.add_options(client, only=("examples", "quick", "seed"))
    client.set_defaults(run=_check_client)
    _server_command(commands, "contract", _contract, "check the client, then a server", _BOTH)
    commands.add_parser("serve", help="run the reference server and its page (options: serve --help)", add_help=False)
    judging = commands.add_parser("judge", help="check recorded exchanges", description=_JUDGE, epilog=_EPILOG)
    judging.add_argument("files", nargs="+", metavar="FILE", help="a recording, or a folder of them")
    settings_module.add_options(judging, only=("level", "report_dir", "known_failing", "show_ids"))
    judging.set_defaults(run=_judge)
    try_request.add_command(commands)
    export.add_command(commands)
    listing = commands.add_parser(
        "requirements", help="list the requirements with ids, levels and places in the contract"
    )
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=_requirements)
    explaining = commands.add_parser("explain", help="describe a requirement and its source")
    explaining.add_argument("id", metavar="ID")
    explaining.set_defaults(run=_explain)
    return parser


def _server_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    summary: str,
    description: str,
) -> None:
    parser = commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("base_url", nargs="?", metavar="URL", help="base URL of the server [CONTRACT_BASE_URL]")
    settings_module.add_options(parser)
    parser.set_defaults(run=run)
