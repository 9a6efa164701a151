"""Files kept in `.compare/` from one comparison to the next, each named by the hash of what it is made from."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from compare.failure import Failure

ROOT: Final = Path(__file__).resolve().parents[2]
CACHE: Final = ROOT / ".compare"


def digest(*contents: bytes) -> str:
    """Return a name for contents: the beginning of their sha256."""
    # 16 digits keep paths readable; a collision by chance would take billions of contracts.
    return hashlib.sha256(b"\0".join(hashlib.sha256(content).digest() for content in contents)).hexdigest()[:16]


def document(text: str) -> Path:
    """Return the file that holds a document, so that places and clients can refer to it."""
    path = CACHE / "contracts" / f"{digest(text.encode())}.yaml"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    return path


def folder(section: str, name: str, fill: Callable[[Path], None]) -> Path:
    """Return a folder of the cache; `fill` makes it, at the path that it gets, if there is none yet.

    A folder appears complete or not at all. Another process may be faster, with the same result.

    Raises:
        Failure: the folder cannot be written, or `fill` raises it.

    """
    path = CACHE / section / name
    if path.is_dir():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as scratch:
        unfinished = Path(scratch, name)
        fill(unfinished)
        with contextlib.suppress(OSError):
            unfinished.rename(path)
    if not path.is_dir():
        raise Failure(f"cannot write {path}")
    return path
