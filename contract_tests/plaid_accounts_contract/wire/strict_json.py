"""JSON read strictly: everything that RFC 8259 forbids or that readers disagree about is named, not repaired."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs

TOO_DEEP: Final = "nested too deeply to read"
_BOM: Final = b"\xef\xbb\xbf"
# The contract needs six levels; validators give up somewhere beyond two hundred.
_DEEPEST: Final = 200


@attrs.frozen
class Parsed:
    """A reading of some bytes.

    `unreadable` says why the bytes are no JSON text (empty if they are); `problems` lists what a strict reader
    objects to though a lenient one may go on: a byte order mark, a name that occurs twice, NaN, a lone surrogate.
    """

    value: Any = None
    unreadable: str = ""
    problems: tuple[str, ...] = ()


def parse(data: bytes) -> Parsed:
    """Read `data` as one JSON text."""
    problems: list[str] = []
    if data.startswith(_BOM):
        problems.append("a byte order mark before the JSON text")
        data = data[len(_BOM) :]
    if not data.strip(b" \t\r\n"):
        return Parsed(unreadable="empty", problems=tuple(problems))
    try:
        text = data.decode("utf-8")
        value = _decoder(problems).decode(text)
    except RecursionError:
        return Parsed(unreadable=TOO_DEEP, problems=tuple(problems))
    except ValueError as error:
        return Parsed(unreadable=_reason(error), problems=tuple(problems))
    if text.count("[") + text.count("{") > _DEEPEST and _depth(value) > _DEEPEST:
        return Parsed(unreadable=TOO_DEEP, problems=tuple(problems))
    if "\\u" in text and _has_lone_surrogate(value):
        problems.append("a lone surrogate in a string")
    return Parsed(value, problems=tuple(dict.fromkeys(problems)))


def _reason(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 at byte {error.start}"
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at character {error.pos}"
    # CPython refuses to read an integer of more than 4300 digits.
    return f"not JSON: {error}"


def _decoder(problems: list[str]) -> json.JSONDecoder:
    def pairs(members: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        read = dict(members)
        if len(read) != len(members):
            names = [name for name, _ in members]
            twice = next(name for name in names if names.count(name) > 1)
            problems.append(f"the name {twice!r} occurs twice in one object")
        return read

    def constant(name: str) -> float:
        problems.append(f"{name}, which is not JSON")
        return float(name)

    return json.JSONDecoder(object_pairs_hook=pairs, parse_constant=constant)


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level := [member for entry in level for member in _members(entry)]:
        depth += 1
    return depth


def _members(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _has_lone_surrogate(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def encode(value: Any) -> bytes:
    """Return `value` as compact JSON in UTF-8; a lone surrogate stays escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii")
