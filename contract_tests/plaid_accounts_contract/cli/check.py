"""The command `check`: settings in, verdict and reports out."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TextIO

from plaid_accounts_contract import reports
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reports.terminal import Console
from plaid_accounts_contract.runner import known_failing, operations, time_estimate
from plaid_accounts_contract.runner.preflight import Inconclusive
from plaid_accounts_contract.runner.runner import run_checks
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.settings import Settings, existing_file

NOT_JUDGED = 2


def check(settings: Settings, contract: Contract, stream: TextIO) -> int:
    """Check the server that `settings` name, write the verdict to `stream`, and return the exit status.

    Raises:
        SettingsError: a file that the settings name is not there or cannot be read.

    """
    begun = time.monotonic()
    operations.check_names(settings, contract)
    entries = (
        known_failing.load(existing_file(settings.known_failing, "--known-failing"), contract)
        if settings.known_failing
        else ()
    )
    console = Console(stream, settings, contract)
    if settings.report_dir:
        reports.prepare(Path(settings.report_dir))
    console.begin(settings)
    if settings.rate_limit and not settings.replay:
        others = sum(operations.is_selected(operation, settings) for operation in contract.additional_operations)
        print(f"  {time_estimate.expected(settings, others)}", file=stream, flush=True)
    try:
        outcome = run_checks(settings, contract, console.progress, entries)
    except Inconclusive as error:
        print(console.unjudged(str(error)), file=sys.stderr)
        return NOT_JUDGED
    console.finish(outcome, time.monotonic() - begun)
    return max(outcome.exit_code, _report(outcome, settings, stream))


def _report(outcome: Outcome, settings: Settings, stream: TextIO) -> int:
    if not settings.report_dir:
        return 0
    try:
        written = reports.write(outcome, Path(settings.report_dir))
    except reports.Leak as error:
        print(f"error: {error}", file=sys.stderr)
        return NOT_JUDGED
    for path in written:
        print(f"written: {path}", file=stream)
    return 0
