"""The command `check`: runs the checks, prints the verdict and writes the reports."""

import math
import sys
import time
from pathlib import Path
from typing import Final, TextIO

import attrs

from plaid_accounts_contract import reports
from plaid_accounts_contract.cli import NO_VERDICT
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reports.terminal import Console
from plaid_accounts_contract.runner import known_failing, operations
from plaid_accounts_contract.runner.preflight import Inconclusive
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.runner import run_checks
from plaid_accounts_contract.settings import Settings

# Hand-written requests per mode, with and without --quick, counted on the reference server; other servers differ little.
_WRITTEN: Final = {True: 210, False: 780}
_WRITTEN_PER_ADDITIONAL: Final = {True: 57, False: 265}


def check(settings: Settings, contract: Contract, stream: TextIO) -> int:
    """Check the server of `settings`, write verdict and reports, and return the exit status."""
    begun = time.monotonic()
    operations.check_names(settings, contract)
    entries = known_failing.load(settings, contract)
    console = Console(stream, settings, contract)
    if settings.report_dir:
        reports.prepare(Path(settings.report_dir))
    console.begin(settings)

    def listen(run: Run) -> None:
        if len(run.exchanges) == 1 and settings.rate_limit and not settings.replay:
            # Only the preflight shows which modes the target takes.
            others = sum(operations.is_selected(operation, settings) for operation in contract.additional_operations)
            estimate = _time_estimate(attrs.evolve(settings, modes=run.modes), others)
            print(f"  {estimate}", file=stream, flush=True)
        console.progress(run)

    try:
        outcome = run_checks(settings, contract, listen, entries)
    except Inconclusive as error:
        print(console.inconclusive(str(error)), file=sys.stderr)
        return NO_VERDICT
    console.finish(outcome, time.monotonic() - begun)
    try:
        written = reports.write(outcome, Path(settings.report_dir)) if settings.report_dir else []
    except reports.Leak as error:
        print(f"error: {error}", file=sys.stderr)
        return NO_VERDICT
    for path in written:
        print(f"written: {path}", file=stream)
    return outcome.exit_code


def _time_estimate(settings: Settings, additional: int) -> str:
    """Describe how long a run with `additional` operations takes at the rate limit of `settings`."""
    number = _requests(settings, additional)
    text = f"{number} requests at {settings.rate_limit} per minute take about {_minutes(settings, additional)}"
    quick = attrs.evolve(settings, quick=True)
    return text if settings.quick else f"{text} (--quick: {_minutes(quick, additional)})"


def _requests(settings: Settings, additional: int) -> int:
    others = additional * (_WRITTEN_PER_ADDITIONAL[settings.quick] + settings.generated_requests_of_additional)
    return len(settings.modes) * (_WRITTEN[settings.quick] + settings.generated_requests + others)


def _minutes(settings: Settings, additional: int) -> str:
    minutes = math.ceil(_requests(settings, additional) / settings.rate_limit)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
