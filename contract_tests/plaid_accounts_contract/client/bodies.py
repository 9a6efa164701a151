"""Bodies that the contract allows, drawn once for all tests that change or count rather than shrink them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

from . import documents
from .documents import ERROR, SUCCESS
from .effort import scaled


def successes() -> list[Any]:
    """Return bodies of a 200, some with all that the contract names."""
    return copy.deepcopy(_drawn(SUCCESS))


def errors() -> list[Any]:
    """Return error bodies."""
    return copy.deepcopy(_drawn(ERROR))


def complete(name: str = SUCCESS) -> Any:
    """Return one body that has every property, no null and two items in every array."""
    return copy.deepcopy(_complete(name))


def examples() -> Iterator[tuple[int, Any]]:
    """Give the answers that stand as examples in the contract, with their statuses."""
    operation = documents.CONTRACT.operations[0]
    for status in operation.definition["responses"]:
        pointer = documents.CONTRACT.response(operation, int(status))
        assert pointer is not None
        for example in documents.CONTRACT.at(pointer)["content"]["application/json"]["examples"].values():
            yield int(status), copy.deepcopy(example["value"])


def forget() -> None:
    """Draw anew when next asked."""
    _drawn.cache_clear()
    _complete.cache_clear()


@cache
def _drawn(name: str) -> list[Any]:
    return [*documents.sample(documents.bodies(name), scaled(16)), _complete(name)]


@cache
def _complete(name: str) -> Any:
    # The first that is drawn is the simplest, in which many properties hold the same.
    return documents.sample(documents.complete(name), 5)[-1]
