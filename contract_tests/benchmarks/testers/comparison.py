"""Who caught what, in what time, as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any, Final

import attrs

from benchmarks.testers.observations import Key
from benchmarks.testers.selection import family_of
from benchmarks.testers.tester import Tester
from benchmarks.testers.trial import CONFORMING, Observation
from benchmarks.testers.workers import AGAIN
from mutation.server_faults import Deviation, Fault

_FAMILIES: Final = ("meaning", "derived", "rare")
Row = tuple[str, ...]


@attrs.frozen
class Comparison:
    """Observations of some testers against the conforming server, some faults and some harmless variations.

    A tester catches a fault if it reports something that it reports of the conforming server in neither of two runs.
    """

    testers: Sequence[Tester]
    faults: Sequence[Fault]
    controls: Sequence[Deviation]
    observations: Mapping[Key, Observation]
    left_out: Mapping[str, str] = attrs.field(factory=dict)

    def complaints_of_conforming(self, tester: str) -> frozenset[str]:
        """Return all that a tester says against the conforming server."""
        names = (CONFORMING.id, CONFORMING.id + AGAIN)
        return frozenset(entry for name in names for entry in self._complaints(name, tester))

    def news(self, server: str, tester: str) -> list[str]:
        """Return what a tester says of a server and not of the conforming one."""
        usual = self.complaints_of_conforming(tester)
        return [entry for entry in self._complaints(server, tester) if entry not in usual]

    def catches(self, server: str, tester: str) -> bool:
        """Whether a tester notices a server."""
        return bool(self.news(server, tester))

    def broken(self) -> list[Observation]:
        """Return the runs that came to nothing."""
        return [entry for entry in self.observations.values() if entry.broken]

    def only_others(self) -> list[tuple[str, list[str]]]:
        """Return the faults that the first tester missed and others caught, with those."""
        first, *others = (tester.name for tester in self.testers)
        missed = [fault.id for fault in self.faults if not self.catches(fault.id, first)]
        found = ((name, [other for other in others if self.catches(name, other)]) for name in missed)
        return [(name, catching) for name, catching in found if catching]

    def by_class(self) -> Iterator[Row]:
        """Yield a row for each class: faults, and how many of them each tester caught."""
        for family in _FAMILIES:
            listed = [fault for fault in self.faults if family_of(fault) == family]
            for kind in dict.fromkeys(fault.kind for fault in listed):
                yield self._row(kind, [fault for fault in listed if fault.kind == kind])

    def totals(self) -> Iterator[Row]:
        """Yield a row for each family, and one for all faults."""
        for family in _FAMILIES:
            listed = [fault for fault in self.faults if family_of(fault) == family]
            if listed:
                yield self._row(f"all: {family}", listed)
        yield self._row("all", self.faults)

    def costs(self) -> Iterator[Row]:
        """Yield rows about each tester's alarms and time."""
        names = [tester.name for tester in self.testers]
        usual = (str(len(self.complaints_of_conforming(name))) for name in names)
        yield ("complaints about the conforming server", "", *usual)
        alarms = (sum(self.catches(control.id, name) for control in self.controls) for name in names)
        yield ("false alarms on harmless variations", str(len(self.controls)), *map(str, alarms))
        yield ("CPU seconds a fault (median)", "", *(self._median(name, "cpu") for name in names))
        yield ("wall seconds a fault (median)", "", *(self._median(name, "seconds") for name in names))

    @property
    def head(self) -> Row:
        """The names of the columns."""
        return ("class", "faults", *(tester.name for tester in self.testers))

    def text(self) -> str:
        """Return the table and what needs attention, for a terminal."""
        rows = [self.head, *self.by_class(), *self.totals(), *self.costs()]
        return "\n".join([*_columns(rows), "", *self._remarks()])

    def markdown(self) -> str:
        """Return everything as Markdown, each fault included."""
        lines = ["# Testers", "", *_table([self.head, *self.totals(), *self.costs()]), ""]
        lines += [f"- **{tester.name}** {tester.version}: {tester.configuration}" for tester in self.testers]
        lines += ["", *(f"- {remark}" for remark in self._remarks()), "", *_table([self.head, *self.by_class()]), ""]
        return "\n".join([*lines, *_table([("fault", *self.head[2:]), *self._each()])]) + "\n"

    def document(self) -> dict[str, Any]:
        """Return everything as JSON."""
        return {
            "testers": [
                {"name": tester.name, "version": tester.version, "configuration": tester.configuration}
                for tester in self.testers
            ],
            "left_out": dict(self.left_out),
            "faults": [
                {"id": fault.id, "class": fault.kind, "breaks": fault.breaks, "statement": fault.statement}
                | {"caught_by": self._catching(fault.id)}
                for fault in self.faults
            ],
            "controls": [{"id": entry.id, "alarmed": self._catching(entry.id)} for entry in self.controls],
            "observations": [attrs.asdict(entry) for entry in self.observations.values()],
        }

    def _catching(self, server: str) -> list[str]:
        return [tester.name for tester in self.testers if self.catches(server, tester.name)]

    def _complaints(self, server: str, tester: str) -> Sequence[str]:
        observed = self.observations.get((server, tester))
        return observed.complaints if observed else ()

    def _row(self, label: str, faults: Sequence[Fault]) -> Row:
        caught = (sum(self.catches(fault.id, tester.name) for fault in faults) for tester in self.testers)
        return (label, str(len(faults)), *map(str, caught))

    def _median(self, tester: str, field: str) -> str:
        seen = [getattr(entry, field) for (server, name), entry in self.observations.items()
                if name == tester and server in {fault.id for fault in self.faults} and not entry.broken]  # fmt: skip
        return f"{median(seen):.1f}" if seen else ""

    def _each(self) -> Iterator[Row]:
        for fault in self.faults:
            marks = ("caught" if self.catches(fault.id, tester.name) else "" for tester in self.testers)
            yield (f"`{fault.id}`: {fault.statement}".replace("|", "\\|"), *marks)

    def _remarks(self) -> Iterator[str]:
        for name, reason in self.left_out.items():
            yield f"left out: {name}: {reason}"
        for entry in self.broken():
            yield f"no result: {entry.tester}, {entry.server}: {entry.broken.splitlines()[0]}"
        for name, others in self.only_others():
            yield f"missed by {self.testers[0].name}, caught by {', '.join(others)}: {name}"


def _columns(rows: Sequence[Row]) -> Iterator[str]:
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    for first, *others in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join([first.ljust(widths[0]), *cells]).rstrip()


def _table(rows: Iterable[Row]) -> Iterator[str]:
    head, *others = rows
    yield f"| {' | '.join(head)} |"
    yield "|---" + "|--:" * (len(head) - 1) + "|"
    for row in others:
        yield f"| {' | '.join(row)} |"
