"""Where and with what the figures were measured."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from plaid_accounts_contract.contract import Contract

_PACKAGES: Final = (
    "attrs", "datamodel-code-generator", "httpx", "msgspec", "openapi-python-client", "orjson", "plaid-python", "pydantic",
    "schemathesis",
)  # fmt: skip


def describe() -> dict[str, Any]:
    """Return the interpreter, the processor and the versions of everything measured."""
    return hardware() | {"packages": {name: metadata.version(name) for name in _PACKAGES}}


def hardware() -> dict[str, Any]:
    """Return the contract's version, the interpreter and the processor."""
    return {
        "contract": Contract.load().version,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
    }


def load() -> float | None:
    """Return how many processes wanted to run in the last minute, where the system tells."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())
