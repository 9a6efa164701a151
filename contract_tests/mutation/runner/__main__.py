"""Tries every fault, and prints the table: `python -m fault_table`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from mutation.runner.catalogue import select
from mutation.runner.clients import Clients
from mutation.runner.picture import draw
from mutation.runner.progress import Progress
from mutation.runner.results import NotSound, Results
from mutation.runner.servers import Servers
from mutation.runner.table import Table

_HALVES: Final = (Servers, Clients)
Half = Servers | Clients


def main(arguments: Sequence[str] | None = None) -> int:
    """Try faults, write the table, and return 0 if all of them were caught, 1 if not, 2 if nothing could be tried."""
    options = _parser().parse_args(arguments)
    halves = [half(options.seed, options.processes) for half in _HALVES if options.side in ("", half.name)]
    if options.list:
        entries = [entry for half in halves for entry in half.entries.values()]
        print("\n".join(f"{entry.id}\t{entry.breaks}\t{entry.statement}" for entry in entries))
        return 0
    try:
        chosen = _chosen(options, halves)
        known = {name: _try(options, half, chosen[name]) for half in halves if chosen[name := half.name]}
    except (LookupError, NotSound) as error:
        return _say(str(error.args[0]))
    except OSError as error:
        return _say(f"--folder {options.folder}: {error.strerror or error}")
    except KeyboardInterrupt:
        _say("stopped; the same command goes on from here")
        return 130
    table = _table(halves, chosen, known, whole=not options.only)
    print(table.text())
    for path in _written(table, options.folder):
        print(f"written: {path}")
    return 0 if table.sound else 1


def _say(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return 2


def _chosen(options: argparse.Namespace, halves: Sequence[Half]) -> Mapping[str, list[str]]:
    """Return the tasks of each half by its name."""
    if options.sample and not options.only:
        return {half.name: half.sample for half in halves}
    every = {half.name: [*half.faults, *half.variations] for half in halves}
    if options.only:
        wanted = select([task for tasks in every.values() for task in tasks], options.only)
        return {name: [task for task in wanted if task in set(tasks)] for name, tasks in every.items()}
    return every


def _try(options: argparse.Namespace, half: Half, tasks: Sequence[str]) -> Results:
    results = Results.open(options.folder, half.name, half.key(), afresh=options.afresh)
    missing = results.missing(tasks)
    if not missing:
        return results
    progress = Progress(half.name, len(missing))
    for result in half.results(missing, options.folder):
        results.add(result)
        progress.tell(result)
    progress.end()
    return results


def _table(
    halves: Sequence[Half], chosen: Mapping[str, list[str]], known: Mapping[str, Results], *, whole: bool
) -> Table:
    results = {task: known[half.name].known[task] for half in halves for task in chosen[half.name]}
    entries = {name: entry for half in halves for name, entry in half.entries.items()}
    return Table(
        entries,
        {task: result for task, result in results.items() if task in entries},
        [result for task, result in results.items() if task not in entries],
        [clause for half in halves if whole for clause in half.unbroken(chosen[half.name])],
    )


def _written(table: Table, folder: Path) -> Iterator[Path]:
    document = json.dumps(table.document(), indent=1, ensure_ascii=False) + "\n"
    contents = {"faults.md": table.markdown(), "faults.json": document, "faults.svg": draw(table)}
    for name, text in contents.items():
        path = folder / name
        path.write_text(text, "utf-8")
        yield path


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        msg = f"expected a whole number from 1 on, got {text!r}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m fault_table",
        description="Runs the suite against servers and clients with one fault each, and tells which were caught.",
    )
    parser.add_argument("--sample", action="store_true", help="the fixed sample in place of all faults")
    parser.add_argument("--only", metavar="ID", action="append", help="this fault, or those that fit (* for anything)")
    parser.add_argument("--side", choices=("server", "client"), default="", help="the faults of one side alone")
    parser.add_argument("--seed", type=_positive, default=1, metavar="N", help="seed of what is generated [1]")
    parser.add_argument(
        "--processes", type=_positive, default=os.cpu_count() or 1, metavar="N", help="trials at once [cores]"
    )
    parser.add_argument(
        "--folder", type=Path, default=Path(".faults"), metavar="DIR", help="where results and the table go [.faults]"
    )
    parser.add_argument("--afresh", action="store_true", help="forget the results of an earlier run of the same code")
    parser.add_argument("--list", action="store_true", help="name the faults, and try none")
    return parser


if __name__ == "__main__":
    sys.exit(main())
