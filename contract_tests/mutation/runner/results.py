"""What is known of faults so far, kept in a file line by line, so that a run can be taken up where it ended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Self

import attrs


class NotSound(Exception):
    """Server or client do not pass without any fault: nothing can be learnt from faults."""


class End(StrEnum):
    """How a trial ended."""

    CAUGHT = "caught"
    SURVIVED = "survived"
    MISNAMED = "caught for another reason"
    QUIET = "no alarm"
    ALARM = "false alarm"
    ERROR = "error"
    EQUIVALENT = "equivalent"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@attrs.frozen
class Result:
    """What became of a fault.

    `first` is the clause that was found broken first, in exchange `first_exchange`; `exchange` is the one in which the
    clause that the fault names was found broken, both counted from 1. Of a client, read guarantee for clause and test for
    exchange. `seconds` is the time until then, or of the whole run. `detail` says more: what else was found, why nothing
    was, or which test of a client found it.
    """

    id: str
    end: End
    first: str = ""
    first_exchange: int = 0
    exchange: int = 0
    exchanges: int = 0
    seconds: float = 0.0
    detail: str = ""


def fingerprint(seed: int, places: Iterable[Path]) -> str:
    """Return what results depend on, in short: the seed, and the text of all files at `places`, files or folders."""
    digest = hashlib.sha256(f"{seed}".encode())
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else (place,):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@attrs.define
class Results:
    """The results of one fingerprint. `path` is None where none are kept."""

    path: Path | None
    known: dict[str, Result] = attrs.field(factory=dict)

    @classmethod
    def open(cls, folder: Path, kind: str, key: str, *, afresh: bool = False) -> Self:
        """Take up the results of `key` in `folder`, or begin a new file; those of other keys of the same kind are removed."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{kind}-{key}.jsonl"
        for other in folder.glob(f"{kind}-*.jsonl"):
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
