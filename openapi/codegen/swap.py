"""Replace a folder atomically: readers find the old content or the new, even if the writer is killed."""

import contextlib
import ctypes
import fcntl
import os
import shutil
from collections.abc import Generator
from pathlib import Path

# Of Linux's fcntl.h and fs.h, for renameat2.
AT_FDCWD = -100
RENAME_EXCHANGE = 2


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
    if not target.exists():
        staged.rename(target)
    elif _exchange(staged, target):
        shutil.rmtree(staged)
    else:
        old = _beside(target, "old")
        target.rename(old)
        staged.rename(target)
        shutil.rmtree(old)


def _beside(target: Path, role: str) -> Path:
    return target.with_name(f".{target.name}-{role}")


def _recover(target: Path) -> None:
    old = _beside(target, "old")
    if old.exists() and not target.exists():
        old.rename(target)
    for leftover in (old, _beside(target, "new")):
        if leftover.exists():
            shutil.rmtree(leftover)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step where system and file system can; the standard library has no call for it."""
    with contextlib.suppress(OSError, AttributeError):
        rename = ctypes.CDLL(None).renameat2
        return bool(rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0)
    return False
