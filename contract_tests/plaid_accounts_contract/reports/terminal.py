"""The verdict for a person at a terminal, or for the log of a job."""

from __future__ import annotations

import os
import shutil
import textwrap
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Final, TextIO

import attrs

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.redaction.printable import printable
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.reports.headline import headline, settings_lines, stale_entries
from plaid_accounts_contract.reports.report import Report, Section
from plaid_accounts_contract.reports.rows import Row
from plaid_accounts_contract.reports.text import WIDTH, block_lines, wrapped
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.settings import Settings

_FULL_BLOCKS: Final = 20
_LONGEST_CURL: Final = 3000
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
        # A setting and its value stay in one line.
        joined = "  ".join(setting.replace(" ", "\0") for setting in settings_lines(settings, redactor)[1:])
        for line in textwrap.wrap(joined, WIDTH - 2, break_on_hyphens=False):
            self._print("  " + line.replace("\0", " "))
        self._shown_at = time.monotonic()

    def progress(self, run: Run) -> None:
        """Say how far a run has come; meant to be its listener."""
        with self._lock:
            now = time.monotonic()
            if now - self._shown_at < (_TICK if self._tty else _LOG_LINE_EVERY):
                return
            self._shown_at = now
            found = len(run.results.groups)
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
        report = Report.of(outcome, seconds)
        text = "\n".join(self._lines(report))
        self._print(report.redactor.text(text) if report.redactor.leaks(text) else text)

    def unjudged(self, reason: str) -> str:
        """Return the line that says why nothing was judged; the reason may quote what the target said."""
        if self._drawn:
            self._write("\r\x1b[K")
        redactor = Redactor.of(self.contract, self.settings)
        target = settings_lines(self.settings, redactor)[0]
        return self._encodable(f"error: could not judge {target}: {printable(redactor.text(reason))}")

    def _lines(self, report: Report) -> Iterator[str]:
        yield ""
        for number, block in enumerate(report.blocks[:_FULL_BLOCKS], 1):
            yield from block_lines(block, f"{number} of {len(report.blocks)}", self._paint, _LONGEST_CURL)
            yield ""
        for block in report.blocks[_FULL_BLOCKS:]:
            yield f"{self._paint(f'{block.word:<13}', block.word)} {block.clause} {block.path} {block.often}"
        if report.blocks[_FULL_BLOCKS:]:
            yield "The last ones are shown in short; --report-dir writes all of them in full.\n"
        yield from self._table(report.rows)
        yield from ["", *wrapped(f"seen: {report.coverage.told}", "  ")]
        for section in report.additional:
            yield from self._section(section)
        yield from (f"stale: {text}" for text in stale_entries(report.outcome))
        yield ""
        first, *reasons = headline(report.outcome, report.redactor, report.seconds)
        for reason in reasons:
            yield from wrapped(reason, "  ")
        verdict = str(report.outcome.verdict)
        yield f"{self._paint(verdict.upper(), verdict)}: {first}"

    def _section(self, section: Section) -> Iterator[str]:
        """Say in a few lines what a further operation came to: only what is broken stands clause by clause."""
        yield from ["", *wrapped(f"{section.title} ({section.operation.id}): {section.told}", "  ", "")]
        broken = [row for row in section.rows if row.failed]
        if broken:
            yield from self._table(broken)
        if not section.note:
            yield from wrapped(f"seen: {section.coverage.told}", "  ")

    def _table(self, table: Sequence[Row]) -> Iterator[str]:
        width = max(len(row.id) for row in table)
        yield f"{'clause':<{width}}  level   {'verdict':<13}  observed"
        for row in table:
            verdict = self._paint(f"{row.word:<13}", row.style)
            remark = f"  {row.failed} broken" if row.failed else f"  {row.hint}" if row.hint else ""
            yield f"{row.id:<{width}}  {row.level:<6}  {verdict}  {row.observed:>8}{remark}"

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
