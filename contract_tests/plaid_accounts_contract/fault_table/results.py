"""What is known of faults so far, kept in a file line by line, so that a run can be taken up where it ended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

import attrs

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.fault_table.trial import End, Result

_PACKAGE: Final = Path(__file__).parents[1]


def fingerprint(contract: Contract, seed: int) -> str:
    """Return what results depend on, in short: the seed, the contract and the code of suite and faults."""
    digest = hashlib.sha256(f"{seed}".encode())
    for path in (contract.path, *sorted(_PACKAGE.rglob("*.py"))):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@attrs.define
class Results:
    """The results of one fingerprint. `path` is None where none are kept."""

    path: Path | None
    known: dict[str, Result] = attrs.field(factory=dict)

    @classmethod
    def open(cls, folder: Path, key: str, *, afresh: bool = False) -> Self:
        """Take up the results of `key` in `folder`, or begin a new file; those of other keys are removed."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"results-{key}.jsonl"
        for other in folder.glob("results-*.jsonl"):
            if other != path or afresh:
                other.unlink()
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return cls(path, {result.id: result for result in map(_read, _whole(lines))})

    def add(self, result: Result) -> None:
        """Keep a result."""
        self.known[result.id] = result
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(attrs.asdict(result), ensure_ascii=False) + "\n")

    def missing(self, ids: Iterable[str]) -> list[str]:
        """Return those of `ids` of which nothing is known yet."""
        return [entry for entry in ids if entry not in self.known]


def _whole(lines: list[str]) -> Iterable[str]:
    # A run that was stopped while it wrote leaves half a line at the end.
    return (line for line in lines if line.endswith("}"))


def _read(line: str) -> Result:
    result = Result(**json.loads(line))
    return attrs.evolve(result, end=End(result.end))
