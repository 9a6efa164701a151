"""What the client costs where it is installed: the time to import it, and the size of its files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import plaid_accounts
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


def measure_imports(folder: Path, effort: Effort) -> Iterator[Measurement]:
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
        msg = f"python -c {program!r} failed"
        raise BenchmarkError(msg)
    return used.ru_utime + used.ru_stime


def measure_sizes(folder: Path, _effort: Effort) -> Iterator[Measurement]:
    """Measure the files installed, without compiled ones: of the package, and with everything that it requires."""
    # Of each peer: its own size if it is no distribution, and the distributions that it needs.
    measured: dict[str, tuple[int, tuple[str, ...]]] = {
        HTTPX: (0, (HTTPX,)),
        OURS["json"]: (_size(Path(plaid_accounts.__file__).parent), _required("plaid-accounts")),
        STOCK: (_size(folder / peers.STOCK), ("attrs", HTTPX, "python-dateutil")),
        PYDANTIC: ((folder / f"{peers.PYDANTIC}.py").stat().st_size, ("pydantic",)),
        PLAID: (0, (PLAID,)),
    }
    own = {name: [float(size or sum(map(_distribution_size, needed)))] for name, (size, needed) in measured.items()}
    total = {
        name: [float(size + sum(map(_distribution_size, _closure(needed))))]
        for name, (size, needed) in measured.items()
    }
    yield Measurement("size installed", "byte", HTTPX, own)
    yield Measurement("size installed with everything required", "byte", HTTPX, total)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc")


def _distribution_size(name: str) -> int:
    files = (Path(str(file.locate())) for file in metadata.files(name) or ())
    return sum(file.stat().st_size for file in files if file.suffix != ".pyc" and file.is_file())


def _closure(names: tuple[str, ...]) -> set[str]:
    """Return these distributions and everything that they require, without extras."""
    found: set[str] = set()
    waiting = [*names]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.add(name)
            waiting += _required(name)
    return found


def _required(name: str) -> tuple[str, ...]:
    requirements = map(Requirement, metadata.requires(name) or ())
    return tuple(one.name for one in requirements if one.marker is None or one.marker.evaluate({"extra": ""}))
