"""The command `export`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from plaid_accounts_contract.contract import Contract

_DESCRIPTION: Final = """\
Writes an operation as a workflow of one HTTP task, for an engine that spreads calls over many machines.

  simworkflow  values come from the workflow's input (${$.access_token}); the client_id and secret come from saved
               credentials that send the headers PLAID-CLIENT-ID and PLAID-SECRET: --credentials is their id
  conductor    values come from ${workflow.input.access_token}; the client_id and secret from the cluster's secrets
               plaid_client_id and plaid_secret

The file never holds a secret. Timeouts and retries are those of plaid_accounts.Client."""
_EPILOG: Final = """\
example: plaid-accounts-contract export http-task --engine conductor --include account_ids --output accounts.json
exit status: 0 written, 2 not written (the message says why)"""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `export http-task` to the commands."""
    exporting = commands.add_parser("export", help="write an operation as a task of a workflow engine")
    kinds = exporting.add_subparsers(required=True, metavar="KIND")
    parser = kinds.add_parser(
        "http-task",
        help="an HTTP task for SimWorkflow or Conductor",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--operation", metavar="ID", default="accountsGet", help="operationId (default: accountsGet)")
    parser.add_argument("--environment", default="sandbox", help="an environment of the contract (default: sandbox)")
    parser.add_argument("--base-url", metavar="URL", help="another address instead, such as that of a gateway")
    parser.add_argument("--engine", choices=("simworkflow", "conductor"), default="simworkflow")
    parser.add_argument(
        "--include", metavar="NAME", action="append", default=[],
        help="an optional value that the workflow's input supplies as well, such as account_ids; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--credentials", metavar="ID", help="id of SimWorkflow's saved credentials (default: plaid-ENV)"
    )
    parser.add_argument("--output", metavar="FILE", help="where to write (default: standard output)")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from plaid_accounts_contract.export.http_call import (  # noqa: PLC0415 - the client takes a moment to import
        ExportError,
        HttpCall,
    )
    from plaid_accounts_contract.export.task import write  # noqa: PLC0415

    try:
        call = HttpCall.of(
            Contract.load(), options.operation, options.environment, options.include, _address(options.base_url)
        )
        task = write(options.engine, call, options.credentials or f"plaid-{options.environment}")
        _deliver(json.dumps(task, indent=2) + "\n", options.output)
    except ExportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: cannot write {options.output}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


def _address(base_url: str | None) -> str | None:
    from plaid_accounts_contract.export.http_call import ExportError  # noqa: PLC0415

    if base_url is None:
        return None
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        msg = "--base-url is no base URL; write it like https://gateway.example:8443/plaid, without user or query"
        raise ExportError(msg)
    return base_url


def _deliver(text: str, output: str | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    # Written beside its place first: a full disk leaves what was there before.
    path = Path(output)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, "utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    print(f"written: {path}", file=sys.stderr)
