"""What is known of the tests of the client from one run on the sound client: how long each takes, and what it runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

import attrs
import coverage

from mutation.client_faults.session import Items, enter, run
from mutation.client_faults.witness import Witness
from mutation.runner.results import NotSound
from plaid_accounts_contract.client import packages

_AT_IMPORT: Final = "import"


@attrs.frozen
class Baseline:
    """The seconds that each test takes, and the lines of the client that it runs, by file."""

    seconds: Mapping[str, float]
    lines: Mapping[str, Mapping[str, frozenset[int]]]

    def runs(self, test: str, lines: Mapping[str, frozenset[int]]) -> bool:
        """Tell whether a test runs one of these lines; those that the import of the client runs concern every test."""
        seen = (self.lines.get(test, {}), self.lines.get(_AT_IMPORT, {}))
        return any(wanted & files.get(file, frozenset()) for files in seen for file, wanted in lines.items())

    def document(self) -> dict[str, Any]:
        """Return everything as JSON."""
        lines = {test: {file: sorted(numbers) for file, numbers in files.items()} for test, files in self.lines.items()}
        return {"seconds": dict(self.seconds), "lines": lines}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Take back what `document` returned."""
        lines = {
            test: {file: frozenset(numbers) for file, numbers in files.items()}
            for test, files in document["lines"].items()
        }
        return cls(document["seconds"], lines)


def observe(items: Items, package: Path) -> Baseline:
    """Run every test on the sound client `package` in this process; for a process of its own.

    Raises:
        NotSound: a test fails.

    """
    measured = coverage.Coverage(config_file=False, data_file=None, include=[f"{package}/*"])
    # The only one that tells apart which test ran a line.
    measured.set_option("run:core", "ctrace")
    measured.start()
    measured.switch_context(_AT_IMPORT)
    enter(package)
    for parser in packages.parsers():
        packages.package(parser)
    witness = Witness(package, measured.switch_context)
    run(items, witness, lambda: bool(witness.failures or witness.errors))
    measured.stop()
    if witness.failures or witness.errors:
        said = [*witness.errors, *(f"{failure.test}: {failure.message}" for failure in witness.failures)]
        msg = f"the client without any fault does not pass: {said[0]}"
        raise NotSound(msg)
    known = {test: seconds for test, seconds in witness.seconds.items() if test not in witness.skipped}
    return Baseline(known, _lines(measured.get_data(), package))


def _lines(data: coverage.CoverageData, package: Path) -> dict[str, dict[str, frozenset[int]]]:
    found: dict[str, dict[str, set[int]]] = {}
    for path in data.measured_files():
        file = Path(path).relative_to(package).as_posix()
        for line, tests in data.contexts_by_lineno(path).items():
            for test in tests:
                found.setdefault(test, {}).setdefault(file, set()).add(line)
    return {
        test: {file: frozenset(numbers) for file, numbers in files.items()} for test, files in sorted(found.items())
    }


def load(path: Path) -> Baseline | None:
    """Return what was observed earlier, if it stands in the file `path`."""
    return Baseline.of(json.loads(path.read_bytes())) if path.exists() else None
