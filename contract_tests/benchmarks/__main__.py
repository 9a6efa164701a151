"""Measures the client beside its peers: `make bench`, or python -m benchmarks in its environment."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any, Final

from benchmarks import calling, decoding, goals, importing, installed, machine, memory, peers, picture, rounds, suites
from benchmarks.engines import engines
from benchmarks.table import Table

_ROOT: Final = Path(__file__).resolve().parents[2]
_MEASUREMENTS: Final = ("decoding", "calling", "importing", "memory", "installed", "suite")
_EPILOG: Final = """\
CPU time. Subjects take turns in several rounds, each the fastest of three batches of calls; figures are medians of the
rounds, a ratio is the median of the ratios of the rounds.
On a busy machine ratios hold better than times. Nothing here fails for a figure: exit status 0 whatever is measured."""


def main(arguments: list[str] | None = None) -> int:
    """Measure, print and write; give the exit status."""
    options = _parser().parse_args(arguments)
    try:
        _run(options.only or _MEASUREMENTS, options.output, quick=options.quick)
    except (peers.PeerError, suites.SuiteError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except PackageNotFoundError as error:
        advice = "make bench sets up an environment that has it"
        print(f"error: {error.name} is not installed here; {advice}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: nothing was written", file=sys.stderr)
        return 130
    return 0


def _run(names: Sequence[str], output: Path, *, quick: bool) -> None:
    described = machine.describe() | {"load_before": machine.load()}
    tables = _measure(names, rounds.QUICK if quick else rounds.FULL, _progress(time.monotonic()))
    described["load_after"] = machine.load()
    results = goals.results(tables)
    for table in tables.values():
        print(table.text(), end="\n\n")
    if results:
        print("\n".join(goals.lines(results)))
    measured = {name: table.document() for name, table in tables.items()}
    _write(output, {"machine": described, "quick": quick, "goals": results, "tables": measured}, tables)


def _measure(names: Sequence[str], effort: rounds.Effort, progress: Callable[[str], None]) -> dict[str, Table]:
    with tempfile.TemporaryDirectory(prefix="plaid-accounts-") as scratch:
        folder = Path(scratch)
        progress("generating peers from the contract")
        peers.generate(folder)
        sys.path.insert(0, scratch)
        known = engines()
        measurements: dict[str, Callable[[], Table]] = {
            "decoding": lambda: decoding.measure(known, effort, progress),
            "calling": lambda: calling.measure(effort, progress),
            "importing": lambda: importing.measure(folder, effort, progress),
            "memory": lambda: memory.measure(known, progress),
            "installed": lambda: installed.measure(folder, progress),
            "suite": lambda: suites.measure(effort, progress),
        }
        return {name: measurements[name]() for name in _MEASUREMENTS if name in names}


def _write(folder: Path, document: dict[str, Any], tables: dict[str, Table]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    results = folder / "results.json"
    results.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    drawn = picture.draw(tables, document["machine"], folder / "results.png")
    for path in (results, drawn):
        print(f"written: {os.path.relpath(path)}")


def _progress(started: float) -> Callable[[str], None]:
    return lambda text: print(f"[{time.monotonic() - started:4.0f} s] {text}", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make bench",
        description="Measure the client beside its peers, and write results.json and results.png.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="few rounds, for a first look")
    parser.add_argument("--only", nargs="+", choices=_MEASUREMENTS, metavar="NAME", help=", ".join(_MEASUREMENTS))
    parser.add_argument(
        "--output", type=Path, default=_ROOT / ".bench", metavar="FOLDER", help="where to write (default: .bench)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
