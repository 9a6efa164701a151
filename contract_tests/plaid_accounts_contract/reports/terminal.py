"""The verdict for a person at a terminal, or for the log of a job."""

from __future__ import annotations

import os
import shutil
import textwrap
import threading
import time
from collections.abc import Iterator
from typing import Final, TextIO

import attrs

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.coverage import Coverage
from plaid_accounts_contract.judgement import Outcome
from plaid_accounts_contract.redaction import Redactor
from plaid_accounts_contract.reports.blocks import Block, Shown, blocks
from plaid_accounts_contract.reports.headline import headline, settings_lines
from plaid_accounts_contract.reports.rows import Row, rows
from plaid_accounts_contract.run import Run
from plaid_accounts_contract.settings import Settings

_WIDTH: Final = 118
_FULL_BLOCKS: Final = 20
_LONGEST_CURL: Final = 3000
_BODY_LINES: Final = 24
_TICK: Final = 0.1
_LOG_LINE_EVERY: Final = 5.0
_COLOURS: Final = {
    "pass": "32",
    "fail": "31",
    "error": "33",
    "should": "33",
    "known failing": "33",
    "not observed": "36",
    "bold": "1",
    "dim": "2",
}


@attrs.define
class Console:
    """Writes to one stream: a line of progress and colours on a terminal, plain lines anywhere else."""

    stream: TextIO
    settings: Settings
    contract: Contract
    _tty: bool = attrs.field(init=False)
    _colour: bool = attrs.field(init=False)
    _shown_at: float = attrs.field(default=0.0, init=False)
    _drawn: bool = attrs.field(default=False, init=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Look at the stream and at NO_COLOR."""
        self._tty = self.stream.isatty() and os.environ.get("TERM") != "dumb"
        self._colour = self._tty and not os.environ.get("NO_COLOR")

    def begin(self, settings: Settings) -> None:
        """Say what is checked, and with which settings."""
        self.settings = settings
        redactor = Redactor.of(self.contract, settings)
        plaid = self.contract.document["info"].get("x-plaid-version", "")
        self._print(f"contract {self.contract.version} (Plaid {plaid}) against {settings_lines(settings, redactor)[0]}")
        for line in textwrap.wrap(
            "  ".join(settings_lines(settings, redactor)[1:]), _WIDTH - 2, break_on_hyphens=False
        ):
            self._print(f"  {line}")
        self._shown_at = time.monotonic()

    def progress(self, run: Run) -> None:
        """Say how far a run has come; meant to be its listener."""
        with self._lock:
            now = time.monotonic()
            if now - self._shown_at < (_TICK if self._tty else _LOG_LINE_EVERY):
                return
            self._shown_at = now
            found = len(run.ledger.groups)
            phase = run.origin.partition("[")[0].removeprefix("test_").replace("_", " ")
            line = f"{len(run.exchanges)} exchanges, {found} {'fault' if found == 1 else 'faults'}: {phase}"
            if self._tty:
                width = shutil.get_terminal_size().columns - 1
                self._write(f"\r\x1b[K{self._encodable(line)[:width]}")
                self._drawn = True
            else:
                self._print(f"  {run.seconds:.0f} s: {line}")

    def finish(self, outcome: Outcome, seconds: float) -> None:
        """Say what was found, what was seen, and the verdict."""
        if self._drawn:
            self._write("\r\x1b[K")
        run = outcome.run
        redactor = Redactor.of(run.contract, run.settings, run.subject)
        text = "\n".join(self._report(outcome, redactor, seconds))
        self._print(redactor.text(text) if redactor.leaks(text) else text)

    def _report(self, outcome: Outcome, redactor: Redactor, seconds: float) -> Iterator[str]:
        found = blocks(outcome, redactor)
        yield ""
        for number, block in enumerate(found[:_FULL_BLOCKS], 1):
            yield from self._block(block, f"{number} of {len(found)}")
        for block in found[_FULL_BLOCKS:]:
            yield f"{self._paint(f'{block.word:<13}', block.word)} {block.clause} {block.path} {block.often}"
        if found[_FULL_BLOCKS:]:
            yield "The last ones are shown in short; --report-dir writes all of them in full.\n"
        yield from self._table(rows(outcome))
        shares = Coverage.of(outcome.run.contract, outcome.run.operation, outcome.run.exchanges).shares
        yield from ["", *_wrapped("seen: " + ", ".join(f"{share} {name}" for name, share in shares.items()), "  ")]
        for entry in outcome.stale:
            yield f"stale: {entry.clause} {entry.path}".rstrip() + (
                f" no longer fails; take line {entry.line} out of {outcome.run.settings.known_failing}"
            )
        yield ""
        first, *rest = headline(outcome, redactor, seconds)
        yield f"{self._paint(str(outcome.verdict).upper(), str(outcome.verdict))}: {first}"
        for reason in rest:
            yield from _wrapped(reason, "  ")

    def _block(self, block: Block, position: str) -> Iterator[str]:
        yield (
            f"{self._paint(block.word.upper(), block.word)}  {self._paint(block.clause, 'bold')}  "
            f"{block.level}{self._paint(f'  ({position})', 'dim')}"
        )
        yield from _wrapped(block.statement, "  ")
        named = {
            "place": block.place,
            "path": block.path or "the response as a whole",
            "got": block.got,
            "expected": block.expected,
            "seen": block.often,
            "beside": f"this exchange also breaks {', '.join(block.beside)}" if block.beside else "",
            "note": block.advice,
            "purpose": f"{block.purpose or 'not stated'} (exchange {block.number}, credentials: {block.mode})",
        }
        for name, text in named.items():
            if text:
                yield from _wrapped(text, " " * 12, f"  {name:<9} ")
        yield from self._side("sent", block.sent)
        yield from self._side("answered", block.answered)
        yield "  reproduce"
        yield from _indented(_command(block.curl), 4)
        yield ""

    def _side(self, name: str, shown: Shown) -> Iterator[str]:
        yield f"  {name:<9} {shown.line}"
        yield from (f"{' ' * 12}{self._paint(header, 'dim')}" for header in shown.headers)
        lines = shown.body.split("\n")
        if shown.body:
            yield f"{' ' * 12}{self._paint(f'at {shown.path}:', 'dim')}" if shown.path else ""
            yield from (f"{' ' * 12}{line}" for line in lines[:_BODY_LINES])
        if len(lines) > _BODY_LINES:
            yield f"{' ' * 12}... {len(lines) - _BODY_LINES} more lines"

    def _table(self, table: list[Row]) -> Iterator[str]:
        width = max(len(row.id) for row in table)
        yield f"{'clause':<{width}}  level   {'verdict':<13}  observed"
        for row in table:
            verdict = self._paint(f"{row.word:<13}", "known failing" if row.known else str(row.verdict))
            failed = f"  {row.failed} broken" if row.failed else ""
            yield f"{row.id:<{width}}  {row.level:<6}  {verdict}  {row.observed:>8}{failed}"

    def _paint(self, text: str, colour: str) -> str:
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self._colour else text

    def _print(self, text: str) -> None:
        self._write(self._encodable(text) + "\n")

    def _encodable(self, text: str) -> str:
        """Return `text` as far as the stream can say it, the rest as escapes."""
        encoding = self.stream.encoding or "ascii"
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            return text.replace("\N{HORIZONTAL ELLIPSIS}", "...").encode(encoding, "backslashreplace").decode(encoding)
        return text

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def _wrapped(text: str, indent: str, first: str | None = None) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent if first is None else first, subsequent_indent=indent,
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip


def _command(curl: str) -> str:
    if len(curl) <= _LONGEST_CURL:
        return curl
    return f"# a command of {len(curl)} characters; it stands in the reports that --report-dir writes"


def _indented(text: str, width: int) -> Iterator[str]:
    return (f"{' ' * width}{line}" for line in text.split("\n"))
