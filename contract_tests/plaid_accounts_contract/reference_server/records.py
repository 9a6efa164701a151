"""JSON objects made from attrs classes, with `null` and "left out" kept apart."""

from enum import Enum
from typing import Any, Final, Literal, TypeAlias, cast

import attrs

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
JsonObject: TypeAlias = dict[str, JsonValue]


@attrs.frozen
class File:
    """The content of a response that is no JSON."""

    media_type: str
    content: bytes


Content: TypeAlias = JsonObject | list[JsonValue] | File
"""The content of a 200; of an object without its request_id."""


class Absent(Enum):
    """The type of `ABSENT`."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
"""Marks a property that a response leaves out; `None` is a property that is null."""

AbsentType: TypeAlias = Literal[Absent.ABSENT]


def to_object(record: Any) -> JsonObject:
    """Return an attrs instance as a JSON object with a property for each field that is not `ABSENT`."""
    # Lists, as in parsed JSON, so that the two compare equal.
    return attrs.asdict(
        record,
        filter=lambda _, value: value is not ABSENT,
        value_serializer=lambda _, __, value: (
            list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value
        ),
    )
