"""Measure the client beside its peers: `make bench`, or python -m benchmarks in its environment."""

import argparse
import importlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any, Final

import attrs

from benchmarks import calling, checking, decoding, importing, peers
from benchmarks.decoding import LOADS, OURS, PLAID, PYDANTIC, STOCK
from benchmarks.measuring import FULL, QUICK, BenchmarkError, Effort, Measurement

_RESULTS: Final = Path(__file__).resolve().parents[2] / ".bench/results.json"
_PARTS: Final[dict[str, Callable[[Path, Effort], Iterator[Measurement]]]] = {
    "decoding": decoding.measure,
    "calling": calling.measure,
    "importing": importing.measure,
    "memory": decoding.measure_memory,
    "checking": checking.measure,
}


@attrs.frozen
class Goal:
    """The most that `peer` may need in measurements whose name begins with one of `names`; the worst of them counts."""

    statement: str
    names: tuple[str, ...]
    peer: str
    most: float
    reference: str = ""
    """What `most` is a ratio to; without it, `most` is in the unit of the measurement."""

    def measured(self, measurements: Sequence[Measurement]) -> tuple[float, float] | None:
        """Return the worst figure and its noise, half the range of the middle half of its rounds; None if not measured."""
        needed = {self.peer, self.reference or self.peer}
        chosen = [one for one in measurements if one.name.startswith(self.names) and needed <= set(one.figures)]
        rounds = (one.ratios(self.peer, self.reference) if self.reference else one.figures[self.peer] for one in chosen)
        return max(((statistics.median(figures), _noise(figures)) for figures in rounds), default=None)


def _noise(figures: Sequence[float]) -> float:
    if len(figures) == 1:
        return 0
    lower, _, upper = statistics.quantiles(figures, method="inclusive")
    return (upper - lower) / 2


# Chosen by hand: what a service is to gain over the usual ways of reading the same response.
_LARGE: Final = ("decoding 100 ", "decoding 1,000 ")
_JSON: Final = OURS["json"]
_ORJSON: Final = OURS["orjson"]
GOALS: Final = (
    Goal("decoding 100 and 1,000 accounts, to the stock client", _LARGE, _JSON, 0.35, STOCK),
    Goal("the same with orjson", _LARGE, _ORJSON, 0.24, STOCK),
    Goal("decoding any size with orjson, to pydantic", ("decoding",), _ORJSON, 1, PYDANTIC),
    Goal("decoding any size, to plaid-python", ("decoding",), _JSON, 0.033, PLAID),
    Goal("mixed optional fields, to json.loads", ("decoding 100 ",), _JSON, 1.6, LOADS),
    Goal("the same with orjson", ("decoding 100 ",), _ORJSON, 1.05, LOADS),
    Goal("1,000 accounts with orjson, to json.loads", ("decoding 1,000 ",), _ORJSON, 1.15, LOADS),
    Goal("one unknown field with orjson, to json.loads", ("100 accounts, one ",), _ORJSON, 1.3, LOADS),
    Goal("three unknown fields with orjson, to json.loads", ("100 accounts, three ",), _ORJSON, 1.5, LOADS),
    Goal("unknown fields with orjson, to pydantic", ("100 accounts, ",), _ORJSON, 1, PYDANTIC),
    Goal("a call, to raw httpx", ("calling",), _JSON, 1.05, calling.HTTPX),
    Goal("a call with await, to raw httpx", ("awaiting, 1 ",), _JSON, 0.7, calling.HTTPX),
    Goal("10 concurrent calls with await, to raw httpx", ("awaiting, 10 ",), _JSON, 0.4, calling.HTTPX),
    Goal("50 concurrent calls with await, to raw httpx", ("awaiting, 50 ",), _JSON, 0.3, calling.HTTPX),
    Goal("import, to import httpx", ("importing",), _JSON, 1.3, importing.HTTPX),
    Goal("import and a first call, to import httpx", ("importing",), importing.CALL, 1.5, importing.HTTPX),
    Goal("bytes for a decoded account", ("memory",), _JSON, 800),
    Goal(
        "a verdict on the embedded server, second run, to the first",
        ("a verdict",),
        checking.KEPT,
        0.5,
        checking.GENERATED,
    ),
)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print and write; return the exit status, which doesn't depend on any figure."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__, epilog="A missed goal fails nothing.")
    parser.add_argument("--quick", action="store_true", help="few rounds, for a first look")
    parser.add_argument("--only", nargs="+", choices=_PARTS, metavar="PART", help=", ".join(_PARTS))
    parser.add_argument("--output", type=Path, default=_RESULTS, metavar="FILE", help="default: .bench/results.json")
    options = parser.parse_args(arguments)
    try:
        measurements = _measure(options.only or [*_PARTS], QUICK if options.quick else FULL)
        _write(measurements, options.output)
    except BenchmarkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except PackageNotFoundError as error:
        print(f"error: {error.name} is not installed; run `make bench`, which installs it", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; nothing was written", file=sys.stderr)
        return 130
    print("\n".join(_goals(measurements)))
    print(f"written: {os.path.relpath(options.output)}")
    return 0


def _measure(names: Sequence[str], effort: Effort) -> list[Measurement]:
    started = time.monotonic()
    measurements: list[Measurement] = []
    with tempfile.TemporaryDirectory(prefix="plaid-accounts-") as scratch:
        peers.generate(Path(scratch))
        sys.path.insert(0, scratch)
        for name in names:
            print(f"[{time.monotonic() - started:4.0f} s] {name}", file=sys.stderr, flush=True)
            measurements += _PARTS[name](Path(scratch), effort)
    return measurements


def _write(measurements: Sequence[Measurement], path: Path) -> None:
    """Print each measurement, and write all as a benchmark suite of pyperf, which also records the machine."""
    pyperf: Any = importlib.import_module("pyperf")
    recorded: list[Any] = []
    for measurement in measurements:
        width = max(map(len, measurement.figures))
        print(f"{measurement.name} (ratio to {measurement.reference})")
        for peer, figures in measurement.figures.items():
            about = {"name": f"{measurement.name}: {peer}", "unit": measurement.unit}
            benchmark = pyperf.Benchmark([pyperf.Run(figures, metadata=about)])
            median, ratio = benchmark.format_value(benchmark.median()), measurement.ratio(peer, measurement.reference)
            print(f"  {peer.ljust(width)}  {median.rjust(9)}  {ratio:5.2f}  {measurement.lacks.get(peer, '')}".rstrip())
            recorded.append(benchmark)
        print()
    path.parent.mkdir(parents=True, exist_ok=True)
    pyperf.BenchmarkSuite(recorded).dump(str(path), replace=True)


def _goals(measurements: Sequence[Measurement]) -> Iterator[str]:
    for goal in GOALS:
        measured = goal.measured(measurements)
        if measured is not None:
            figure, noise = measured
            verdict = "met" if figure <= goal.most else "within noise" if figure - noise <= goal.most else "MISSED"
            yield f"  {goal.statement:52}  at most {goal.most:<6g}  {figure:8.3g}  {verdict}"


if __name__ == "__main__":
    sys.exit(main())
