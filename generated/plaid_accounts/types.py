"""Contains some shared types for properties"""

from enum import Enum, StrEnum
from typing import Any, Final, Generic, Literal, Self, TypeVar

import httpx


class Unset(Enum):
    """The type of `UNSET`. An enum, because its one member stays the same under copy, deepcopy and pickle."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET


class OpenEnum(StrEnum):
    """An enum that keeps strings it does not list: what the contract calls complete today may grow tomorrow.

    `AccountType("new")` is equal to "new", has it as `value` and is not `is_known`. Such members are not kept by the
    class: two of them are equal, not identical, and iterating over the class does not show them.
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


def redact(value: object) -> str:
    """The repr of a field that holds a secret."""
    return "UNSET" if value is UNSET else "'[redacted]'"


def make_on_demand(model: type, name: str) -> None:
    """Lets a slot that `from_dict` left empty be filled with a dictionary by the first access to it.

    Hardly any object has properties that the contract does not name; an empty dictionary in each would take a sixth of
    the memory of an account.
    """
    slot = vars(model)[name]

    def get(self: object) -> dict[str, Any]:
        try:
            value: dict[str, Any] = slot.__get__(self)
        except AttributeError:
            value = {}
            slot.__set__(self, value)
        return value

    setattr(model, name, property(get, slot.__set__, slot.__delete__, slot.__doc__))


T = TypeVar("T")


class Response(Generic[T]):
    """A successful answer: the model and what came with it."""

    __slots__ = ("content", "headers", "parsed", "request_id", "status_code")

    def __init__(self, *, status_code: int, headers: httpx.Headers, content: bytes, parsed: T) -> None:
        self.status_code = status_code
        """The HTTP status."""
        self.headers = headers
        """The headers, by name in any case."""
        self.content = content
        """The body as it came, decompressed."""
        self.parsed = parsed
        """The body as a model."""
        request_id = getattr(parsed, "request_id", None)
        self.request_id: str | None = request_id if isinstance(request_id, str) else None
        """The request_id of the body; give it to Plaid's support."""

    def __repr__(self) -> str:
        return f"Response(status_code={self.status_code}, request_id={self.request_id!r}, parsed={self.parsed!r})"


__all__ = ["UNSET", "OpenEnum", "Response", "Unset"]
