"""What was observed so far, kept line by line, so that a run can be taken up where it ended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

import attrs

from benchmarks.testers.trial import Observation
from plaid_accounts_contract.contract import Contract

_HERE: Final = Path(__file__).parent
_SUITE: Final = _HERE.parents[1] / "plaid_accounts_contract"

Key = tuple[str, str]


def fingerprint(contract: Contract, seed: int) -> str:
    """Return what observations depend on, in short: the seed, the contract, the code of suite and faults, the testers."""
    digest = hashlib.sha256(f"{seed}".encode())
    ours = [path for path in _HERE.iterdir() if path.suffix in (".py", ".js", ".json")]
    for path in (contract.path, *sorted(_SUITE.rglob("*.py")), *sorted(ours)):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@attrs.define
class Observations:
    """The observations of one fingerprint, by server and tester."""

    path: Path
    known: dict[Key, Observation] = attrs.field(factory=dict)

    @classmethod
    def open(cls, folder: Path, key: str, *, afresh: bool = False) -> Self:
        """Take up the observations of `key` in `folder`, or begin a new file; those of other keys are removed."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"observations-{key}.jsonl"
        for other in folder.glob("observations-*.jsonl"):
            if other != path or afresh:
                other.unlink()
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        # A run that was stopped while it wrote leaves half a line at the end.
        kept = [_read(line) for line in lines if line.endswith("}")]
        return cls(path, {(entry.server, entry.tester): entry for entry in kept})

    def add(self, observation: Observation) -> None:
        """Keep an observation; one without a result is made again in the next run."""
        self.known[observation.server, observation.tester] = observation
        if not observation.broken:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(attrs.asdict(observation), ensure_ascii=False) + "\n")

    def missing(self, keys: Iterable[Key]) -> list[Key]:
        """Return those of `keys` of which nothing is known yet."""
        return [key for key in keys if key not in self.known]


def _read(line: str) -> Observation:
    fields = json.loads(line)
    return Observation(**(fields | {"complaints": tuple(fields["complaints"])}))
