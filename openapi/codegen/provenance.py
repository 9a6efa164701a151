"""What a generated client was made from: no time and no place, so that the same input gives the same bytes."""

import hashlib
import json
from pathlib import Path

FILE = "provenance.json"


def text(contract: Path, codegen: Path, tools: dict[str, str]) -> str:
    """Returns the JSON text: sha256 of the contract, the configuration and each template, and the tools' versions."""
    inputs = [codegen / "config.yaml", *sorted((codegen / "templates").rglob("*.jinja"))]
    record = {
        "contract": {"openapi.yaml": digest(contract)},
        "codegen": {path.relative_to(codegen).as_posix(): digest(path) for path in inputs},
        "tools": tools,
    }
    return json.dumps(record, indent=2) + "\n"


def digest(path: Path) -> str:
    """Returns the sha256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
