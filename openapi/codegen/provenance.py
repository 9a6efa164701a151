"""What a client was generated from: no time and no path, so that the same input gives the same bytes."""

import hashlib
import json
import re
from importlib.metadata import version
from pathlib import Path

from failure import Failure

FILE = "provenance.json"
PACKAGE = "plaid_accounts"
# Another version of either writes another client.
TOOLS = ("openapi-python-client", "ruff")


def text(contract: Path, codegen: Path, tools: dict[str, str]) -> str:
    """Return the JSON text: sha256 of the contract, the configuration and each template, and the tools' versions."""
    inputs = [codegen / "config.yaml", *sorted((codegen / "templates").rglob("*.jinja"))]
    record = {
        "contract": {"openapi.yaml": digest(contract)},
        "codegen": {path.relative_to(codegen).as_posix(): digest(path) for path in inputs},
        "tools": tools,
    }
    return json.dumps(record, indent=2) + "\n"


def digest(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def installed_tools(requirements: Path) -> dict[str, str]:
    """Return name and version of generator and formatter."""
    pins = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", requirements.read_text(encoding="utf-8"), flags=re.MULTILINE))
    found = {name: version(name) for name in TOOLS}
    for name, got in found.items():
        if got != pins.get(name):
            pinned = f"{requirements.name} pins {pins.get(name, 'no version')}"
            message = f"{name} {got} is installed, {pinned}; another version writes another client. Run: make generate"
            raise Failure(message)
    return found
