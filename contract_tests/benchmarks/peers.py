"""Peers that are generated from the contract itself: the generator's stock client, pydantic models, msgspec structs."""

from __future__ import annotations

import copy
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from plaid_accounts_contract.contract import Contract

CLOSED: Final = "stock_closed"
OPEN: Final = "stock_open"
PYDANTIC: Final = "pydantic_closed"
PYDANTIC_OPEN: Final = "pydantic_open"
MSGSPEC: Final = "msgspec_models"
_MODEL_GENERATOR: Final = "datamodel_code_generator"


class PeerError(Exception):
    """A generator refused the contract; the message is what it said."""


def generate(folder: Path) -> None:
    """Write every peer that the installed generators can make into `folder`, as packages and modules to import.

    Raises:
        PeerError: a generator failed.

    """
    document = Contract.load().document
    closed = _write(folder / "contract.json", document)
    opened = _write(folder / "open.json", _open_enums(document))
    _stock(closed, folder / CLOSED)
    _stock(opened, folder / OPEN)
    if importlib.util.find_spec(_MODEL_GENERATOR):
        _models(closed, folder / f"{PYDANTIC}.py", "pydantic_v2.BaseModel")
        _models(opened, folder / f"{PYDANTIC_OPEN}.py", "pydantic_v2.BaseModel")
        # msgspec takes no union of an enum and a string.
        _models(closed, folder / f"{MSGSPEC}.py", "msgspec.Struct", "--enum-field-as-literal", "all")


def _stock(contract: Path, output: Path) -> None:
    """Run the generator of the client as it comes: its own templates, nothing configured but the package's name."""
    config = output.with_suffix(".yaml")
    config.write_text(f"package_name_override: {output.name}\npost_hooks: []\n", encoding="utf-8")
    options = ["--path", str(contract), "--output-path", str(output), "--meta", "none", "--config", str(config)]
    _run("openapi_python_client", "generate", "--fail-on-warning", *options)


def _models(contract: Path, output: Path, kind: str, *options: str) -> None:
    given = ["--input", str(contract), "--input-file-type", "openapi", "--output", str(output)]
    modern = ["--target-python-version", "3.11", "--use-standard-collections", "--use-union-operator"]
    _run(_MODEL_GENERATOR, *given, "--output-model-type", kind, *modern, "--disable-timestamp", *options)


def _run(module: str, *arguments: str) -> None:
    environment = os.environ | {"PYTHONUTF8": "1", "NO_COLOR": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        msg = f"{module} does not accept the contract:\n{ended.stderr or ended.stdout}"
        raise PeerError(msg)


def _write(path: Path, document: Mapping[str, Any]) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _open_enums(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the contract with every listed value open, the way that keeps unknown values in the stock client."""
    opened = copy.deepcopy(dict(document))
    schemas: dict[str, Any] = opened["components"]["schemas"]
    enums = {f"#/components/schemas/{name}" for name, schema in schemas.items() if "enum" in schema}
    for schema in schemas.values():
        for node in schema.get("properties", {}).values():
            _open(node, enums)
    return opened


def _open(node: dict[str, Any], enums: set[str]) -> None:
    if node.get("$ref") in enums:
        node["anyOf"] = [{"$ref": node.pop("$ref")}, {"type": "string"}]
    elif any(choice.get("$ref") in enums for choice in node.get("oneOf", ())):
        kept = [choice for choice in node.pop("oneOf") if "const" not in choice]
        node["anyOf"] = [*kept, {"type": "string"}]
    elif node.get("type") == "array":
        _open(node["items"], enums)
