"""Testers that run on Node: where they are installed, and at which version."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Final

HOME: Final = Path(__file__).resolve().parents[3] / ".bench" / "node"
"""Where `make bench-testers` installs them from package-lock.json beside this file."""


def version(package: str) -> str:
    """Return the version of an installed package."""
    return str(json.loads((_folder(package) / "package.json").read_bytes())["version"])


def program(package: str, file: str) -> list[str]:
    """Return the beginning of a command that runs a file of an installed package."""
    return [shutil.which("node") or "node", str(_folder(package) / file)]


def missing(package: str) -> str:
    """Return what has to be installed before `package` can be run; empty if nothing."""
    if shutil.which("node") is None:
        return "node not found"
    return "" if (_folder(package) / "package.json").exists() else f"{package} could not be installed from npm"


def file(package: str, name: str) -> Path:
    """Return the path of a file of an installed package."""
    return _folder(package) / name


def _folder(package: str) -> Path:
    return HOME / "node_modules" / package
