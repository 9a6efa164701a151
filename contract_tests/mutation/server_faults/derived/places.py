"""Places in a JSON value: a path of names, with `[]` for each entry of an array."""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, Final, TypeAlias

Json: TypeAlias = Any
Path: TypeAlias = tuple[str, ...]

EACH: Final = "[]"


class Missing(Enum):
    """The type of `MISSING`."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
"""Stands for a value that is not there, where None is a value."""


def written(path: Path) -> str:
    """Write a path as findings do, positions left out: `accounts[].balances.available`."""
    return "".join(part if part == EACH else f".{part}" for part in path).removeprefix(".")


def read(value: Json, path: Path) -> Iterator[Json]:
    """Yield each value that stands at `path`, or `MISSING` where its parent is there and it is not."""
    if not path:
        yield value
    elif path[0] == EACH:
        for entry in value if isinstance(value, list) else []:
            yield from read(entry, path[1:])
    elif isinstance(value, dict):
        inner = value.get(path[0], MISSING)
        if inner is not MISSING or len(path) == 1:
            yield from read(inner, path[1:])


def edit(value: Json, path: Path, change: Callable[[Json], Json], *, create: bool = False) -> Json:
    """Give a copy of `value` in which what stands at `path` is changed, `MISSING` on either side for what is not there.

    With `create`, arrays and objects on the way that are not there are made.
    """
    if not path:
        return change(value)
    if path[0] == EACH:
        entries = value if isinstance(value, list) and value else [MISSING] if create else []
        changed = (edit(entry, path[1:], change, create=create) for entry in entries)
        return [entry for entry in changed if entry is not MISSING]
    if not isinstance(value, dict):
        if not create:
            return value
        value = {}
    rest = path[1:]
    inner = value.get(path[0], MISSING)
    if inner is MISSING and rest and not create:
        return value
    new = edit(inner, rest, change, create=create)
    kept = {name: old for name, old in value.items() if name != path[0]}
    if new is MISSING:
        return kept
    return {**value, path[0]: new}
