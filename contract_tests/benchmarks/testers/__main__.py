"""Runs the suite and other contract testers over the same faults: `make bench-testers`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import attrs

from benchmarks import machine
from benchmarks.testers import selection
from benchmarks.testers.comparison import Comparison
from benchmarks.testers.document import OPERATION, PATH
from benchmarks.testers.observations import Key, Observations, fingerprint
from benchmarks.testers.prism import Prism, readable
from benchmarks.testers.tester import Tester
from benchmarks.testers.trial import CONFORMING
from benchmarks.testers.workers import AGAIN, all_testers, observe_all
from mutation.runner.catalogue import catalogue, select, variations
from mutation.runner.corpus import record
from mutation.runner.results import NotSound
from mutation.server_faults import Deviation, Fault
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Request

_ROOT: Final = Path(__file__).resolve().parents[3]
_EPILOG: Final = f"""\
Without --all, --sample and --only: every {selection.EVERY["meaning"]}th fault of meaning, every {selection.EVERY["derived"]}th derived from the contract and every {selection.EVERY["rare"]}th
rare one, in the order of the catalogue, and one of each class that has none among them; and every {selection.VARIATION}th harmless
variation. A fault counts as caught if a tester reports something that it does not report of the conforming server.
README.md in contract_tests/benchmarks says how each tester was set up.

exit status: 0 whoever catches what, 2 if nothing could be run; the same command goes on where it was stopped"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every tester, print and write the comparison; give the exit status."""
    options = _parser().parse_args(arguments)
    contract = Contract.load()
    try:
        testers, left_out = _testers(options, contract)
        faults, controls = _chosen(options, contract)
        if options.list:
            print("\n".join(f"{entry.id}\t{entry.kind}\t{entry.statement}" for entry in (*faults, *controls)))
            return 0
        comparison = _compare(options, contract, Comparison(testers, faults, controls, {}, left_out))
    except (LookupError, NotSound) as error:
        return _say(str(error.args[0]))
    except OSError as error:
        return _say(f"{error.filename or '--folder'}: {error.strerror or error}")
    except KeyboardInterrupt:
        _say("stopped; the same command goes on from here")
        return 130
    print(comparison.text())
    _write(options.folder, comparison)
    return 0


def _chosen(options: argparse.Namespace, contract: Contract) -> tuple[list[Fault], list[Deviation]]:
    """Return the faults and the harmless variations that the options ask for."""
    faults = {name: fault for name, fault in catalogue(contract).items() if fault.endpoint == PATH}
    harmless = variations()
    if options.only:
        names = select((*faults, *harmless), options.only)
        known = [harmless[name] for name in names if name in harmless]
        return [faults[name] for name in names if name in faults], known
    controls = [harmless[name] for name in selection.controls(harmless)]
    if options.all:
        return [fault for fault in faults.values() if not fault.equivalent], controls
    names = selection.fixed(faults)
    return [faults[name] for name in (names[:: selection.SAMPLE] if options.sample else names)], controls


def _testers(options: argparse.Namespace, contract: Contract) -> tuple[list[Tester], dict[str, str]]:
    asked = [tester for tester in all_testers(contract, options.seed) if _is_asked(tester, options.testers)]
    if not asked:
        names = ", ".join(tester.name for tester in all_testers(contract, options.seed))
        msg = f"--testers {' '.join(options.testers)}: none is called so; there are {names}"
        raise LookupError(msg)
    left_out = {tester.name: tester.missing for tester in asked if tester.missing}
    if len(left_out) == len(asked):
        msg = f"nothing to run: {'; '.join(f'{name}: {reason}' for name, reason in left_out.items())}"
        raise LookupError(msg)
    return [tester for tester in asked if tester.name not in left_out], left_out


def _is_asked(tester: Tester, words: Sequence[str] | None) -> bool:
    return not words or any(tester.name.lower().startswith(word.lower()) for word in words)


def _compare(options: argparse.Namespace, contract: Contract, comparison: Comparison) -> Comparison:
    """Return the comparison with all its observations, those of earlier runs and those that are made now."""
    faults = comparison.faults
    # The sample comes first, so that it can be had from a run that was stopped.
    ordered = [fault for first in range(selection.SAMPLE) for fault in faults[first :: selection.SAMPLE]]
    servers = [CONFORMING.id, CONFORMING.id + AGAIN, *(entry.id for entry in (*ordered, *comparison.controls))]
    wanted = [(server, tester.name) for server in servers for tester in comparison.testers]
    seen = Observations.open(options.folder, fingerprint(contract, options.seed), afresh=options.afresh)
    missing = seen.missing(wanted)
    for name, reason in comparison.left_out.items():
        print(f"left out: {name}: {reason}", file=sys.stderr)
    if missing:
        _observe(seen, missing, options, contract)
    return attrs.evolve(comparison, observations={key: seen.known[key] for key in wanted if key in seen.known})


def _observe(seen: Observations, keys: Sequence[Key], options: argparse.Namespace, contract: Contract) -> None:
    tell = _progress(len(keys))
    requests: tuple[Request, ...] = ()
    if any(tester == Prism(contract, ()).name for _, tester in keys):
        corpus = record(Settings(seed=options.seed, operations=(OPERATION,)), contract)
        requests = readable(request for step in corpus.steps for request in step.requests)
    for observation in observe_all(keys, options.seed, requests, options.processes):
        seen.add(observation)
        tell(observation.broken and f"no result: {observation.tester}, {observation.server}: {observation.broken}")


def _progress(total: int) -> Callable[[str], None]:
    begun, done = time.monotonic(), 0

    def tell(remark: str) -> None:
        nonlocal done
        done += 1
        left = (time.monotonic() - begun) / done * (total - done)
        if remark:
            print(remark, file=sys.stderr, flush=True)
        if done % 10 == 0 or done == total:
            print(f"{done} of {total} runs, about {left / 60:.0f} min left", file=sys.stderr, flush=True)

    return tell


def _write(folder: Path, comparison: Comparison) -> None:
    document = comparison.document() | {"machine": machine.hardware()}
    texts = {
        "testers.md": comparison.markdown(),
        "testers.json": json.dumps(document, indent=1, ensure_ascii=False) + "\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
        print(f"written: {os.path.relpath(folder / name)}")


def _say(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return 2


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        msg = f"expected a whole number from 1 on, got {text!r}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make bench-testers",
        description="Run the suite and other contract testers over the same faults of a server.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--sample", action="store_true", help=f"every {selection.SAMPLE}th of them, for a first look")
    which.add_argument("--all", action="store_true", help="all faults, which takes most of a day")
    which.add_argument(
        "--only",
        metavar="ID",
        nargs="+",
        action="extend",
        help="this fault or harmless variation, or all that fit (* for anything)",
    )
    parser.add_argument("--testers", nargs="+", metavar="NAME", help="those whose names begin so (default: all)")
    parser.add_argument("--seed", type=_positive, default=1, metavar="N", help="seed of generated requests [1]")
    parser.add_argument(
        "--processes", type=_positive, default=os.cpu_count() or 1, metavar="N", help="runs at once [cores]"
    )
    parser.add_argument(
        "--folder", type=Path, default=_ROOT / ".bench" / "testers", metavar="DIR", help="[.bench/testers]"
    )
    parser.add_argument("--afresh", action="store_true", help="forget what was observed with the same code before")
    parser.add_argument("--list", action="store_true", help="name the faults, and run nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())
