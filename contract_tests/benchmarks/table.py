"""What was measured: figures by subject and column, compared within the rounds in which they were taken."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import attrs


@attrs.frozen
class Table:
    """One measurement. Figures divided by `scale` are in `unit`; there is one for each round."""

    name: str
    title: str
    unit: str
    scale: float
    reference: str
    figures: Mapping[str, Mapping[str, Sequence[float]]]
    """By column, then by subject."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.figures)

    @property
    def subjects(self) -> tuple[str, ...]:
        """The names of the rows."""
        return tuple(next(iter(self.figures.values())))

    def value(self, test_data: str, column: str) -> float:
        """Return the median of all rounds, in `unit`."""
        return statistics.median(self.figures[column][test_data]) / self.scale

    def ratio(self, test_data: str, column: str, reference: str | None = None) -> float:
        """Return the median of the ratios to `reference` in each round, by default the table's.

        What disturbs a round disturbs both of its figures.
        """
        figures = self.figures[column]
        pairs = zip(figures[test_data], figures[reference or self.reference], strict=True)
        return statistics.median(one / other for one, other in pairs)

    def document(self) -> dict[str, Any]:
        """Return the table as JSON."""
        rows = {
            test_data: {
                column: {
                    "value": _digits(self.value(test_data, column)),
                    "ratio": _digits(self.ratio(test_data, column)),
                    "rounds": [_digits(figure / self.scale) for figure in self.figures[column][test_data]],
                }
                for column in self.columns
            }
            for test_data in self.subjects
        }
        return {"title": self.title, "unit": self.unit, "reference": self.reference, "rows": rows}

    def text(self) -> str:
        """Return the table for a terminal."""
        names = max(len(test_data) for test_data in self.subjects)
        cells = max(18, *(len(column) + 2 for column in self.columns))
        lines = [f"{self.title}, {self.unit} (ratio to {self.reference})"]
        if len(self.columns) > 1:
            lines.append(" " * (names + 2) + "".join(column.rjust(cells) for column in self.columns))
        for test_data in self.subjects:
            row = "".join(self.cell(test_data, column).rjust(cells) for column in self.columns)
            lines.append(f"  {test_data.ljust(names)}{row}")
        return "\n".join(lines)

    def cell(self, test_data: str, column: str) -> str:
        """Write a figure and its ratio."""
        return f"{short(self.value(test_data, column))} ({self.ratio(test_data, column):.2f})"


def short(value: float) -> str:
    """Write a figure with three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _digits(value: float) -> float:
    return float(f"{value:.4g}")
