"""Measurements: figures of several peers, taken in turns so that a busy machine slows all of them alike."""

import gc
import os
import resource
import statistics
import subprocess
import sys
import time
import timeit
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs

# Other processes only ever add to a figure, so the fastest of a few batches is the closest.
_BATCHES: Final = 3


class BenchmarkError(Exception):
    """A program that was to be measured, or to generate a peer, failed; the message is its output."""


@attrs.frozen
class Effort:
    """How much is measured. `batch` is the CPU time in seconds of one batch of calls, or of one call if it is longer."""

    rounds: int
    batch: float
    processes: int
    """Fresh processes for each import."""
    verdicts: int
    """Verdicts of the suite."""


FULL: Final = Effort(rounds=11, batch=0.01, processes=21, verdicts=3)
QUICK: Final = Effort(rounds=3, batch=0.005, processes=5, verdicts=1)


@attrs.frozen
class Measurement:
    """Figures by peer, one for each round; less is better. `unit` is one of pyperf: second or byte."""

    name: str
    unit: str
    reference: str
    """The peer that ratios are to."""
    figures: Mapping[str, Sequence[float]]
    lacks: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """What a peer does not do."""

    def ratio(self, peer: str, reference: str) -> float:
        """Return the median of the ratios within each round: what disturbs a round disturbs both of its figures."""
        return statistics.median(self.ratios(peer, reference))

    def ratios(self, peer: str, reference: str) -> list[float]:
        """Return the ratio within each round."""
        return [one / other for one, other in zip(self.figures[peer], self.figures[reference], strict=True)]


def interleaved(actions: Mapping[str, Callable[[], object]], effort: Effort) -> dict[str, list[float]]:
    """Return the CPU time in seconds of one call of each action, for each round.

    Existing objects are hidden from the garbage collector; the collector itself stays on, as in any service.
    """
    timers = {name: timeit.Timer(action, gc.enable, time.process_time) for name, action in actions.items()}
    calls: dict[str, int] = {}
    for name, timer in timers.items():
        timer.timeit(1)  # Fills caches.
        calls[name] = max(1, round(effort.batch / timer.timeit(1)))
    names = [*timers]
    figures: dict[str, list[float]] = {name: [] for name in names}
    gc.collect()
    gc.freeze()
    try:
        for turn in range(effort.rounds):
            first = turn % len(names)
            for name in names[first:] + names[:first]:
                gc.collect()
                figures[name].append(min(timers[name].repeat(_BATCHES, calls[name])) / calls[name])
    finally:
        gc.unfreeze()
    return figures


def cpu_time(*arguments: str, cwd: Path, **environment: str) -> float:
    """Run `python`, and return the CPU seconds that it and its processes took; raise BenchmarkError if it failed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command, variables = [sys.executable, *arguments], kept | {"PYTHONUTF8": "1", "NO_COLOR": "1"} | environment
    ended = subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, check=False)
    if ended.returncode:
        msg = f"python {' '.join(arguments)} ended with status {ended.returncode}:\n{ended.stderr or ended.stdout}"
        raise BenchmarkError(msg)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
