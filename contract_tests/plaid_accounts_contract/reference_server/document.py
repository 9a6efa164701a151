"""The contract document as the server reads it: its operations, their requests and their responses.

An installed package has its own copy; a checkout uses the one in `openapi/`, so that an edit takes effect at the next
start.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs
import jsonschema_rs
import yaml

Document: TypeAlias = Mapping[str, Any]

_PACKAGED: Final = Path(__file__).parents[1] / "openapi.yaml"
_CHECKOUT: Final = Path(__file__).parents[3] / "openapi" / "openapi.yaml"
_METHODS: Final = ("get", "put", "post", "delete", "patch")
_JSON: Final = "application/json"


@attrs.frozen
class Operation:
    """One method of one path."""

    id: str
    path: str
    method: str
    definition: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def has_body(self) -> bool:
        """Whether its requests have a body."""
        return "requestBody" in self.definition

    @property
    def has_keys(self) -> bool:
        """Whether it takes keys."""
        return self.definition.get("security") != []


@cache
def own() -> Document:
    """Return the document that belongs to this package."""
    return read(_PACKAGED if _PACKAGED.exists() else _CHECKOUT)


def read(path: Path) -> Document:
    """Return the content of a YAML file that is an object."""
    with path.open("rb") as file:
        # libyaml reads the contract thirty times as fast; a platform without it still works.
        document: Document = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe
    return document


def operations(document: Document) -> Iterator[Operation]:
    """Yield every operation, in the order of the document."""
    for path, item in document["paths"].items():
        for method, definition in item.items():
            if method in _METHODS:
                yield Operation(definition["operationId"], path, method.upper(), definition)


def resolve(document: Document, node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow the references of a node; properties beside a reference override those of its target."""
    while "$ref" in node:
        found: Any = document
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = {**found, **{name: value for name, value in node.items() if name != "$ref"}}
    return node


def request_schema(document: Document, operation: Operation) -> Mapping[str, Any]:
    """Return the schema of an operation's JSON request; of any object for an operation without one."""
    body = resolve(document, operation.definition.get("requestBody", {}))
    schema: Mapping[str, Any] = body.get("content", {}).get(_JSON, {}).get("schema", {"type": "object"})
    return schema


def response(document: Document, operation: Operation, status: int) -> Mapping[str, Any]:
    """Return the schema and examples of a JSON response; empty if there is none."""
    found = resolve(document, operation.definition["responses"].get(str(status), {}))
    content: Mapping[str, Any] = found.get("content", {}).get(_JSON, {})
    return content


def validator(document: Document, schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """Return the validator of a schema in the document, which checks formats too."""
    return jsonschema_rs.Draft202012Validator(
        {**schema, "components": document.get("components", {})}, validate_formats=True
    )
