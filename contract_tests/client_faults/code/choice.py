"""Which of the many changes of the code are tried: of every function each operator, and of what repeats itself one of each."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Final

from client_faults.code.mutants import Mutant

FEW: Final = 1
"""Changes of one kind in one function that are tried."""


def choose(found: Iterable[Mutant]) -> Iterator[Mutant]:
    """Give up to FEW changes by each operator in each function; models count as one file, alike but for names."""
    groups: dict[tuple[str, ...], list[Mutant]] = {}
    for mutant in found:
        groups.setdefault(_group(mutant), []).append(mutant)
    for group in groups.values():
        yield from sorted(group, key=_lot)[:FEW]


def _group(mutant: Mutant) -> tuple[str, ...]:
    if not mutant.file.startswith(("models/", "api/")):
        return (mutant.file, mutant.function, mutant.operator)
    folder, function = mutant.file.partition("/")[0], mutant.function.rpartition(".")[2]
    return (folder, function if function.islower() else "", mutant.operator, _shape(mutant.was), _shape(mutant.becomes))


def _shape(code: str) -> str:
    """Return code with every name that is one of the contract's taken out: those that stand in quotes or after a dot."""
    masked = re.sub(r'"[^"]*"|\'[^\']*\'', "'…'", code)
    masked = re.sub(r"\b_[a-z_]+\b(?=[\[(])", "_…", masked)
    masked = re.sub(r"\b[A-Z][A-Za-z]+\b(?=[.,)])", "C…", masked)
    return re.sub(r"(?<=\.)\w+|\b[a-z_]+_items\b|^\w+(?=: | = )", "…", masked)


def _lot(mutant: Mutant) -> str:
    """Return what the choice goes by: as good as chance, and the same as long as the line is."""
    return hashlib.sha256(key(mutant).encode()).hexdigest()


def key(mutant: Mutant) -> str:
    """Return what names a change whatever happens around it: place, line, what it was and what it becomes."""
    return f"{mutant.file}:{mutant.function}: {mutant.line}: {mutant.was} -> {mutant.becomes}"
