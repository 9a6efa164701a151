"""The terminal output: settings, progress, violations, table and verdict."""

import os
import shutil
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TextIO

import attrs

from plaid_accounts_contract.checks.messages import count
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.reports.blocks import Block, Message
from plaid_accounts_contract.reports.excerpt import LINES
from plaid_accounts_contract.reports.report import Report, Section
from plaid_accounts_contract.reports.rows import Row
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.base_url import without_userinfo

Paint = Callable[[str, str], str]

# Chosen, not measured: just under 120 columns, the width of the code, which a wide terminal and a log of CI show.
_WIDTH: Final = 118
_MARGIN: Final = " " * 12
# More violations in full would push the verdict out of sight.
_FULL_BLOCKS: Final = 20
# Characters of a command that can still be copied from a terminal; only bodies of a stress test make longer ones.
_CURL_LENGTH: Final = 3000
# Seconds between two updates of the progress on a terminal, and in the log of a job.
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
    """Writes to one stream: colours and a progress line on a terminal, plain lines anywhere else."""

    stream: TextIO
    settings: Settings
    contract: Contract
    _tty: bool = attrs.field(init=False)
    _colour: bool = attrs.field(init=False)
    _shown_at: float = attrs.field(default=0.0, init=False)
    _drawn: bool = attrs.field(default=False, init=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Look at the stream, NO_COLOR and FORCE_COLOR."""
        self._tty = self.stream.isatty() and os.environ.get("TERM") != "dumb"
        self._colour = bool(self._tty or os.environ.get("FORCE_COLOR")) and not os.environ.get("NO_COLOR")

    def begin(self, settings: Settings) -> None:
        """Print the target and the effective settings."""
        self.settings = settings
        redactor = Redactor.of(self.contract, settings)
        plaid = self.contract.document["info"].get("x-plaid-version", "")
        self._print(f"contract {self.contract.version} (Plaid {plaid}) against {self._target()}")
        shown = [
            # A flag is shown by its name; a setting and its value stay on one line.
            name if value == "True" else f"{name}\0{redactor.safe(value)}".replace(" ", "\0")
            for name, value in settings.redacted().items()
            if name != "--base-url" and value not in ("", "False")
        ]
        for line in textwrap.wrap("  ".join(shown), _WIDTH - 2, break_on_hyphens=False):
            self._print("  " + line.replace("\0", " "))
        self._shown_at = time.monotonic()

    def progress(self, run: Run) -> None:
        """Print how far a run has come, at most every now and then; meant to be its listener."""
        with self._lock:
            now = time.monotonic()
            if now - self._shown_at < (_TICK if self._tty else _LOG_LINE_EVERY):
                return
            self._shown_at = now
            found = count(len(run.results.groups), "violation")
            phase = run.origin.partition("[")[0].removeprefix("test_").replace("_", " ")
            line = f"{len(run.exchanges)} exchanges, {found}: {phase}"
            if self._tty:
                width = shutil.get_terminal_size().columns - 1
                self._write(f"\r\x1b[K{self._encodable(line)[:width]}")
                self._drawn = True
            else:
                self._print(f"  {run.seconds:.0f} s: {line}")

    def finish(self, outcome: Outcome, seconds: float) -> None:
        """Print violations, table and verdict."""
        self._clear_progress()
        report = Report.of(outcome, seconds)
        text = "\n".join(self._lines(report))
        self._print(report.redactor.text(text) if report.redactor.leaks(text) else text)

    def inconclusive(self, reason: str) -> str:
        """Return the line that says why the target could not be judged; the reason may quote the target."""
        self._clear_progress()
        redactor = Redactor.of(self.contract, self.settings)
        return self._encodable(f"error: could not judge {self._target()}: {redactor.safe(reason)}")

    def _target(self) -> str:
        redactor = Redactor.of(self.contract, self.settings)
        url = without_userinfo(self.settings.base_url)
        return redactor.safe(url) or "the embedded reference server"

    def _lines(self, report: Report) -> Iterator[str]:
        yield ""
        for number, block in enumerate(report.blocks[:_FULL_BLOCKS], 1):
            yield from block_lines(block, f"{number} of {len(report.blocks)}", self._paint, _CURL_LENGTH)
            yield ""
        for block in report.blocks[_FULL_BLOCKS:]:
            yield f"{self._paint(f'{block.word:<13}', block.word)} {block.clause} {block.path} {block.frequency}"
        if report.blocks[_FULL_BLOCKS:]:
            yield "Violations in one line are abbreviated; --report-dir writes all of them in full.\n"
        yield from self._table(report.primary.rows)
        yield from ["", *_wrapped(f"seen: {report.primary.coverage.summary}", "  ")]
        for section in report.additional:
            yield from self._section(section)
        yield from (f"stale: {text}" for text in report.stale)
        yield ""
        for reason in report.reasons:
            lines = reason.split("\n")
            yield from _wrapped(reason, "  ") if len(lines) == 1 else (f"  {line}" for line in lines)
        if report.last_request:
            yield from ("  the last request:", *(f"    {line}" for line in report.last_request.split("\n")))
        verdict = str(report.outcome.verdict)
        yield f"{self._paint(verdict.upper(), verdict)}: {report.headline}"

    def _section(self, section: Section) -> Iterator[str]:
        """Yield the result of an additional operation in a few lines; only broken clauses are listed."""
        yield from ["", *_wrapped(f"{section.title} ({section.operation.id}): {section.summary}", "  ", "")]
        broken = [row for row in section.rows if row.failed]
        if broken:
            yield from self._table(broken)
        if not section.note:
            yield from _wrapped(f"seen: {section.coverage.summary}", "  ")

    def _table(self, table: Sequence[Row]) -> Iterator[str]:
        width = max(len(row.id) for row in table)
        yield f"{'clause':<{width}}  level   {'verdict':<13}  observed"
        for row in table:
            verdict = self._paint(f"{row.word:<13}", row.style)
            yield f"{row.id:<{width}}  {row.level:<6}  {verdict}  {row.observed:>8}  {row.remark}".rstrip()

    def _paint(self, text: str, colour: str) -> str:
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self._colour else text

    def _clear_progress(self) -> None:
        if self._drawn:
            self._write("\r\x1b[K")

    def _print(self, text: str) -> None:
        self._write(self._encodable(text) + "\n")

    def _encodable(self, text: str) -> str:
        """Return `text` with escapes for what the encoding of the stream lacks."""
        encoding = self.stream.encoding or "ascii"
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            return text.replace("\N{HORIZONTAL ELLIPSIS}", "...").encode(encoding, "backslashreplace").decode(encoding)
        return text

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def block_lines(
    block: Block, position: str = "", paint: Paint = lambda text, _: text, longest_curl: int = 0
) -> Iterator[str]:
    """Yield a violation line by line; a curl command of more than `longest_curl` characters (0: any) is left out."""
    heading = [paint(block.word.upper(), block.word), paint(block.clause, "bold"), block.level]
    yield "  ".join([*heading, *([paint(f"({position})", "dim")] if position else [])])
    yield from _wrapped(block.statement, "  ")
    fields = {
        "place": block.place,
        "path": block.path or "the whole response",
        "got": block.got,
        "expected": block.expected,
        "seen": block.frequency,
        "also": f"violates {', '.join(block.beside)}" if block.beside else "",
        "note": block.advice,
        "purpose": block.request,
    }
    for name, text in fields.items():
        if text:
            yield from _wrapped(text, _MARGIN, f"  {name:<9} ")
    yield from _message_lines("sent", block.sent, paint)
    yield from _message_lines("received", block.answered, paint)
    yield "  reproduce"
    too_long = 0 < longest_curl < len(block.curl)
    note = f"# a command of {len(block.curl)} characters: see the reports that --report-dir writes"
    yield from (f"    {line}" for line in (note if too_long else block.curl).split("\n"))


def _message_lines(name: str, message: Message, paint: Paint) -> Iterator[str]:
    yield f"  {name:<9} {message.line}"
    yield from (f"{_MARGIN}{paint(header, 'dim')}" for header in message.headers)
    lines = message.body.split("\n")
    if message.body:
        yield f"{_MARGIN}{paint(f'at {message.path}:', 'dim')}" if message.path else ""
        yield from (f"{_MARGIN}{line}" for line in lines[:LINES])
    if len(lines) > LINES:
        yield f"{_MARGIN}... {len(lines) - LINES} more lines"


def _wrapped(text: str, indent: str, first: str | None = None) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent if first is None else first, subsequent_indent=indent,
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip
