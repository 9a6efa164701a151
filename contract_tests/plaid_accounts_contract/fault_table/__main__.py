"""Tries every fault, and prints the table: `python -m plaid_accounts_contract.fault_table`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.fault_table import catalogue as catalogues
from plaid_accounts_contract.fault_table.corpus import NotSound, record
from plaid_accounts_contract.fault_table.picture import draw
from plaid_accounts_contract.fault_table.progress import Progress
from plaid_accounts_contract.fault_table.results import Results, fingerprint
from plaid_accounts_contract.fault_table.table import Table
from plaid_accounts_contract.fault_table.workers import SEED, try_all
from plaid_accounts_contract.settings import Settings

_VARIATION_SEEDS: Final = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Try faults, write the table, and return 0 if all of them were caught, 1 if not, 2 if nothing could be tried."""
    options = _parser().parse_args(arguments)
    contract = Contract.load()
    faults = catalogues.catalogue(contract)
    if options.list:
        print("\n".join(f"{fault.id}\t{fault.breaks}\t{fault.statement}" for fault in faults.values()))
        return 0
    try:
        chosen, varied = _chosen(options, contract)
        results = _try(options, contract, chosen, varied)
    except (LookupError, NotSound) as error:
        return _say(str(error.args[0]))
    except OSError as error:
        return _say(f"--folder {options.folder}: {error.strerror or error}")
    except KeyboardInterrupt:
        _say("stopped; the same command goes on from here")
        return 130
    unbroken = [] if options.only else catalogues.unbroken(contract, (faults[name] for name in chosen))
    table = Table(
        faults,
        {name: results.known[name] for name in chosen},
        [results.known[name] for name in varied],
        unbroken,
    )
    print(table.text())
    for path in _written(table, options.folder):
        print(f"written: {path}")
    return 0 if table.sound else 1


def _say(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return 2


def _chosen(options: argparse.Namespace, contract: Contract) -> tuple[list[str], list[str]]:
    faults = catalogues.catalogue(contract)
    variations = [f"{name}{SEED}{options.seed + number}" for name in catalogues.variations()
                  for number in range(_VARIATION_SEEDS)]  # fmt: skip
    if options.only:
        chosen = catalogues.select((*faults, *variations), options.only)
        return [name for name in chosen if name in faults], [name for name in chosen if name not in faults]
    if options.sample:
        return list(catalogues.sample(faults)), [f"all-at-once{SEED}{options.seed}"]
    return list(faults), variations


def _try(options: argparse.Namespace, contract: Contract, faults: Sequence[str], variations: Sequence[str]) -> Results:
    results = Results.open(options.folder, fingerprint(contract, options.seed), afresh=options.afresh)
    tasks = results.missing((*faults, *variations))
    if not tasks:
        return results
    settings = Settings(seed=options.seed)
    corpus = record(settings, contract) if any(task in faults for task in tasks) else None
    progress = Progress(len(tasks))
    for result in try_all(tasks, corpus, settings, options.processes):
        results.add(result)
        progress.tell(result)
    progress.end()
    return results


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
        prog="python -m plaid_accounts_contract.fault_table",
        description="Runs the suite against the reference server with each fault, and tells which were caught.",
    )
    parser.add_argument("--sample", action="store_true", help="the fixed sample in place of all faults")
    parser.add_argument("--only", metavar="ID", action="append", help="this fault, or those that fit (* for anything)")
    parser.add_argument("--seed", type=_positive, default=1, metavar="N", help="seed of the generated requests [1]")
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
