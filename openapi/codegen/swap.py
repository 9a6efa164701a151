"""Replace a folder completely or not at all, even if the writer is killed: the next one puts the old content back."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Generator
from pathlib import Path


@contextlib.contextmanager
def only_writer(target: Path) -> Generator[None]:
    """Lock out other writers of `target`, and remove what a killed one left beside it."""
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        _recover(target)
        yield
    finally:
        os.close(handle)


def replace(target: Path, source: Path) -> None:
    """Make `target` a copy of the folder `source`; call it under `only_writer`."""
    staged = _beside(target, "new")
    shutil.copytree(source, staged)
    if target.exists():
        target.rename(_beside(target, "old"))
    staged.rename(target)
    _recover(target)


def _beside(target: Path, role: str) -> Path:
    return target.with_name(f".{target.name}-{role}")


def _recover(target: Path) -> None:
    old = _beside(target, "old")
    if old.exists() and not target.exists():
        old.rename(target)
    for leftover in (old, _beside(target, "new")):
        if leftover.exists():
            shutil.rmtree(leftover)
