"""Which of the many changes of the code are tried: of every function each operator, and of what repeats itself one of each."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Final

from mutation.client_faults.code.mutants import Mutant

_ALIKE: Final = ("models/", "api/")
"""Folders of files that differ in names alone."""

_NAMES: Final = (
    (r'"[^"]*"', "…"),
    (r"\b_[a-z_]+\b(?=[\[(])", "_…"),
    (r"\b[A-Z][A-Za-z]+\b(?=[.,)(])", "C…"),
    (r"(?<=\.)\w+|\b[a-z_]+_items\b|^\w+(?=:? )", "…"),
)


def choose(found: Iterable[Mutant]) -> Iterator[Mutant]:
    """Give one change by each operator in each function; of files that are alike, one in each line that is alike."""
    groups: dict[tuple[str, ...], list[Mutant]] = {}
    for mutant in found:
        groups.setdefault(_group(mutant), []).append(mutant)
    return (min(group, key=_lot) for group in groups.values())


def _group(mutant: Mutant) -> tuple[str, ...]:
    if not mutant.file.startswith(_ALIKE):
        return (mutant.file, mutant.function, mutant.operator)
    folder, function = mutant.file.partition("/")[0], mutant.function.rpartition(".")[2]
    return (folder, function if function.islower() else "", *mutant.shape, _masked(mutant.line))


def _masked(line: str) -> str:
    """Return a line of code without the names that are the contract's."""
    for pattern, mask in _NAMES:
        line = re.sub(pattern, mask, line)
    return line


def _lot(mutant: Mutant) -> str:
    """Return what the choice goes by: as good as chance, and the same as long as the line is."""
    return hashlib.sha256("".join((mutant.file, mutant.line, *mutant.shape)).encode()).hexdigest()
