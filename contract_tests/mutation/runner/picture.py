"""Detection against effort: which share of the faults is caught within how many exchanges, as an SVG picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

from mutation.runner.results import End
from mutation.runner.table import Table

_WIDTH: Final = 760
_HEIGHT: Final = 420
_LEFT: Final = 56
_RIGHT: Final = 150
_TOP: Final = 44
_BOTTOM: Final = 52
# Told apart by colour and by dashes.
_STROKES: Final = (("#1f6f5c", ""), ("#b3541e", "6 3"), ("#3b5b92", "2 3"), ("#7a3b8f", "9 2 2 2"), ("#8a6d00", "1 2"))
_INK: Final = "#24292f"
_GRID: Final = "#d8dee4"


def draw(table: Table) -> str:
    """Return the picture: a step line for each family of faults, the number of exchanges on a logarithmic axis."""
    families: dict[str, list[int | None]] = {}
    for fault, result in table.live:
        caught = result.exchange if result.end is End.CAUGHT else None
        families.setdefault(fault.kind.split("/", 1)[0], []).append(caught)
    most = max((number for numbers in families.values() for number in numbers if number), default=1)
    scale = _Scale(most)
    body = [*_axes(scale), *_lines(families, scale)]
    title = f"Faults caught within so many exchanges or tests ({sum(map(len, families.values()))} faults)"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12" fill="{_INK}">\n<rect width="100%" height="100%" fill="#ffffff"/>\n'
        f'<text x="{_LEFT}" y="24" font-size="15">{escape(title)}</text>\n' + "\n".join(body) + "\n</svg>\n"
    )


class _Scale:
    """Places on the picture for a number of exchanges and for a share."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._decades = max(1.0, math.log10(most))

    def x(self, exchanges: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * math.log10(max(1.0, exchanges)) / self._decades

    def y(self, share: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * share


def _axes(scale: _Scale) -> Iterator[str]:
    left, right = scale.x(1), scale.x(scale.most)
    for percent in range(0, 101, 20):
        y = scale.y(percent / 100)
        yield f'<line x1="{left}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_GRID}"/>'
        yield f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{percent} %</text>'
    marks = [step * 10**power for power in range(7) for step in (1, 2, 5) if step * 10**power <= scale.most]
    for mark in marks:
        x = scale.x(mark)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{scale.y(0):.1f}" y2="{scale.y(0) + 5:.1f}" stroke="{_INK}"/>'
        yield f'<text x="{x:.1f}" y="{scale.y(0) + 19:.1f}" text-anchor="middle">{mark}</text>'
    middle = (left + right) / 2
    yield f'<text x="{middle:.1f}" y="{_HEIGHT - 12}" text-anchor="middle">exchanges, of clients tests; logarithmic</text>'


def _lines(families: dict[str, list[int | None]], scale: _Scale) -> Iterator[str]:
    ends: list[float] = []
    for (name, numbers), (colour, dashes) in zip(families.items(), _STROKES, strict=False):
        points = _steps(sorted(number for number in numbers if number), len(numbers), scale)
        steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        yield f'<polyline points="{steps}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'
        # Lines that end at the same height have their names one below the other.
        y = points[-1][1] + 4
        while any(abs(y - other) < 16 for other in ends):
            y += 17
        ends.append(y)
        label = f"{name} ({sum(number is not None for number in numbers)} of {len(numbers)})"
        yield f'<text x="{scale.x(scale.most) + 8:.1f}" y="{y:.1f}" fill="{colour}">{escape(label)}</text>'


def _steps(numbers: Sequence[int], total: int, scale: _Scale) -> list[tuple[float, float]]:
    points = [(scale.x(1), scale.y(0))]
    for count, number in enumerate(numbers, 1):
        points += [(scale.x(number), points[-1][1]), (scale.x(number), scale.y(count / total))]
    return [*points, (scale.x(scale.most), points[-1][1])]
