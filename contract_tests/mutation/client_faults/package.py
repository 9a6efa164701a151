"""A client on disk that differs from the sound one in some files; the others are the sound one's, compiled already."""

from __future__ import annotations

import compileall
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

NAME: Final = "plaid_accounts"
_CACHE: Final = "__pycache__"

Sources = Mapping[str, str | None]
"""The text of files by their names in the package; None for one that is gone."""


def prepare(client: Path, folder: Path) -> Path:
    """Copy the package `client` into `folder` and compile it, so that no faulty client has to; return the copy."""
    copied = folder / NAME
    shutil.copytree(client, copied, ignore=shutil.ignore_patterns(_CACHE))
    compileall.compile_dir(copied, quiet=2)
    return copied


def build(sound: Path, changed: Sources, folder: Path) -> Path:
    """Write into `folder` a client with the `changed` files in place of those of `sound`; return the folder of the package.

    The other files are shared with the sound client, in their compiled form too.
    """
    package = folder / NAME
    for path in sorted(sound.rglob("*")):
        name = path.relative_to(sound)
        if path.is_dir():
            (package / name).mkdir(parents=True)
        elif _source_of(name) not in changed:
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            os.link(path, package / name)
    for place, text in changed.items():
        if text is not None:
            (package / place).parent.mkdir(parents=True, exist_ok=True)
            (package / place).write_text(text, "utf-8")
    return package


def differences(sound: Path, other: Path) -> Sources:
    """Return the files of the package `other` whose text is not that of `sound`."""
    ours, theirs = _texts(sound), _texts(other)
    return {name: theirs.get(name) for name in sorted(ours | theirs) if ours.get(name) != theirs.get(name)}


def _texts(package: Path) -> dict[str, str]:
    paths = (path for path in package.rglob("*") if path.is_file() and path.parent.name != _CACHE)
    return {path.relative_to(package).as_posix(): path.read_text("utf-8") for path in paths}


def _source_of(name: Path) -> str:
    if name.parent.name != _CACHE:
        return name.as_posix()
    return (name.parent.parent / f"{name.name.partition('.')[0]}.py").as_posix()
