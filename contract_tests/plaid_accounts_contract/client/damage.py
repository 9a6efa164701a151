"""Valid bodies broken: one clause after the other, and at random."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Final

import attrs
from hypothesis import strategies

from plaid_accounts_contract.checks.messages import path_of
from plaid_accounts_contract.client import documents
from plaid_accounts_contract.client.documents import Node

CANARY: Final = "canary-value-7e21"
"""Stands in values that no message may repeat."""

NUMBER: Final = 918273645
OTHERS: Final[tuple[Any, ...]] = (
    None, True, False, NUMBER, -NUMBER, NUMBER + 0.5, f"{NUMBER}", "", CANARY, [], [CANARY], [None], {}, {CANARY: CANARY}
)  # fmt: skip
"""A value of each JSON type and more."""

_DATE_TIMES: Final = (
    "2026-01-02T03:04:05",
    "2026-01-02",
    "03:04:05Z",
    "2026-01-02 03:04:05Z",
    "20260102T030405Z",
    "2026-W01-5T03:04:05Z",
    "2026-01-02T03:04Z",
    "2026-01-02T03:04:05+0100",
    "2026-01-02T03:04:05+01",
    "2026-01-02T24:00:00Z",
    "2026-13-02T03:04:05Z",
    "2026-02-30T03:04:05Z",
    "2026-01-02T03:04:05+24:00",
    "2026-01-02T03:04:05.Z",
    " 2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05Z\n",
    "٢٠٢٦-01-02T03:04:05Z",
    "+2026-01-02T03:04:05Z",
)

_READ_AS: Final = {"date-time": "date-time", "date": "date", "uuid": "UUID"}


@attrs.frozen
class Place:
    """A value in a body, and the schemas of the contract that speak about it."""

    path: tuple[str | int, ...]
    schemas: tuple[Node, ...] = attrs.field(repr=False)

    @property
    def name(self) -> str:
        """The place as a message names it."""
        return path_of(self.path)

    @property
    def types(self) -> set[str]:
        """The JSON types that the contract allows here."""
        return {str(schema["type"]) for schema in self.schemas if "type" in schema}

    @property
    def form(self) -> str | None:
        """What a string here is read as, by the name that refusals give it: a date-time, a date or a UUID."""
        formats = {schema.get("format") for schema in self.schemas}
        return next((word for name, word in _READ_AS.items() if name in formats), None)

    @property
    def is_secret(self) -> bool:
        """Whether nothing may show what stands here."""
        return any(schema.get("format") == "password" for schema in self.schemas)

    @property
    def is_free_text(self) -> bool:
        """Whether any string may stand here, apart from its length."""
        formed = {"enum", "const", "format", "pattern"}
        return "string" in self.types and not any(formed & schema.keys() for schema in self.schemas)

    @property
    def is_open(self) -> bool:
        """Whether an object here may have properties that the contract does not name."""
        return not any(schema.get("additionalProperties") is False for schema in self.schemas)

    @property
    def enum(self) -> list[str]:
        """The listed values, if there are any."""
        return [value for schema in self.schemas for value in schema.get("enum", ())]


@attrs.frozen
class Broken:
    """A body with one place changed; `found` names the type that stands there now, `nothing` if it was dropped."""

    place: Place
    found: str
    body: Any = attrs.field(repr=False)


def places(name: str, body: Any) -> Iterator[Place]:
    """Give every place of a body that the contract describes; of an array, the array and its last item."""
    yield from _places([documents.schemas()[name]], body, ())


def breaks(name: str, body: Any) -> Iterator[Broken]:
    """Break the body at each place: dropped, null, of each other type, a date-time in each wrong form."""
    for place in places(name, body):
        if place.path and isinstance(place.path[-1], str):
            yield Broken(place, "nothing", without(body, place.path))
        for value in (*OTHERS, *(_DATE_TIMES if place.form == "date-time" else ())):
            yield Broken(place, word(value), changed(body, place.path, value))


def changed(body: Any, path: tuple[str | int, ...], value: object) -> Any:
    """Return a copy with another value at `path`."""
    if not path:
        return copy.deepcopy(value)
    copied = copy.deepcopy(body)
    at(copied, path[:-1])[path[-1]] = copy.deepcopy(value)
    return copied


def without(body: Any, path: tuple[str | int, ...]) -> Any:
    """Return a copy without the property or item at `path`."""
    copied = copy.deepcopy(body)
    del at(copied, path[:-1])[path[-1]]
    return copied


def at(body: Any, path: tuple[str | int, ...]) -> Any:
    """Return what stands at `path`."""
    for step in path:
        body = body[step]
    return body


def word(value: object) -> str:
    """Name the JSON type of a value."""
    names: dict[type, str] = {
        type(None): "null",
        bool: "boolean",
        int: "integer",
        float: "number",
        str: "string",
        list: "array",
    }
    return names.get(type(value), "object")


def any_json() -> strategies.SearchStrategy[Any]:
    """Return a strategy for JSON of any kind."""
    floats = strategies.floats(allow_nan=False, allow_infinity=False)
    leaves = strategies.none() | strategies.booleans() | strategies.integers() | floats | strategies.text(max_size=20)
    return strategies.recursive(
        leaves,
        lambda inner: (
            strategies.lists(inner, max_size=3) | strategies.dictionaries(strategies.text(), inner, max_size=3)
        ),
        max_leaves=5,
    )


def damaged(pool: list[Any]) -> strategies.SearchStrategy[Any]:
    """Return a strategy for bodies of the pool with up to three places dropped, replaced or moved."""
    return strategies.builds(_damage, strategies.sampled_from(pool), strategies.lists(_BLOWS, min_size=1, max_size=3))


@attrs.frozen
class _Blow:
    """Something done to a body: at one place, drop it, or put something there, or what stands at another place."""

    place: int
    kind: str
    other: int
    value: Any


_BLOWS: Final = strategies.builds(
    _Blow,
    strategies.integers(0, 10**6),
    strategies.sampled_from(("drop", "put", "move")),
    strategies.integers(0, 10**6),
    any_json(),
)


def _damage(body: Any, blows: list[_Blow]) -> Any:
    for blow in blows:
        everywhere = list(_paths(body, ()))
        path, other = everywhere[blow.place % len(everywhere)], everywhere[blow.other % len(everywhere)]
        if blow.kind == "drop" and path:
            body = without(body, path)
        else:
            body = changed(body, path, at(body, other) if blow.kind == "move" else blow.value)
    return body


def _places(schemas: list[Node], body: Any, path: tuple[str | int, ...]) -> Iterator[Place]:
    here = [inner for schema in schemas for inner in documents.alternatives(schema)]
    yield Place(path, tuple(here))
    if isinstance(body, dict):
        for name, value in body.items():
            inner = [schema["properties"][name] for schema in here if name in schema.get("properties", {})]
            if inner:
                yield from _places(inner, value, (*path, name))
    elif isinstance(body, list) and body:
        items = [schema["items"] for schema in here if schema.get("items")]
        if items:
            yield from _places(items, body[-1], (*path, len(body) - 1))


def _paths(body: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    yield path
    steps: Any = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for step, value in steps:
        yield from _paths(value, (*path, step))
