"""Parameters of operations: another name, place, type or default; required or dropped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from mutation.client_faults.contract import reach
from mutation.client_faults.contract.changes import Pointer, drop, found, put
from mutation.client_faults.contract.operations import WIRE, Operation
from mutation.client_faults.fault import ClientFault
from mutation.client_faults.generation import Change, Node

_OTHER: Final[Node] = {"type": "integer", "default": 1}


def faults(document: Node) -> Iterator[ClientFault]:
    """Give every fault of every parameter, of one that is shared once for all its operations."""
    seen: set[Pointer] = set()
    for path, method, definition in reach.operations(document):
        operation = Operation(document, path, method, definition)
        for index, parameter in enumerate(definition.get("parameters", ())):
            own = (*operation.pointer, "parameters", index)
            place = tuple(parameter["$ref"].removeprefix("#/").split("/")) if "$ref" in parameter else own
            schema = found(document, place)
            yield _fault(operation, schema, "dropped", "not", drop(own))
            if place not in seen:
                seen.add(place)
                yield from (_fault(operation, schema, *row) for row in _changes(schema, place))


def _changes(schema: Node, place: Pointer) -> Iterator[tuple[str, str, Change]]:
    required = schema.get("required", False)
    yield "named", "under another name", put((*place, "name"), f"{schema['name']}-X")
    yield "placed", "in the query", put((*place, "in"), "query")
    yield "required", "not required" if required else "required", put((*place, "required"), not required)
    yield "typed", "as an integer", put((*place, "schema"), _OTHER)
    if "default" in schema.get("schema", {}):
        yield "default", "without a default", drop((*place, "schema", "default"))
        yield "value", "with another default", put((*place, "schema", "default"), "2018-05-22")
    if "description" in schema:
        yield "described", "without a description", drop((*place, "description"))


def _fault(operation: Operation, schema: Any, deed: str, word: str, change: Change) -> ClientFault:
    name = schema["name"]
    return operation.fault("parameter", f"parameter-{name}-{deed}", f"has {name} {word}.", change, breaks=WIRE)
