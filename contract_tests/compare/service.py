"""The typed service of the tests, checked against the clients of both contracts, as a user's own code would be."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

import attrs

from compare import clients
from compare.clients import CACHE
from compare.editions import CONSUMER, ROOT, Edition
from compare.failure import Failure

_NAME: Final = "consumer.py"


@attrs.frozen
class Fit:
    """Whether the service that was written for the old client fits the new one."""

    applies: bool
    """Whether it fits the old one, without which it can't say anything."""
    errors: tuple[str, ...]
    """What mypy says of it with the new client."""


def fit(old: Edition, new: Edition) -> Fit:
    """Check the service that belongs to the old contract, else the one of today, against both clients.

    Raises:
        Failure: mypy could not be run.

    """
    text = old.consumer or new.consumer or _standing()
    if text is None:
        return Fit(applies=False, errors=())
    if clients.same(old.folder, new.folder):
        return Fit(applies=True, errors=())
    if _errors(text, old.folder):
        return Fit(applies=False, errors=())
    return Fit(applies=True, errors=_errors(text, new.folder))


def _standing() -> str | None:
    path = ROOT / CONSUMER
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _errors(text: str, folder: Path) -> tuple[str, ...]:
    key = clients.digest(text.encode(), version("mypy").encode(), *clients.contents(folder))
    known = CACHE / "consumer" / f"{key}.txt"
    if not known.is_file():
        known.parent.mkdir(parents=True, exist_ok=True)
        said = "".join(f"{line}\n" for line in _check(text, folder))
        fresh = known.with_suffix(f".{os.getpid()}")
        fresh.write_text(said, encoding="utf-8")
        fresh.replace(known)
    return tuple(known.read_text(encoding="utf-8").splitlines())


def _check(text: str, folder: Path) -> list[str]:
    home = CACHE / "consumer" / str(os.getpid())
    home.mkdir(parents=True, exist_ok=True)
    source = home / _NAME
    source.write_text(text, encoding="utf-8")
    options = ["--strict", "--config-file=", "--follow-imports=silent", "--no-error-summary", "--no-color-output"]
    command = [sys.executable, "-m", "mypy", *options, f"--cache-dir={CACHE / 'mypy'}", str(source)]
    environment = os.environ | {"MYPYPATH": str(folder)}
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=home)
    finally:
        source.unlink()
        home.rmdir()
    if ended.returncode not in (0, 1):
        raise Failure(f"mypy could not check the typed service: {(ended.stderr or ended.stdout).strip()[-400:]}")
    return [re.sub(r"^.*?consumer\.py:", f"{_NAME}:", line) for line in ended.stdout.splitlines() if ": error:" in line]
