"""What the schemas of the contract are for, and so which guarantees a change of one may break."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mutation.client_faults.generation import Node

REQUEST: Final = "request"
ANSWER: Final = "answer"
WEBHOOK: Final = "webhook"

READING: Final = ("round-trip", "malformed-named", "annotation-holds", "unknown-enum-kept")
WRITING: Final = ("wire-valid", "arguments-checked")
TAKING: Final = ("webhook-genuine", "webhook-refused")
SUITE_ALONE: Final = "the client holds types; this clause is for the suite to hold servers to"


def schemas(document: Node) -> dict[str, Node]:
    """Return the schemas of the contract by name."""
    found: dict[str, Node] = document["components"]["schemas"]
    return found


def objects(document: Node) -> dict[str, Node]:
    """Return the schemas of objects."""
    return {name: schema for name, schema in schemas(document).items() if "properties" in schema}


def operations(document: Node) -> Iterator[tuple[str, str, Node]]:
    """Give path, method and definition of each operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if isinstance(operation, dict) and "responses" in operation:
                yield path, method, operation


def roles(document: Node) -> dict[str, set[str]]:
    """Tell of each schema where it stands: in requests, in answers, in webhooks."""
    found: dict[str, set[str]] = {name: set() for name in schemas(document)}
    for _, _, operation in operations(document):
        for name in _named(operation.get("requestBody", {}), document):
            found[name].add(REQUEST)
        for name in _named(operation["responses"], document):
            found[name].add(ANSWER)
    for webhook in document.get("webhooks", {}).values():
        for name in _named(webhook, document):
            found[name].add(WEBHOOK)
    return found


def _named(node: object, document: Node, seen: frozenset[str] = frozenset()) -> set[str]:
    """Return the names of the schemas that `node` leads to."""
    found: set[str] = set()
    for reference in _references(node):
        kind, name = reference.split("/")[-2:]
        if reference not in seen:
            found |= {name} if kind == "schemas" else set()
            found |= _named(document["components"][kind][name], document, seen | {reference})
    return found


def _references(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for key, inner in node.items():
            # Words for the reader, not schemas.
            if key not in ("example", "examples", "default", "description"):
                yield from _references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _references(inner)


def guarantees(
    kinds: set[str], *, reading: tuple[str, ...] = READING, writing: tuple[str, ...] = WRITING
) -> tuple[str, ...]:
    """Return the guarantees that a change of a schema of these roles may break."""
    read = reading if kinds & {ANSWER, WEBHOOK} else ()
    taken = TAKING if reading and WEBHOOK in kinds else ()
    chosen = (*read, *(writing if REQUEST in kinds else ()), *taken, "surface")
    return tuple(dict.fromkeys(chosen))


def resolved(schema: Node, document: Node) -> Node:
    """Follow the reference of a schema."""
    return schemas(document)[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def is_null(schema: Mapping[str, Any]) -> bool:
    """Tell whether a schema allows null and nothing else."""
    return schema.get("type") == "null"
