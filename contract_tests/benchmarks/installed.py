"""Size installed: the files of a package, and those of everything that it requires."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import plaid_accounts
from benchmarks import peers
from benchmarks.engines import PLAID, PYDANTIC, STOCK
from benchmarks.table import Table

OURS: Final = "plaid-accounts"
_HTTPX: Final = "httpx"
_REFERENCE: Final = _HTTPX


def measure(folder: Path, progress: Callable[[str], None]) -> Table:
    """Return the sizes of packages without compiled files; generated peers are in `folder`."""
    progress("size installed")
    own = {
        _HTTPX: _distribution(_HTTPX),
        OURS: _folder(Path(plaid_accounts.__file__).parent),
        STOCK: _folder(folder / peers.CLOSED),
        PYDANTIC: (folder / f"{peers.PYDANTIC}.py").stat().st_size,
        PLAID: _distribution(PLAID),
    }
    required = {
        _HTTPX: _closure(_HTTPX),
        OURS: _closure(OURS),
        STOCK: _closure("attrs", _HTTPX, "python-dateutil"),
        PYDANTIC: _closure("pydantic"),
        PLAID: _closure(PLAID),
    }
    columns = {
        "itself": {name: [float(size)] for name, size in own.items()},
        "with all it requires": {
            name: [float(own[name] + sum(map(_distribution, required[name] - {canonicalize_name(name)})))]
            for name in own
        },
    }
    return Table("installed", "Size installed", "kB", 1000, _REFERENCE, columns)


def _folder(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file() and file.suffix != ".pyc")


def _distribution(name: str) -> int:
    files = (Path(str(file.locate())) for file in metadata.files(name) or ())
    return sum(file.stat().st_size for file in files if file.suffix != ".pyc" and file.is_file())


def _closure(*names: str) -> set[str]:
    """Return the distributions that these require, and theirs, and so on, themselves included; no extras."""
    found: set[str] = set()
    waiting = [*names]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.add(name)
            waiting += _required(name)
    return found


def _required(name: str) -> Iterator[str]:
    for text in metadata.requires(name) or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name
