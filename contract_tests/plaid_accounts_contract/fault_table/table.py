"""The table of faults: totals for each class, what survived, and every fault, as text, Markdown and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any, Final

import attrs

from plaid_accounts_contract.fault_table.trial import End, Result
from plaid_accounts_contract.reference_server.faults import Fault

_TOTALS: Final = ("class", "faults", "caught", "survived", "exchanges (median)", "exchanges (most)", "seconds")


@attrs.frozen
class Table:
    """Results beside the faults that they are about, and what no fault breaks."""

    faults: Mapping[str, Fault]
    results: Mapping[str, Result]
    variations: Sequence[Result] = ()
    unbroken: Sequence[str] = ()

    @property
    def live(self) -> Iterator[tuple[Fault, Result]]:
        """Yield the faults that break something, each with its result."""
        return (
            (self.faults[name], result) for name, result in self.results.items() if not self.faults[name].equivalent
        )

    @property
    def survivors(self) -> list[tuple[Fault, Result]]:
        """The faults that were not caught by the clause they name."""
        return [(fault, result) for fault, result in self.live if result.end is not End.CAUGHT]

    @property
    def equivalent(self) -> list[tuple[Fault, Result]]:
        """The faults that are said to break nothing."""
        return [pair for pair in self._rows() if pair[0].equivalent]

    @property
    def alarms(self) -> list[Result]:
        """The variations that were taken for faults."""
        return [result for result in self.variations if result.end is not End.QUIET]

    @property
    def sound(self) -> bool:
        """Whether all faults but equivalent ones were caught, each clause is broken by one, and nothing raised an alarm."""
        apart = all(result.end is End.EQUIVALENT for _, result in self.equivalent)
        return apart and not self.survivors and not self.unbroken and not self.alarms

    def _rows(self) -> Iterator[tuple[Fault, Result]]:
        return ((self.faults[name], result) for name, result in self.results.items())

    def totals(self) -> list[Sequence[object]]:
        """Return a row for each class of faults, and one for all."""
        classes: dict[str, list[Result]] = {}
        for fault, result in self.live:
            classes.setdefault(fault.kind, []).append(result)
        rows = [_total(kind, results) for kind, results in classes.items()]
        return [*rows, _total("all", [result for results in classes.values() for result in results])]

    def document(self) -> dict[str, Any]:
        """Return everything as JSON."""
        rows = [
            {"id": name, "class": fault.kind, "statement": fault.statement, "breaks": fault.breaks,
             "equivalent": fault.equivalent, **attrs.asdict(result)}
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
        lines += [*self._remarks(), "", "| fault | breaks | end | first found | exchanges | seconds |"]
        lines += ["|---|---|---|---|--:|--:|"]
        for name, result in self.results.items():
            fault = self.faults[name]
            end = f"equivalent: {fault.equivalent}" if fault.equivalent else result.end
            cells = (f"`{name}`: {fault.statement}", f"`{fault.breaks}`", end, f"`{result.first}`", result.exchange)
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
        for fault, result in self.equivalent:
            stale = "" if result.end is End.EQUIVALENT else f"{result.end}, though "
            yield f"{stale}equivalent: {fault.id} {fault.equivalent}"
        ends = Counter(str(result.end) for result in self.variations)
        if ends:
            yield "variations: " + ", ".join(f"{number} {end}" for end, number in ends.items())


def _total(kind: str, results: list[Result]) -> Sequence[object]:
    caught = [result for result in results if result.end is End.CAUGHT]
    exchanges = [result.exchange for result in caught] or [0]
    seconds = sum(result.seconds for result in results)
    return (kind, len(results), len(caught), len(results) - len(caught), round(median(exchanges)), max(exchanges),
            f"{seconds:.0f}")  # fmt: skip


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
