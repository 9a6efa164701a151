"""A fault as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import Final

from plaid_accounts_contract.reports.blocks import Block, Shown

Paint = Callable[[str, str], str]

WIDTH: Final = 118
_BODY_LINES: Final = 24
_MARGIN: Final = " " * 12


def plain(text: str, _style: str) -> str:
    """Return `text` without colour."""
    return text


def block_lines(block: Block, position: str = "", paint: Paint = plain, longest_curl: int = 0) -> Iterator[str]:
    """Yield a fault line by line; a curl command of more than `longest_curl` characters (0: any) is left out."""
    heading = [paint(block.word.upper(), block.word), paint(block.clause, "bold"), block.level]
    yield "  ".join([*heading, *([paint(f"({position})", "dim")] if position else [])])
    yield from wrapped(block.statement, "  ")
    for name, text in _named(block).items():
        if text:
            yield from wrapped(text, _MARGIN, f"  {name:<9} ")
    yield from _side("sent", block.sent, paint)
    yield from _side("answered", block.answered, paint)
    yield "  reproduce"
    too_long = 0 < longest_curl < len(block.curl)
    note = f"# a command of {len(block.curl)} characters; it stands in the reports that --report-dir writes"
    yield from (f"    {line}" for line in (note if too_long else block.curl).split("\n"))


def wrapped(text: str, indent: str, first: str | None = None) -> list[str]:
    """Break `text` into lines between words."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent if first is None else first, subsequent_indent=indent,
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip


def _named(block: Block) -> dict[str, str]:
    return {
        "place": block.place,
        "path": block.path or "the response as a whole",
        "got": block.got,
        "expected": block.expected,
        "seen": block.often,
        "beside": f"this exchange also breaks {', '.join(block.beside)}" if block.beside else "",
        "note": block.advice,
        "purpose": f"{block.purpose or 'not stated'} (exchange {block.number}, credentials: {block.mode})",
    }


def _side(name: str, shown: Shown, paint: Paint) -> Iterator[str]:
    yield f"  {name:<9} {shown.line}"
    yield from (f"{_MARGIN}{paint(header, 'dim')}" for header in shown.headers)
    lines = shown.body.split("\n")
    if shown.body:
        yield f"{_MARGIN}{paint(f'at {shown.path}:', 'dim')}" if shown.path else ""
        yield from (f"{_MARGIN}{line}" for line in lines[:_BODY_LINES])
    if len(lines) > _BODY_LINES:
        yield f"{_MARGIN}... {len(lines) - _BODY_LINES} more lines"
