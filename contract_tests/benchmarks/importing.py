"""Import time: CPU time of a fresh process that imports and ends, less that of one that imports nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks import peers, rounds
from benchmarks.engines import PLAID, PYDANTIC, STOCK
from benchmarks.table import Table

HTTPX: Final = "import httpx"
OURS: Final = "from plaid_accounts import Client"
OURS_READY: Final = "plaid_accounts, what a call needs"
_NOTHING: Final = "pass"
_READY: Final = "import plaid_accounts.api.accounts.accounts_get, plaid_accounts.models, httpx_retries"
_PROGRAMS: Final = {
    HTTPX: "import httpx",
    OURS: "from plaid_accounts import Client",
    OURS_READY: f"from plaid_accounts import Client; {_READY}",
    STOCK: f"from {peers.CLOSED} import Client; import {peers.CLOSED}.api.accounts.accounts_get",
    f"{PYDANTIC}, models alone": f"import {peers.PYDANTIC}",
    "import plaid": "import plaid",
    f"{PLAID}, what a call needs": "from plaid.api import plaid_api",
}


def measure(folder: Path, effort: rounds.Effort, progress: Callable[[str], None]) -> Table:
    """Return CPU time of imports; generated peers are in `folder`."""
    figures: dict[str, list[float]] = {name: [] for name in _PROGRAMS}
    for program in _PROGRAMS.values():
        _cpu(program, folder)  # Compiles what was never imported.
    for turn in range(effort.processes):
        progress(f"importing: {turn + 1} of {effort.processes}")
        nothing = _cpu(_NOTHING, folder)
        for name, program in _PROGRAMS.items():
            figures[name].append(_cpu(program, folder) - nothing)
    title = "Import in a fresh process, CPU time above that of an empty program"
    return Table("importing", title, "ms", 1e-3, HTTPX, {"import": figures})


def _cpu(program: str, folder: Path) -> float:
    environment = os.environ | {"PYTHONPATH": str(folder)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", program], environment)
    _, status, used = os.wait4(child, 0)
    if status != 0:
        msg = f"python -c {program!r} failed"
        raise RuntimeError(msg)
    return used.ru_utime + used.ru_stime
