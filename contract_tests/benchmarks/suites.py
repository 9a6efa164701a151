"""The suite beside plain Schemathesis: exchanges with the reference server for each second that a run takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks import rounds
from benchmarks.table import Table
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server import data

SUITE: Final = "plaid-accounts-contract check"
SCHEMATHESIS: Final = "schemathesis run"


class SuiteError(Exception):
    """A run could not be measured; the message is what it said."""


def measure(effort: rounds.Effort, progress: Callable[[str], None]) -> Table:
    """Return how many exchanges a default run makes, and how many a second, start-up included."""
    exchanges: dict[str, list[float]] = {SUITE: [], SCHEMATHESIS: []}
    rates: dict[str, list[float]] = {SUITE: [], SCHEMATHESIS: []}
    with _reference_server() as url:
        for turn in range(effort.suites):
            for name, run in ((SUITE, _suite), (SCHEMATHESIS, partial(_schemathesis, url))):
                progress(f"{name}: run {turn + 1} of {effort.suites}")
                count, seconds = _timed(run)
                exchanges[name].append(count)
                rates[name].append(count / seconds)
    columns = {"in a run": exchanges, "a second": rates}
    return Table("suite", "The suite beside plain Schemathesis", "exchanges", 1, SCHEMATHESIS, columns)


def _timed(run: Callable[[Path], int]) -> tuple[int, float]:
    with tempfile.TemporaryDirectory(prefix="plaid-accounts-") as folder:
        before = time.perf_counter()
        count = run(Path(folder))
        return count, time.perf_counter() - before


def _suite(folder: Path) -> int:
    _run("plaid_accounts_contract", "check", "--report-dir", str(folder))
    return int(_only(folder, "report.json")["exchanges"]["total"])


def _schemathesis(url: str, folder: Path) -> int:
    """Run it as it comes, but through to the end: it finds requests refused for tokens that it can't know."""
    keys = data.REFERENCE_CREDENTIALS
    headers = ["-H", f"PLAID-CLIENT-ID: {keys.client_id}", "-H", f"PLAID-SECRET: {keys.secret}"]
    report = ["--report", "json", "--report-dir", str(folder)]
    contract = str(Contract.load().path)
    _run("schemathesis.cli", "run", contract, "--url", url, "--continue-on-failure", "--seed", "1", *headers, *report)
    return int(_only(folder, "*.json")["test_cases"]["generated"])


def _run(module: str, *arguments: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONTRACT_")}
    command = [sys.executable, "-m", module, *arguments]
    with tempfile.TemporaryDirectory(prefix="plaid-accounts-") as scratch:
        ended = subprocess.run(command, cwd=scratch, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode not in (0, 1):
        msg = f"{module} ended with status {ended.returncode}:\n{ended.stderr or ended.stdout}"
        raise SuiteError(msg)


def _only(folder: Path, pattern: str) -> Any:
    (path,) = folder.glob(pattern)
    return json.loads(path.read_bytes())


@contextmanager
def _reference_server() -> Generator[str]:
    """Run the reference server in a process of its own, for the run that does not bring one."""
    command = [sys.executable, "-m", "plaid_accounts_contract.reference_server", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().split()[-1]
        finally:
            server.terminate()
            server.communicate()
