"""Validators of the contract's schemas, read from the document itself, without any code of the suite."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
from ruamel.yaml import YAML

_PATH: Final = Path(__file__).parents[3] / "openapi" / "openapi.yaml"


@cache
def document() -> dict[str, Any]:
    """Return the contract as plain lists and dicts."""
    loaded: dict[str, Any] = YAML(typ="safe").load(_PATH)  # pyright: ignore[reportUnknownMemberType]
    return loaded


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    root = {"$ref": f"#/components/schemas/{schema}", "components": document()["components"]}
    return jsonschema_rs.Draft202012Validator(root, validate_formats=True)


def check(schema: str, value: object) -> None:
    """Fail with every violation of a component, each with its path."""
    found = [f"{list(error.instance_path)}: {error.message}" for error in _validator(schema).iter_errors(value)]
    assert not found, f"not a valid {schema}:\n" + "\n".join(found)


def enum(schema: str) -> set[str]:
    """Return the values that a component lists."""
    return set(document()["components"]["schemas"][schema]["enum"])


@cache
def error_codes() -> dict[str, tuple[str, int]]:
    """Return the type and the status of each error_code that the contract lists."""
    error = document()["components"]["schemas"]["PlaidError"]
    listed = error["properties"]["error_code"]["x-error-codes"]
    return {entry["code"]: (entry["type"], entry["status"]) for entry in listed}
