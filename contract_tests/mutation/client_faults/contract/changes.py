"""Changes of a document, each at one place."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, Final

from mutation.client_faults.generation import Change, Node

Pointer = tuple[str | int, ...]
SCHEMAS: Final[Pointer] = ("components", "schemas")


def at(pointer: Pointer, deed: Callable[[Any], object]) -> Change:
    """Do something to what stands at `pointer`."""
    return lambda document: deed(found(document, pointer))


def put(pointer: Pointer, value: object) -> Change:
    """Let a value stand at `pointer`."""

    def change(document: Node) -> None:
        found(document, pointer[:-1])[pointer[-1]] = value

    return change


def drop(pointer: Pointer) -> Change:
    """Take away what stands at `pointer`."""

    def change(document: Node) -> None:
        del found(document, pointer[:-1])[pointer[-1]]

    return change


def rename(pointer: Pointer, name: str) -> Change:
    """Give another name to what stands at `pointer`, at the same place among its neighbours."""

    def change(document: Node) -> None:
        parent = found(document, pointer[:-1])
        items = [(name if key == pointer[-1] else key, value) for key, value in parent.items()]
        parent.clear()
        parent.update(items)

    return change


def both(first: Change, second: Change) -> Change:
    """Make two changes, one after the other."""

    def change(document: Node) -> None:
        first(document)
        second(document)

    return change


def found(document: Node, pointer: Pointer) -> Any:
    """Return what stands at `pointer`."""
    return reduce(lambda node, step: node[step], pointer, document)  # type: ignore[index]
