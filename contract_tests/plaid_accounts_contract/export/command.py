"""The command `export http-task`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from plaid_accounts_contract.contract import Contract

ENGINES: Final = ("simworkflow", "conductor")
"""The engines whose formats are written; what writes them takes a moment to import."""
_DESCRIPTION: Final = """\
Write an operation as a workflow of one HTTP task, for an engine that distributes calls over many machines.

  simworkflow  values come from the workflow's input (${$.access_token}); the client_id and secret come from saved
               credentials that send the headers PLAID-CLIENT-ID and PLAID-SECRET: --credentials is their id
  conductor    values come from ${workflow.input.access_token}; the client_id and secret from the cluster's secrets
               plaid_client_id and plaid_secret, which Conductor OSS doesn't have: --credentials none

With --credentials none, a gateway at --base-url adds the client_id and secret.
The file never holds a secret. Timeouts and retries are those of plaid_accounts.Client."""
_EPILOG: Final = """\
example: plaid-accounts-contract export http-task --engine conductor --include account_ids --output accounts.json
exit status: 0 written, 2 not written (the message has the reason)"""


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
    parser.add_argument("--base-url", metavar="URL", help="send to another address, such as a gateway")
    parser.add_argument("--engine", choices=ENGINES, default="simworkflow")
    parser.add_argument(
        "--include", metavar="NAME", action="append", default=[],
        help="an optional value to take from the workflow's input, such as account_ids; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--credentials", metavar="ID", help="id of SimWorkflow's saved credentials (default: plaid-ENV), or none"
    )
    parser.add_argument("--owner-email", metavar="EMAIL", default="owner@example.com", help="required by Conductor")
    parser.add_argument("--output", metavar="FILE", help="the file to write (default: standard output)")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # The client takes a moment to import.
    from plaid_accounts_contract.export.formats import workflow  # noqa: PLC0415
    from plaid_accounts_contract.export.http_call import ExportError, HttpCall  # noqa: PLC0415

    if options.base_url is not None and not _is_base_url(options.base_url):
        example = "https://gateway.example:8443/plaid, without user or query"
        print(f"error: invalid --base-url: must be like {example}", file=sys.stderr)
        return 2
    try:
        call = HttpCall.of(Contract.load(), options.operation, options.environment, options.include, options.base_url)
        credentials = options.credentials or f"plaid-{options.environment}"
        task = workflow(options.engine, call, None if credentials == "none" else credentials, options.owner_email)
        _write(json.dumps(task, indent=2) + "\n", options.output)
    except ExportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: cannot write {options.output}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


def _is_base_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_plain = not (parts.username or parts.query or parts.fragment)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_plain


def _write(text: str, output: str | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    # Written to a temporary file first: a full disk leaves the old file.
    path = Path(output)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, "utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    print(f"written: {path}", file=sys.stderr)
