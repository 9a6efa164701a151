"""Importing: the CPU time of a fresh process that imports a client."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks import peers
from benchmarks.decoding import OURS, PLAID, PYDANTIC, STOCK
from benchmarks.measuring import BenchmarkError, Effort, Measurement

HTTPX: Final = "httpx"
_READY: Final = "import plaid_accounts.api.accounts.accounts_get, plaid_accounts.models, httpx_retries"
_PROGRAMS: Final = {
    HTTPX: "import httpx",
    OURS["json"]: "from plaid_accounts import Client",
    f"{OURS['json']}, ready to call": f"from plaid_accounts import Client; {_READY}",
    f"{STOCK}, ready to call": f"from {peers.STOCK} import Client; import {peers.STOCK}.api.accounts.accounts_get",
    f"{PYDANTIC}, only models": f"import {peers.PYDANTIC}",
    f"{PLAID}, ready to call": "from plaid.api import plaid_api",
}


def measure(folder: Path, effort: Effort) -> Iterator[Measurement]:
    """Measure the CPU time of a fresh process that imports and exits, less that of one that imports nothing."""
    figures: dict[str, list[float]] = {name: [] for name in _PROGRAMS}
    for program in _PROGRAMS.values():
        _cpu_time(program, folder)  # Compiles what has never been imported.
    for _ in range(effort.processes):
        empty = _cpu_time("pass", folder)
        for name, program in _PROGRAMS.items():
            figures[name].append(_cpu_time(program, folder) - empty)
    yield Measurement("importing in a fresh process, CPU time", "second", HTTPX, figures)


def _cpu_time(program: str, folder: Path) -> float:
    environment = os.environ | {"PYTHONPATH": str(folder)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    _, status, used = os.wait4(os.posix_spawn(sys.executable, [sys.executable, "-c", program], environment), 0)
    if status != 0:
        raise BenchmarkError(f"python -c {program!r} failed")
    return used.ru_utime + used.ru_stime
