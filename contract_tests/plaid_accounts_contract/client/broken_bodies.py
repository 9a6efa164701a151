"""Breaks valid bodies: one clause at a time, and at random."""

import copy
from collections.abc import Iterator
from typing import Any, Final

import attrs
from hypothesis import strategies

from plaid_accounts_contract.checks.messages import kind_of, path_of
from plaid_accounts_contract.client import documents
from plaid_accounts_contract.client.documents import Node

CANARY: Final = "canary-value-7e21"
"""Part of values that no message may repeat."""

NUMBER: Final = 918273645
OTHERS: Final[tuple[Any, ...]] = (
    None, True, False, NUMBER, -NUMBER, NUMBER + 0.5, f"{NUMBER}", "", CANARY, [], [CANARY], [None], {}, {CANARY: CANARY}
)  # fmt: skip
"""A value of each JSON type and more."""

_DATE_TIMES: Final = (
    "2026-01-02T03:04:05", "2026-01-02", "03:04:05Z", "2026-01-02 03:04:05Z", "20260102T030405Z",
    "2026-W01-5T03:04:05Z", "2026-01-02T03:04Z", "2026-01-02T03:04:05+0100", "2026-01-02T03:04:05+01",
    "2026-01-02T24:00:00Z", "2026-13-02T03:04:05Z", "2026-02-30T03:04:05Z", "2026-01-02T03:04:05+24:00",
    "2026-01-02T03:04:05.Z", " 2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z\n", "٢٠٢٦-01-02T03:04:05Z",
    "+2026-01-02T03:04:05Z",
)  # fmt: skip

_READ_AS: Final = {"date-time": "date-time", "date": "date", "uuid": "UUID"}


@attrs.frozen
class Place:
    """A value in a body, and the schemas of the contract for it."""

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
        """What a string here is decoded as, in the words of errors: a date-time, a date or a UUID."""
        formats = {schema.get("format") for schema in self.schemas}
        return next((word for name, word in _READ_AS.items() if name in formats), None)

    @property
    def is_secret(self) -> bool:
        """Whether the value here is a secret."""
        return any(schema.get("format") == "password" for schema in self.schemas)

    @property
    def is_free_text(self) -> bool:
        """Whether any string is allowed here, apart from its length."""
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
    """A body with one place changed; `found` is the JSON type there now, `nothing` if it was removed."""

    place: Place
    found: str
    body: Any = attrs.field(repr=False)


def places(name: str, body: Any) -> Iterator[Place]:
    """Yield every place of a body that the contract describes; of an array, the array and its last item."""
    yield from _places([documents.schemas()[name]], body, ())


def breaks(name: str, body: Any) -> Iterator[Broken]:
    """Break the body at each place: removed, null, of each other type, a date-time in each invalid form."""
    for place in places(name, body):
        if place.path and isinstance(place.path[-1], str):
            yield Broken(place, "nothing", without(body, place.path))
        for value in (*OTHERS, *(_DATE_TIMES if place.form == "date-time" else ())):
            yield Broken(place, kind_of(value), changed(body, place.path, value))


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
    """Return the value at `path`."""
    for step in path:
        body = body[step]
    return body


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


def corrupted(pool: list[Any]) -> strategies.SearchStrategy[Any]:
    """Return a strategy for bodies of the pool with up to three places removed, replaced or moved."""
    return strategies.builds(
        _corrupt, strategies.sampled_from(pool), strategies.lists(_CHANGES, min_size=1, max_size=3)
    )


@attrs.frozen
class _Change:
    """One change of a body: removes the value at a place, replaces it, or copies the value of another place there."""

    place: int
    kind: str
    other: int
    value: Any


_CHANGES: Final = strategies.builds(
    _Change,
    strategies.integers(0, 10**6),
    strategies.sampled_from(("drop", "put", "move")),
    strategies.integers(0, 10**6),
    any_json(),
)


def _corrupt(body: Any, changes: list[_Change]) -> Any:
    for change in changes:
        everywhere = list(_paths(body, ()))
        path, other = everywhere[change.place % len(everywhere)], everywhere[change.other % len(everywhere)]
        if change.kind == "drop" and path:
            body = without(body, path)
        else:
            body = changed(body, path, at(body, other) if change.kind == "move" else change.value)
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
