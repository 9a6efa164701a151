"""The table of faults: totals for each class, what survived, and every fault, as text, Markdown and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any, Final

import attrs

from mutation.runner.results import End, Result

_TOTALS: Final = ("class", "faults", "caught", "survived", "apart", "exchanges or tests (median)", "(most)", "seconds")
_APART: Final = (End.EQUIVALENT, End.REFUSED)
_CODE: Final = "code/"
_CODE_SHARE: Final = 0.95
"""The share of faults of the generated code that has to be caught; those of the contract are caught all."""


@attrs.frozen
class Entry:
    """A fault as the table has it: of a server or of a client.

    `equivalent` says why it breaks nothing, `accepted` why what it breaks is not looked for.
    """

    id: str
    kind: str
    statement: str
    breaks: str
    equivalent: str = ""
    accepted: str = ""


@attrs.frozen
class Table:
    """Results beside the faults that they are about, and what no fault breaks."""

    faults: Mapping[str, Entry]
    results: Mapping[str, Result]
    variations: Sequence[Result] = ()
    unbroken: Sequence[str] = ()

    @property
    def rows(self) -> Iterator[tuple[Entry, Result]]:
        """Yield every fault with its result."""
        return ((self.faults[name], result) for name, result in self.results.items())

    @property
    def live(self) -> Iterator[tuple[Entry, Result]]:
        """Yield the faults that break something, each with its result."""
        return ((fault, result) for fault, result in self.rows if result.end not in _APART and not fault.equivalent)

    @property
    def survivors(self) -> list[tuple[Entry, Result]]:
        """The faults that were not caught by the clause they name, and are not accepted."""
        return [(fault, result) for fault, result in self.live if result.end not in (End.CAUGHT, End.ACCEPTED)]

    @property
    def stale(self) -> list[tuple[Entry, Result]]:
        """The faults that are said to break nothing, or nothing that is looked for, and are caught."""
        excused = [(fault, result) for fault, result in self.rows if fault.equivalent or fault.accepted]
        return [(fault, result) for fault, result in excused if result.end not in (*_APART, End.ACCEPTED)]

    @property
    def apart(self) -> list[tuple[Entry, Result]]:
        """The faults that break nothing, and those of which no client comes."""
        return [(fault, result) for fault, result in self.rows if result.end in _APART]

    @property
    def accepted(self) -> list[tuple[Entry, Result]]:
        """The faults that survive, with the reason."""
        return [(fault, result) for fault, result in self.rows if result.end is End.ACCEPTED]

    @property
    def alarms(self) -> list[Result]:
        """The variations that were taken for faults."""
        return [result for result in self.variations if result.end is not End.QUIET]

    @property
    def code_share(self) -> float:
        """The share of faults of the generated code that was caught."""
        ends = [result.end for fault, result in self.live if fault.kind.startswith(_CODE)]
        return ends.count(End.CAUGHT) / len(ends) if ends else 1.0

    @property
    def sound(self) -> bool:
        """Whether all faults but those apart were caught, each clause is broken by one, and nothing raised an alarm."""
        wrong = (self.survivors, self.stale, self.unbroken, self.alarms)
        return not any(wrong) and self.code_share >= _CODE_SHARE

    def totals(self) -> list[Sequence[object]]:
        """Return a row for each class of faults, and one for all."""
        classes: dict[str, list[Result]] = {}
        for fault, result in self.rows:
            classes.setdefault(fault.kind, []).append(result)
        rows = [_total(kind, results) for kind, results in classes.items()]
        return [*rows, _total("all", [*self.results.values()])]

    def document(self) -> dict[str, Any]:
        """Return everything as JSON."""
        rows = [
            {"id": name, "class": fault.kind, "statement": fault.statement, "breaks": fault.breaks,
             "equivalent": fault.equivalent, "accepted": fault.accepted, **attrs.asdict(result)}
            for name, result in self.results.items() if (fault := self.faults[name])
        ]  # fmt: skip
        return {
            "faults": rows,
            "variations": [attrs.asdict(result) for result in self.variations],
            "unbroken": list(self.unbroken),
            "sound": self.sound,
        }

    def markdown(self) -> str:
        """Return everything as Markdown."""
        lines = ["# Faults", "", *_markdown(_TOTALS, self.totals()), ""]
        lines += [*self._remarks(), "", "| fault | breaks | end | first found | exchanges or tests | seconds |"]
        lines += ["|---|---|---|---|--:|--:|"]
        for name, result in self.results.items():
            fault = self.faults[name]
            end = result.end if result.end is End.CAUGHT else f"{result.end}: {_reason(fault, result)}"
            cells = (f"`{name}`: {fault.statement}", fault.breaks, end, result.first, result.exchange)
            lines.append(
                "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + f" | {result.seconds:.2f} |"
            )
        return "\n".join(lines) + "\n"

    def text(self) -> str:
        """Return the totals and what needs attention, for a terminal."""
        return "\n".join([*_columns([_TOTALS, *self.totals()]), "", *self._remarks()])

    def _remarks(self) -> Iterator[str]:
        for fault, result in self.survivors:
            yield f"{result.end}: {fault.id} [{fault.breaks}] {fault.statement} {result.detail}".rstrip()
        for result in self.alarms:
            yield f"{result.end}: {result.id} {result.detail}"
        for clause in self.unbroken:
            yield f"no fault breaks {clause}"
        for fault, result in self.stale:
            word = "equivalent" if fault.equivalent else "accepted"
            yield f"{result.end}, though {word}: {fault.id} {fault.equivalent or fault.accepted}"
        if self.code_share < _CODE_SHARE:
            yield f"only {self.code_share:.1%} of the faults of the code are caught, not {_CODE_SHARE:.0%}"
        for fault, result in (*self.accepted, *self.apart):
            yield f"{result.end}: {fault.id} {_reason(fault, result)}"
        ends = Counter(str(result.end) for result in self.variations)
        if ends:
            yield "variations: " + ", ".join(f"{number} {end}" for end, number in ends.items())


def _reason(fault: Entry, result: Result) -> str:
    return fault.equivalent or fault.accepted or result.detail


def _total(kind: str, results: list[Result]) -> Sequence[object]:
    live = [result for result in results if result.end not in _APART]
    caught = [result for result in live if result.end is End.CAUGHT]
    exchanges = [result.exchange for result in caught] or [0]
    seconds = sum(result.seconds for result in results)
    return (kind, len(live), len(caught), len(live) - len(caught), len(results) - len(live), round(median(exchanges)),
            max(exchanges), f"{seconds:.0f}")  # fmt: skip


def _columns(rows: Sequence[Sequence[object]]) -> Iterator[str]:
    widths = [max(len(str(row[index])) for row in rows) for index in range(len(rows[0]))]
    for row in rows:
        first, *others = (str(cell) for cell in row)
        yield "  ".join(
            [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
        )


def _markdown(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(map(str, head)) + " |"
    yield "|---" + "|--:" * (len(head) - 1) + "|"
    for row in rows:
        yield "| " + " | ".join(map(str, row)) + " |"
