"""The part of a body that a violation is about: redacted, printable and short enough to read."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from plaid_accounts_contract.checks.messages import count
from plaid_accounts_contract.redaction.printable import decoded, printable
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.wire.exchange import MISSING, Exchange

_STEP: Final = re.compile(r"\[(\d+)\]|\.?([^.\[]+)")
# Searching more of a body for secrets would make the report of a run with huge responses slow.
_SCANNED: Final = 64 * 1024
# More than a token takes with each of its characters escaped three times over.
_LONGEST_VALUE: Final = 1024
# About a screenful: what is shown of a body, its lines, one line, and a member other than the one concerned.
_CHARACTERS: Final = 1500
LINES: Final = 24
_LINE: Final = 160
_INLINE: Final = 130
# Characters shown before a credential that a response repeats.
_BEFORE: Final = 300


def body_text(body: bytes, redactor: Redactor) -> str:
    """Return the beginning of a body as text."""
    text = redactor.text(decoded(body[:_SCANNED]))
    # The end may be part of a value, which redaction does not find.
    text = printable(text[:-_LONGEST_VALUE] if len(body) > _SCANNED else text, lines=True)
    if len(text) <= _CHARACTERS and len(body) <= _SCANNED:
        return text
    return f"{text[:_CHARACTERS]} ... ({len(body)} bytes in all)"


def around(exchange: Exchange, path: str, redactor: Redactor) -> tuple[str, str]:
    """Return the path of the innermost container around `path` in the response, and that container as text.

    The line of the value itself begins with `>`. A body that repeats a credential, or is not valid JSON, is shown as
    it came.
    """
    body = exchange.response.body
    echo = "" if path else _around_credential(body[:_SCANNED], redactor)
    if echo or exchange.json is MISSING or (not path and exchange.parsed.problems):
        return "", echo or body_text(body, redactor)
    steps = [int(index) if index else name for index, name in _STEP.findall(path)]
    value, depth = _innermost(exchange.json, steps)
    marked = steps[depth] if depth < len(steps) else None
    lines = redactor.text("\n".join(_lines(value, marked))).split("\n")
    safe = [line if len(line) <= _LINE else f"{line[:_LINE]}..." for line in map(printable, lines)]
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps[:depth]).lstrip(".")
    return place, "\n".join(safe if len(safe) <= LINES else _near_mark(safe))


def _around_credential(body: bytes, redactor: Redactor) -> str:
    text = ""
    for piece in redactor.pieces(decoded(body)):
        text += str(piece)
        if not isinstance(piece, str) and piece.value.kind == "credential":
            return f"{'...' if len(text) > _BEFORE else ''}{printable(text[-_BEFORE:], lines=True)}..."
    return ""


def _innermost(value: Any, steps: list[str | int]) -> tuple[Any, int]:
    """Return the innermost object or array on the way to a value, and how many steps lead to it."""
    # For a value that is an object, this is the object itself: what is wrong with it is inside.
    found, depth = value, 0
    for index, step in enumerate(steps, 1):
        try:
            value = value[step] if isinstance(value, Mapping) else value[int(step)]
        except (KeyError, IndexError, ValueError):
            break
        if isinstance(value, Mapping) or (isinstance(value, list) and index < len(steps)):
            found, depth = value, index
    return found, depth


def _lines(value: Any, marked: str | int | None) -> Iterator[str]:
    """Yield a container with one member to a line, all but the marked one abbreviated."""
    if isinstance(value, Mapping):
        if marked is not None and marked not in value:
            yield f">   (no {json.dumps(marked, ensure_ascii=False)})"
        members = [(name, f"{json.dumps(name, ensure_ascii=False)}: ", member) for name, member in value.items()]
    elif isinstance(value, list):
        members = [(index, f"[{index}] ", member) for index, member in enumerate(value)]
    else:
        members = [(None, "", value)]
    for key, label, member in members:
        is_marked = marked is not None and key == marked
        text = json.dumps(member, ensure_ascii=False) if is_marked else _abbreviated(member)
        # A line is cut once its secrets are replaced; before, more of it is needed to find them.
        yield f"{'>' if is_marked else ' '}   {label}{text[:20_000]}"


def _abbreviated(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= _INLINE or not isinstance(value, Mapping | list):
        return text
    if isinstance(value, Mapping):
        return f"{{...}} ({count(len(value), 'property', 'properties')})"
    return f"[...] ({count(len(value), 'entry', 'entries')})"


def _near_mark(lines: list[str]) -> list[str]:
    at = next((index for index, line in enumerate(lines) if line.startswith(">")), 0)
    begin = max(0, min(at - LINES // 2, len(lines) - LINES))
    shown = lines[begin : begin + LINES]
    return [*(["    ..."] if begin else []), *shown, *(["    ..."] if begin + LINES < len(lines) else [])]
