"""The measurements as a picture: one panel for each, this client's bars in colour, goals as dashed lines."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import attrs

from benchmarks import calling, engines, goals, importing, installed, memory, suites
from benchmarks.table import Table

_OWN: Final = {*engines.OURS.values(), importing.OURS, importing.OURS_READY, installed.OURS, suites.SUITE}
_OURS: Final = "#1f6f5c"
_PEER: Final = "#c3c9cf"
_GOAL: Final = "#b3541e"
_INK: Final = "#24292f"
_MUTED: Final = "#57606a"


@attrs.frozen
class Panel:
    """How a table is drawn: one of its columns, on which scale, and what its title says."""

    title: str
    column: str
    scale: str = "linear"
    more_is_better: bool = False


_PANELS: Final = {
    "decoding": Panel("Bytes to models, 100 accounts, CPU time", "100", "log"),
    "calling": Panel(f"A call over loopback, {calling.ACCOUNTS} accounts, CPU time of the caller", "call"),
    "importing": Panel("Import in a fresh process, CPU time above an empty one's", "import"),
    "memory": Panel(f"Memory kept for one of {memory.ACCOUNTS:,} accounts", "account"),
    "installed": Panel("Size installed, with all that is required", "with all it requires", "log"),
    "suite": Panel("Exchanges a second with the reference server", "a second", more_is_better=True),
}


def draw(tables: Mapping[str, Table], machine: Mapping[str, Any], path: Path) -> Path:
    """Draw a panel for each table into a PNG file; return its path."""
    matplotlib: Any = import_module("matplotlib")
    matplotlib.use("agg")
    pyplot: Any = import_module("matplotlib.pyplot")
    across = min(2, len(tables))
    down = -(-len(tables) // across)
    size = (7.2 * across, 0.7 + 3.3 * down)
    drawing, axes = pyplot.subplots(down, across, figsize=size, squeeze=False, layout="constrained")
    drawing.get_layout_engine().set(h_pad=0.12, w_pad=0.12)
    for axis, table in zip(axes.flat, tables.values(), strict=False):
        _panel(axis, table, _PANELS[table.name])
    for axis in axes.flat[len(tables) :]:
        axis.set_axis_off()
    drawing.suptitle(f"plaid-accounts {machine['contract']} beside its peers", fontsize=13, color=_INK)
    drawing.supxlabel(_caption(machine), fontsize=8, color=_MUTED)
    drawing.savefig(path, dpi=130)
    pyplot.close(drawing)
    return path


def _panel(axis: Any, table: Table, panel: Panel) -> None:
    values = {test_data: table.value(test_data, panel.column) for test_data in table.subjects}
    # The best stands on top; bars are drawn from the bottom.
    subjects = sorted(values, key=lambda test_data: values[test_data], reverse=not panel.more_is_better)
    colours = [_OURS if test_data in _OWN else _PEER for test_data in subjects]
    bars = axis.barh(subjects, [values[test_data] for test_data in subjects], color=colours, height=0.7)
    labels = [table.cell(test_data, panel.column) for test_data in subjects]
    axis.bar_label(bars, labels, padding=4, fontsize=8, color=_INK, bbox={"fc": "white", "ec": "none", "pad": 0.6})
    _goals(axis, table)
    logarithmic = panel.scale == "log"
    axis.set_xscale(panel.scale)
    low, high = min(values.values()), max(values.values())
    axis.set_xlim(low / 2 if logarithmic else 0, high * 6 if logarithmic else high * 1.3)
    axis.set_title(panel.title, fontsize=10, loc="left", color=_INK)
    better = "more" if panel.more_is_better else "less"
    axis.set_xlabel(f"{table.unit}{', logarithmic' * logarithmic}; {better} is better ({_ratio(table)})", fontsize=8)
    axis.tick_params(labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)


def _ratio(table: Table) -> str:
    return f"in brackets: ratio to {table.reference}"


def _goals(axis: Any, table: Table) -> None:
    for goal in goals.GOALS:
        if goal.table == table.name and goal.place is not None:
            at = goal.place(table)
            axis.axvline(at, color=_GOAL, linewidth=1, linestyle="--", zorder=0.5)
            style = {"color": _GOAL, "fontsize": 7, "rotation": 90, "ha": "right", "va": "bottom"}
            axis.text(at, 0.02, f"goal {goal.bound:g} ", transform=axis.get_xaxis_transform(), **style)


def _caption(machine: Mapping[str, Any]) -> str:
    where = f"{machine['python']}, {machine['system']}, {machine['processor']}, {machine['cores']} cores"
    return f"Dashed: what the client is to reach. Medians of interleaved rounds. {where}."
