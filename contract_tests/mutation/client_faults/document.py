"""Edits of an OpenAPI document, and the roles of its schemas, which decide what an edit may break."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, Final

from plaid_accounts_contract.contract import Pointer, operations, reachable

Node = dict[str, Any]
Change = Callable[[Node], object]

SCHEMAS: Final[Pointer] = ("components", "schemas")
REQUEST: Final = "request"
RESPONSE: Final = "response"
WEBHOOK: Final = "webhook"

READING: Final = ("round-trip", "malformed-named", "annotation-holds", "unknown-enum-kept")
_WRITING: Final = ("wire-valid", "arguments-checked")
_RECEIVING: Final = ("webhook-genuine", "webhook-refused")


def at(pointer: Pointer, edit: Callable[[Any], object]) -> Change:
    """Edit the node at `pointer`."""
    return lambda document: edit(found(document, pointer))


def put(pointer: Pointer, value: object) -> Change:
    """Set the node at `pointer`."""
    return at(pointer[:-1], lambda parent: parent.__setitem__(pointer[-1], value))


def drop(*pointers: Pointer) -> Change:
    """Delete the node at each of `pointers`."""

    def change(document: Node) -> None:
        for pointer in pointers:
            del found(document, pointer[:-1])[pointer[-1]]

    return change


def rename(pointer: Pointer, name: str) -> Change:
    """Rename the key that ends `pointer`, and keep its position."""

    def change(parent: Node) -> None:
        items = [(name if key == pointer[-1] else key, value) for key, value in parent.items()]
        parent.clear()
        parent.update(items)

    return at(pointer[:-1], change)


def both(first: Change, second: Change) -> Change:
    """Make two changes, one after the other."""
    return lambda document: (first(document), second(document))


def drop_everywhere(keyword: str) -> Change:
    """Delete a keyword from every schema."""

    def change(node: Any) -> None:
        if isinstance(node, dict):
            node.pop(keyword, None)
        for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            change(inner)

    return at(SCHEMAS, change)


def found(document: Mapping[str, Any], pointer: Pointer) -> Any:
    """Return the node at `pointer`."""
    return reduce(lambda node, step: node[step], pointer, document)  # type: ignore[index]


def objects(document: Node) -> dict[str, Node]:
    """Return the schemas of objects by name."""
    return {name: schema for name, schema in found(document, SCHEMAS).items() if "properties" in schema}


def roles(document: Node) -> dict[str, set[str]]:
    """Return where each schema is used: in requests, responses, webhooks."""
    uses = [(REQUEST, operation.definition.get("requestBody")) for operation in operations(document)]
    uses += [(RESPONSE, operation.definition["responses"]) for operation in operations(document)]
    uses += [(WEBHOOK, webhook) for webhook in document.get("webhooks", {}).values()]
    reached = [(role, reachable(document, node)) for role, node in uses]
    return {
        name: {role for role, pointers in reached if (*SCHEMAS, name) in pointers} for name in found(document, SCHEMAS)
    }


def guarantees(
    of: set[str], reading: tuple[str, ...] = READING, writing: tuple[str, ...] = _WRITING
) -> tuple[str, ...]:
    """Return the guarantees that a change of a schema with the roles `of` may break."""
    read = reading if of & {RESPONSE, WEBHOOK} else ()
    received = _RECEIVING if reading and WEBHOOK in of else ()
    return tuple(dict.fromkeys((*read, *(writing if REQUEST in of else ()), *received, "surface")))
