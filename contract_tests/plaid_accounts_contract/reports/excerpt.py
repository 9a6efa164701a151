"""The part of a body that a failure is about: redacted, made safe to print, and short enough to read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from plaid_accounts_contract.redaction.printable import decoded, printable
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.wire.exchange import MISSING, Exchange

_STEP: Final = re.compile(r"\[(\d+)\]|\.?([^.\[]+)")
_SCANNED: Final = 64 * 1024
# More than a token takes with each of its characters escaped three times over.
_LONGEST_VALUE: Final = 1024
_CHARACTERS: Final = 1500
_LINES: Final = 24
_BEFORE: Final = 300
_LINE: Final = 160
_INLINE: Final = 130
# A unit of a few characters, many times in a row, says no more than once.
_REPEATED: Final = re.compile(r"(\S.{0,11}?)\1{24,}", re.DOTALL)


def body_text(body: bytes, redactor: Redactor) -> str:
    """Return the beginning of a body as text."""
    text = redactor.text(decoded(body[:_SCANNED]))
    # The end may be part of a value, which redaction does not find.
    text = text[:-_LONGEST_VALUE] if len(body) > _SCANNED else text
    text = _REPEATED.sub(_shortened, printable(text, lines=True))
    if len(text) <= _CHARACTERS:
        return text if len(body) <= _SCANNED else f"{text} ... ({len(body)} bytes in all)"
    return f"{text[:_CHARACTERS]} ... ({len(body)} bytes in all)"


def _shortened(found: re.Match[str]) -> str:
    unit = found.group(1)
    return f"{unit * 3}...({len(found.group()) // len(unit)} times {unit})..."


def around(exchange: Exchange, path: str, redactor: Redactor) -> tuple[str, str]:
    """Return what surrounds `path` in the response, with the path of what is shown.

    The line of the value itself begins with `>`. A body that holds a credential, or is not sound JSON, is shown as it
    came.
    """
    body = exchange.response.body[:_SCANNED]
    echoed = "" if path else _around_credential(body, redactor)
    if echoed or exchange.json is MISSING or (not path and exchange.parsed.problems):
        return "", echoed or body_text(exchange.response.body, redactor)
    steps = [int(index) if index else name for index, name in _STEP.findall(path)]
    value, depth = _deepest(exchange.json, steps)
    shown = steps[depth] if depth < len(steps) else None
    lines = redactor.text("\n".join(_pretty(value, shown))).split("\n")
    safe = [_cut(printable(line)) for line in lines]
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps[:depth]).lstrip(".")
    return place, "\n".join(safe if len(safe) <= _LINES else _near_mark(safe))


def _around_credential(body: bytes, redactor: Redactor) -> str:
    text = ""
    for piece in redactor.pieces(decoded(body)):
        text += str(piece)
        if not isinstance(piece, str) and piece.value.kind == "credential":
            return f"{'...' if len(text) > _BEFORE else ''}{printable(text[-_BEFORE:], lines=True)}..."
    return ""


def _deepest(value: Any, steps: list[str | int]) -> tuple[Any, int]:
    """Return the innermost object or array on the way to a value, and how many steps lead to it.

    A value that is an object is that itself: what is wrong with it is inside.
    """
    found, depth = value, 0
    for index, step in enumerate(steps, 1):
        try:
            value = value[step] if isinstance(value, Mapping) else value[int(step)]
        except (KeyError, IndexError, ValueError):
            break
        if isinstance(value, Mapping) or (isinstance(value, list) and index < len(steps)):
            found, depth = value, index
    return found, depth


def _pretty(value: Any, marked: str | int | None) -> Iterator[str]:
    """Write a container with one member to a line; what lies deeper stays short, save for the marked member."""
    if isinstance(value, Mapping):
        if marked is not None and marked not in value:
            yield f">   (no {json.dumps(marked, ensure_ascii=False)})"
        for name, member in value.items():
            yield from _member(f"{json.dumps(name, ensure_ascii=False)}: ", member, marked=name == marked)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _member(f"[{index}] ", member, marked=index == marked)
    else:
        yield f"    {_short(value)}"


def _member(label: str, value: Any, *, marked: bool) -> Iterator[str]:
    sign = ">" if marked else " "
    text = json.dumps(value, ensure_ascii=False) if marked else _short(value)
    yield f"{sign}   {label}{text[:20_000]}"


def _short(value: Any) -> str:
    """Write a value; a long object or array by its size alone."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= _INLINE or not isinstance(value, Mapping | list):
        return text
    if isinstance(value, Mapping):
        return f"{{...}} ({len(value)} {'property' if len(value) == 1 else 'properties'})"
    return f"[...] ({len(value)} {'entry' if len(value) == 1 else 'entries'})"


def _cut(line: str) -> str:
    return line if len(line) <= _LINE else f"{line[:_LINE]}..."


def _near_mark(lines: list[str]) -> list[str]:
    at = next((index for index, line in enumerate(lines) if line.startswith(">")), 0)
    begin = max(0, min(at - _LINES // 2, len(lines) - _LINES))
    shown = lines[begin : begin + _LINES]
    return [*(["    ..."] if begin else []), *shown, *(["    ..."] if begin + _LINES < len(lines) else [])]
