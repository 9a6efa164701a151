"""The command `judge`: checks recorded exchanges, prints the verdict and writes the reports."""

import argparse
import os
import sys
import time
from pathlib import Path

import attrs

from plaid_accounts_contract import reports
from plaid_accounts_contract.checks.messages import count
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reports import unknown
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.reports.terminal import Console
from plaid_accounts_contract.runner import known_failing
from plaid_accounts_contract.runner.judging import judge
from plaid_accounts_contract.runner.recordings import Recordings
from plaid_accounts_contract.settings import Settings, existing_file


def run(options: argparse.Namespace) -> int:
    """Check the recordings that `options` name and return the exit status.

    Raises:
        SettingsError: a file cannot be read.

    """
    begun, contract = time.monotonic(), Contract.load()
    settings = Settings.resolve(vars(options), os.environ)
    entries = (
        known_failing.load(existing_file(settings.known_failing, "--known-failing"), contract)
        if settings.known_failing
        else ()
    )
    recordings = Recordings(contract)
    recordings.read(options.files)
    settings = attrs.evolve(
        settings, base_url=count(len(recordings.exchanges), "recorded exchange", "recorded exchanges")
    )
    console = Console(sys.stdout, settings, contract)
    console.begin(settings)
    outcome = judge(recordings, settings, contract, entries)
    console.finish(outcome, time.monotonic() - begun)
    for reason, number in sorted(recordings.skipped.items()):
        print(f"skipped: {number} ({reason})")
    report = Report.of(outcome)
    for line in unknown.additions(contract, outcome.run.exchanges):
        print(f"unknown: {report.safe(line)}")
    if settings.report_dir:
        for path in reports.write(outcome, Path(settings.report_dir)):
            print(f"written: {path}")
    return outcome.exit_code
