"""The command `check`: settings in, verdict and reports out."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TextIO

from plaid_accounts_contract import known_failing, reports
from plaid_accounts_contract.acquaintance import Unjudgeable
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.judgement import judge
from plaid_accounts_contract.reports.terminal import Console
from plaid_accounts_contract.settings import Settings, existing_file

NOT_JUDGED = 2


def check(settings: Settings, contract: Contract, stream: TextIO) -> int:
    """Check the server that `settings` name, write the verdict to `stream`, and return the exit status.

    Raises:
        SettingsError: a file that the settings name is not there or cannot be read.

    """
    begun = time.monotonic()
    entries = (
        known_failing.load(existing_file(settings.known_failing, "--known-failing"), contract)
        if settings.known_failing
        else ()
    )
    console = Console(stream, settings, contract)
    console.begin(settings)
    try:
        outcome = judge(settings, contract, console.progress, entries)
    except Unjudgeable as error:
        print(f"error: could not judge {settings.base_url}: {error}", file=sys.stderr)
        return NOT_JUDGED
    console.finish(outcome, time.monotonic() - begun)
    if settings.report_dir:
        for path in reports.write(outcome, Path(settings.report_dir)):
            print(f"written: {path}", file=stream)
    return outcome.exit_code
