"""The measurements as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from . import engines, importing, installed, suites
from .table import Table

_OURS: Final = "#1f6f5c"
_PEER: Final = "#b9c0c7"
_OWN: Final = {*engines.OURS.values(), importing.OURS, importing.OURS_READY, installed.OURS, suites.SUITE}
_INK: Final = "#24292f"
# Which column of a table is drawn, by the name of the table.
_COLUMNS: Final = {"decoding": "100", "installed": "with all it requires", "suite": "a second"}


def draw(tables: Mapping[str, Table], machine: Mapping[str, Any], path: Path) -> Path:
    """Draw a panel of bars for each table into a PNG file; return its path."""
    matplotlib: Any = import_module("matplotlib")
    matplotlib.use("agg")
    pyplot: Any = import_module("matplotlib.pyplot")
    across = min(2, len(tables))
    down = -(-len(tables) // across)
    drawing, axes = pyplot.subplots(down, across, figsize=(7 * across, 3.6 * down), squeeze=False, layout="constrained")
    for axis, table in zip(axes.flat, tables.values(), strict=False):
        _panel(axis, table)
    for axis in axes.flat[len(tables) :]:
        axis.set_axis_off()
    drawing.suptitle(_caption(machine), fontsize=9, color=_INK)
    drawing.savefig(path, dpi=150)
    pyplot.close(drawing)
    return path


def _panel(axis: Any, table: Table) -> None:
    column = _COLUMNS.get(table.name, table.columns[0])
    subjects = sorted(table.subjects, key=lambda subject: table.value(subject, column), reverse=True)
    values = [table.value(subject, column) for subject in subjects]
    colours = [_OURS if subject in _OWN else _PEER for subject in subjects]
    bars = axis.barh(subjects, values, color=colours, height=0.7)
    labels = [table.cell(subject, column) for subject in subjects]
    axis.bar_label(bars, labels, padding=4, fontsize=8, color=_INK)
    axis.set_xscale("log")
    axis.set_xlim(min(values) / 2, max(values) * 8)
    axis.set_title(table.title, fontsize=10, loc="left", color=_INK)
    axis.set_xlabel(f"{table.unit}, logarithmic; in brackets the ratio to {table.reference}", fontsize=8)
    axis.tick_params(labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)


def _caption(machine: Mapping[str, Any]) -> str:
    return f"plaid-accounts {machine['contract']}, {machine['python']}, {machine['processor']}, load {machine['load_before']}"
