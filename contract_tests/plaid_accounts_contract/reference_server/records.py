"""Turns the server's typed records into JSON objects, keeping `null` and "left out" apart."""

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Final, Literal, TypeAlias, cast

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
JsonObject: TypeAlias = dict[str, JsonValue]


class Absent(Enum):
    """The type of `ABSENT`."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
"""Stands for a property that an answer leaves out, where `None` stands for one that is null."""

AbsentType: TypeAlias = Literal[Absent.ABSENT]


def to_object(record: object) -> JsonObject:
    """Give a dataclass as a JSON object with a property for each field that is not `ABSENT`.

    Raises:
        TypeError: the record is no dataclass, or holds something that JSON has no form for.
    """
    if not is_dataclass(record):
        raise TypeError(f"{type(record).__name__} is no record")
    pairs = ((entry.name, getattr(record, entry.name)) for entry in fields(record))
    return {name: to_json(value) for name, value in pairs if value is not ABSENT}


def to_json(value: object) -> JsonValue:
    """Give a record, or one of its values, as JSON."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, tuple):
        return [to_json(member) for member in cast("tuple[object, ...]", value)]
    return to_object(value)
