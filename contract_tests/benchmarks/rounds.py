"""Timing many subjects in turn, round after round, so that a busy machine slows all of them alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from typing import Final

import attrs

Action = Callable[[], object]
_BATCHES: Final = 3
_NANO: Final = 1_000_000_000


@attrs.frozen
class Effort:
    """How much is measured."""

    rounds: int
    batch: float
    """CPU seconds at least for one batch of calls; a subject that needs longer for one call makes one."""
    processes: int
    """Fresh processes for each import."""
    suites: int
    """Runs of each test suite."""


FULL: Final = Effort(rounds=11, batch=0.01, processes=21, suites=3)
QUICK: Final = Effort(rounds=3, batch=0.005, processes=5, suites=1)


def interleaved(subjects: Mapping[str, Action], effort: Effort) -> dict[str, list[float]]:
    """Return CPU seconds for one call of each subject, a figure for each round.

    What was imported and made so far is kept out of the garbage collector's sight; the collector itself stays on, as
    in any service.
    """
    repeats = {name: _repeats(action, effort.batch) for name, action in subjects.items()}
    names = [*subjects]
    figures: dict[str, list[float]] = {name: [] for name in names}
    gc.collect()
    gc.freeze()
    try:
        for turn in range(effort.rounds):
            start = turn % len(names)
            for name in names[start:] + names[:start]:
                gc.collect()
                figures[name].append(_fastest(subjects[name], repeats[name]))
    finally:
        gc.unfreeze()
    return figures


def _fastest(action: Action, repeats: int) -> float:
    """Return the CPU seconds for one call in the fastest of some batches: the others met with other processes."""
    return min(_cpu(action, repeats) for _ in range(_BATCHES)) / repeats


def _repeats(action: Action, enough: float) -> int:
    action()  # What only the first call does is not part of the measurement.
    repeats = 1
    while (spent := _cpu(action, repeats)) < enough / 4:
        repeats *= 2
    return max(1, round(repeats * enough / spent))


def _cpu(action: Action, repeats: int) -> float:
    before = time.process_time_ns()
    for _ in range(repeats):
        action()
    return (time.process_time_ns() - before) / _NANO
