"""JSON and RFC 3339 timestamps read strictly: what readers disagree about is reported, never repaired."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import attrs

TOO_DEEP: Final = "nested too deeply to read"
_BOM: Final = b"\xef\xbb\xbf"
# From this size on, reading a body again takes longer than finding it among the last few.
_LARGE: Final = 2**14
# Chosen, not measured: a run alternates between few large bodies, and each one kept takes memory.
_REMEMBERED: Final = 4
_REQUEST_ID: Final = re.compile(rb'"request_id":\s?"([\w-]+)"')
_NOT_BRACKETS: Final = bytes(code for code in range(256) if code not in b"[]{}")
# The contract needs six levels; jsonschema-rs fails somewhere beyond two hundred.
_DEEPEST: Final = 200
_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
# Years that every reader can convert to seconds since 1970 and back.
_YEARS: Final = range(1970, 2200)


@attrs.frozen
class Parsed:
    """Bytes parsed as JSON.

    `unreadable` is the reason why the bytes are not JSON text, empty if they are; `problems` lists what a strict reader
    rejects and a lenient one may accept: a byte order mark, a duplicate name, NaN, a lone surrogate. `decodes` is whether
    the bytes are UTF-8, `wide` whether they are JSON in UTF-16 or UTF-32 instead. `met` counts how often each check was met
    by this body, and by any other that differs in its request_id alone.
    """

    value: Any = None
    unreadable: str = ""
    problems: tuple[str, ...] = ()
    decodes: bool = True
    wide: bool = False
    met: dict[object, int] = attrs.field(factory=dict, eq=False, repr=False)


def parse(data: bytes) -> Parsed:
    """Parse `data` as one JSON text."""
    if len(data) >= _LARGE and data.count(b'"request_id"') == 1 and (found := _REQUEST_ID.search(data)):
        # A response mostly repeats an earlier one, but for its request_id.
        alike = _remembered(data[: found.start(1)] + data[found.end(1) :])
        if isinstance(alike.value, dict) and alike.value.get("request_id") == "":
            return attrs.evolve(alike, value={**alike.value, "request_id": found[1].decode()})
    return _parse(data)


def _parse(data: bytes) -> Parsed:
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
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 at byte {error.start}"
        return Parsed(unreadable=reason, problems=tuple(problems), decodes=False, wide=_is_wide(data))
    except ValueError as error:
        # Any other is about an integer of more than 4300 digits, which CPython refuses to read.
        reason = f"{error.msg} at character {error.pos}" if isinstance(error, json.JSONDecodeError) else str(error)
        return Parsed(unreadable=f"not JSON: {reason}", problems=tuple(problems), wide=_is_wide(data))
    if not _is_shallow(data) and _depth(value) > _DEEPEST:
        return Parsed(unreadable=TOO_DEEP, problems=tuple(problems))
    if "\\u" in text and _has_lone_surrogate(value):
        problems.append("a lone surrogate in a string")
    return Parsed(value, problems=tuple(dict.fromkeys(problems)))


_remembered: Final = lru_cache(_REMEMBERED)(_parse)


def _is_wide(data: bytes) -> bool:
    try:
        # json.loads detects UTF-16 and UTF-32, with and without a byte order mark.
        return b"\0" in data[:4] and json.loads(data) is not None
    except (ValueError, RecursionError):
        return False


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


def _is_shallow(data: bytes) -> bool:
    """Whether brackets alone show that nothing is nested too deeply; those in strings may keep them from it."""
    brackets = data.translate(None, _NOT_BRACKETS)
    for _ in range(_DEEPEST // 2):  # Each turn removes two levels at most.
        if len(brackets) <= _DEEPEST:
            return True
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
    return False


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level := [
        member
        for entry in level
        for member in (entry.values() if isinstance(entry, dict) else entry)
        if isinstance(member, (dict, list))
    ]:
        depth += 1
    return depth + 1


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


def timestamp(text: Any) -> datetime | None:
    """Return the time of a date-time; None for what some readers reject: leap seconds, distant years, unusual forms."""
    if not isinstance(text, str) or not _TIMESTAMP.fullmatch(text) or int(text[:4]) not in _YEARS:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def comparable(value: Any) -> Any:
    """Return JSON with each date-time as seconds since 1970: the same time can be written in several ways."""
    if isinstance(value, dict):
        return {name: comparable(member) for name, member in value.items()}
    if isinstance(value, list):
        return [comparable(member) for member in value]
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else value
        return time.timestamp() if isinstance(time, datetime) else value
    except ValueError:
        return value
