"""What the client is to reach; nothing fails if it does not, but the table says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from benchmarks import calling, decoding, importing, payloads
from benchmarks.engines import OURS, PLAID, PYDANTIC, STOCK
from benchmarks.table import Table, short

_JSON: Final = OURS["json"]
_ORJSON: Final = OURS["orjson"]
_ALL: Final = tuple(map(decoding.column, payloads.SIZES))
_MANY: Final = _ALL[-2:]


@attrs.frozen
class Goal:
    """A bound on what was measured; the worst of the columns counts."""

    statement: str
    table: str
    bound: float
    measured: Callable[[Table], float]
    least: bool = False
    """Whether `bound` is the least that will do, rather than the most."""
    place: Callable[[Table], float] | None = None
    """Where the bound lies on the axis of the column that is drawn."""

    def met(self, measured: float) -> bool:
        """Tell whether a figure is good enough."""
        return measured >= self.bound if self.least else measured <= self.bound


def _worst(test_data: str, reference: str, columns: tuple[str, ...]) -> Callable[[Table], float]:
    return lambda table: max(table.ratio(test_data, column, reference) for column in columns)


def _times_faster(test_data: str, reference: str) -> Callable[[Table], float]:
    return lambda table: min(table.ratio(reference, column, test_data) for column in _ALL)


def _share(bound: float, column: str) -> Callable[[Table], float]:
    return lambda table: bound * table.value(table.reference, column)


GOALS: Final = (
    Goal(
        "decoding, of the stock client, 100 and 1,000 accounts",
        "decoding",
        0.35,
        _worst(_JSON, STOCK, _MANY),
        place=_share(0.35, "100"),
    ),
    Goal("the same with orjson", "decoding", 0.24, _worst(_ORJSON, STOCK, _MANY), place=_share(0.24, "100")),
    Goal("decoding with orjson, of pydantic, any size", "decoding", 1.0, _worst(_ORJSON, PYDANTIC, _ALL)),
    Goal("times faster than plaid-python, any size", "decoding", 30, _times_faster(_JSON, PLAID), least=True),
    Goal(
        "a call, of raw httpx",
        "calling",
        1.05,
        lambda table: table.ratio(_JSON, "call", calling.HTTPX),
        place=_share(1.05, "call"),
    ),
    Goal(
        "import, of import httpx",
        "importing",
        1.3,
        lambda table: table.ratio(importing.OURS, "import"),
        place=_share(1.3, "import"),
    ),
    Goal(
        "bytes kept for an account",
        "memory",
        800,
        lambda table: table.value(_JSON, "account"),
        place=lambda _: 800,
    ),
)


def results(tables: Mapping[str, Table]) -> list[dict[str, Any]]:
    """Return each goal that was measured, with the figure and the verdict."""
    return [
        {
            "goal": goal.statement,
            "bound": goal.bound,
            "at": "least" if goal.least else "most",
            "measured": round(goal.measured(tables[goal.table]), 4),
            "met": goal.met(goal.measured(tables[goal.table])),
        }
        for goal in GOALS
        if goal.table in tables
    ]


def lines(results: list[dict[str, Any]]) -> Iterator[str]:
    """Write the goals for a terminal."""
    yield "Goals"
    width = max((len(result["goal"]) for result in results), default=0)
    for result in results:
        bound = f"at {result['at']} {result['bound']:g}"
        verdict = "met" if result["met"] else "MISSED"
        yield f"  {result['goal'].ljust(width)}  {bound.rjust(14)}  {short(result['measured']).rjust(7)}  {verdict}"
