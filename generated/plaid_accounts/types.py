"""Contains some shared types for properties"""

from collections.abc import Sequence
from enum import Enum, StrEnum
from typing import Any, Final, Generic, Literal, NamedTuple, Self, TypeVar

import httpx

T = TypeVar("T")


class Unset(Enum):
    """The type of `UNSET`: an enum, because its one member stays identical under copy, deepcopy and pickle."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET


class OpenEnum(StrEnum):
    """An enum that accepts strings it does not list, because the contract's lists may grow.

    `AccountType("new")` equals "new", has it as `value`, and its `is_known` is False. The class does not store such members:
    two of them are equal, not identical, and iterating over the class does not include them.
    """

    @property
    def is_known(self) -> bool:
        """Whether the contract lists this value."""
        return self._value_ in type(self)._value2member_map_

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = str.__str__(value)
        return member

    def __reduce_ex__(self, proto: Any) -> tuple[type[Self], tuple[str]]:
        return type(self), (self.value,)

    def __repr__(self) -> str:
        return super().__repr__() if self.is_known else f"<{type(self).__name__}: {self.value!r}, unknown>"


def as_list(items: Sequence[T]) -> list[T]:
    """Return a sequence as a list; anything else unchanged, and a string too, for the checks of the request to reject."""
    given: Any = items
    is_sequence = isinstance(given, Sequence) and not isinstance(given, (str, bytes))
    unchecked: Any = items
    return list(items) if is_sequence else unchecked


def redact(value: object) -> str:
    """Return the repr of a field that holds a secret."""
    return "UNSET" if value is UNSET else "'[redacted]'"


class Deviation(NamedTuple):
    """A value of an optional property that contradicts the contract."""

    path: str
    """The path in the JSON, such as `accounts[3].holder_category`."""
    expected: str
    """What the contract allows."""
    found: str
    """The type found, never the value."""


class _Layout(NamedTuple):
    """The properties of a model by name, with the attributes and, of the optional ones, the slots."""

    needed: dict[str, str]
    optional: dict[str, str]
    slots: dict[str, Any]
    additional: Any


_layouts: dict[type, _Layout] = {}


def make_lenient(model: type, *, needed: dict[str, str], optional: dict[str, str]) -> None:
    """Let a model leave slots empty: that of an optional property with an invalid value, and that of additional properties.

    Hardly any object has properties that the contract does not name; an empty dictionary in each would take a sixth of
    the memory of an account. An empty slot of an optional property reads as UNSET; as soon as it is assigned, UNSET
    included, the invalid value kept for it is dropped.
    """
    layout = _Layout(
        needed,
        optional,
        {name: vars(model)[attribute] for name, attribute in optional.items()},
        vars(model)["additional_properties"],
    )
    _layouts[model] = layout
    attributes = frozenset(optional.values())

    def get(self: object) -> dict[str, Any]:
        try:
            value: dict[str, Any] = layout.additional.__get__(self)
        except AttributeError:
            value = {}
            layout.additional.__set__(self, value)
            return value
        if not layout.slots.keys().isdisjoint(value):
            for name in [name for name in value if name in layout.slots and _is_filled(layout.slots[name], self)]:
                del value[name]
        return value

    def absent(self: object, name: str) -> Any:
        if name in attributes:
            return UNSET
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    slot = layout.additional
    setattr(model, "_additional", slot)
    setattr(model, "additional_properties", property(get, slot.__set__, slot.__delete__, slot.__doc__))
    setattr(model, "__getattr__", absent)


def layout_of(value: object) -> _Layout | None:
    """Return the properties of a lenient model; None for anything else."""
    return next((_layouts[base] for base in type(value).__mro__ if base in _layouts), None)


def invalid_properties(value: object, layout: _Layout) -> list[str]:
    """Return the names of the optional properties of which an invalid value is kept."""
    try:
        kept = layout.additional.__get__(value)
    except AttributeError:
        return []
    return [name for name, slot in layout.slots.items() if name in kept and not _is_filled(slot, value)]


def _is_filled(slot: Any, value: object) -> bool:
    try:
        slot.__get__(value)
    except AttributeError:
        return False
    return True


def empty(value: object, name: str) -> None:
    """Mark the optional property of this name as one of which an invalid value is kept."""
    layout = layout_of(value)
    if layout is not None:
        layout.slots[name].__delete__(value)


def settle(value: object) -> None:
    """Keep invalid values passed to a constructor together with UNSET, as `attrs.evolve` does."""
    layout = layout_of(value)
    if layout is not None:
        for name in layout.slots.keys() & layout.additional.__get__(value).keys():
            if layout.slots[name].__get__(value) is UNSET:
                layout.slots[name].__delete__(value)


def state_of(value: object) -> dict[str, Any]:
    """Return what a copy or a pickle consists of: the slots that are not empty."""
    names = [name for base in type(value).__mro__ for name in getattr(base, "__slots__", ())]
    found = {
        name: vars(base)[name]
        for base in type(value).__mro__
        for name in getattr(base, "__slots__", ())
        if name in vars(base)
    }
    layout = layout_of(value)
    if layout is not None:
        found["additional_properties"] = layout.additional
    state = {name: found[name].__get__(value) for name in names if name in found and _is_filled(found[name], value)}
    return {**state, **getattr(value, "__dict__", {})}


def set_state(value: object, state: dict[str, Any]) -> None:
    """Restore a copy or a pickle."""
    for name, inner in state.items():
        object.__setattr__(value, name, inner)


class Attempt(NamedTuple):
    """One attempt of a call, as passed to `on_attempt`."""

    operation: str
    """The name of the method, without `_async`."""
    number: int
    """Counts from 1 within the call."""
    status_code: int | None
    """The HTTP status; None without a response."""
    seconds: float
    """How long the attempt took."""
    request_id: str | None
    """The request_id of the response, if it has one."""
    error_code: str | None
    """The error_code of the response, if it has one."""


class Response(Generic[T]):
    """A successful response: the model and what came with it."""

    __slots__ = ("content", "headers", "parsed", "request_id", "status_code")

    def __init__(self, *, status_code: int, headers: httpx.Headers, content: bytes, parsed: T) -> None:
        self.status_code = status_code
        """The HTTP status."""
        self.headers = headers
        """The headers, by name in any case."""
        self.content = content
        """The body as received, decompressed."""
        self.parsed = parsed
        """The body as a model."""
        request_id = getattr(parsed, "request_id", None)
        self.request_id: str | None = request_id if isinstance(request_id, str) else None
        """The request_id of the body, for Plaid's support."""

    def __repr__(self) -> str:
        return f"Response(status_code={self.status_code}, request_id={self.request_id!r}, parsed={self.parsed!r})"


__all__ = ["UNSET", "Attempt", "Deviation", "OpenEnum", "Response", "Unset"]
