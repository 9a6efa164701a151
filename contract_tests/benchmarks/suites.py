"""The suite beside plain Schemathesis: wall-clock time per exchange with the reference server, start-up included."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.measuring import Effort, Measurement, run_module
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server import create_app, data, running

_SUITE: Final = "plaid-accounts-contract check"
_SCHEMATHESIS: Final = "schemathesis run"


def measure(_folder: Path, effort: Effort) -> Iterator[Measurement]:
    """Measure default runs in turns."""
    figures: dict[str, list[float]] = {_SUITE: [], _SCHEMATHESIS: []}
    with running(create_app()) as server:
        for _ in range(effort.suites):
            figures[_SUITE].append(_suite())
            figures[_SCHEMATHESIS].append(_schemathesis(server.url))
    yield Measurement("suite, time for one exchange", "second", _SCHEMATHESIS, figures)


def _suite() -> float:
    seconds, report = _timed("plaid_accounts_contract", "check", report="report.json")
    return seconds / int(report["exchanges"]["total"])


def _schemathesis(url: str) -> float:
    """Run it to the end: without knowing a token, it reports every request that was rejected."""
    keys = data.REFERENCE_CREDENTIALS
    headers = ["-H", f"PLAID-CLIENT-ID: {keys.client_id}", "-H", f"PLAID-SECRET: {keys.secret}"]
    options = ["--url", url, "--continue-on-failure", "--seed", "1", *headers, "--report", "json"]
    contract = str(Contract.load().path)
    seconds, report = _timed("schemathesis.cli", "run", contract, *options, report="*.json")
    return seconds / int(report["test_cases"]["generated"])


def _timed(module: str, *arguments: str, report: str) -> tuple[float, Any]:
    with TemporaryDirectory(prefix="plaid-accounts-") as folder:
        before = time.perf_counter()
        run_module(module, *arguments, "--report-dir", folder, cwd=Path(folder), statuses=(0, 1))
        seconds = time.perf_counter() - before
        (path,) = Path(folder).glob(report)
        return seconds, json.loads(path.read_bytes())
