"""Which faults are tried: all of them, or a fixed part of each family that has every class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mutation.server_faults import Deviation, Fault

EVERY: Final = {"meaning": 24, "derived": 120, "rare": 60}
"""Of the faults of each family, in the order of the catalogue: every so many, beginning with the first."""
SAMPLE: Final = 10
"""Of those again, for a first look."""
VARIATION: Final = 13
"""Of the harmless variations."""


def fixed(faults: Mapping[str, Fault]) -> list[str]:
    """Return every n-th fault of a family by `EVERY`, and the first of each class that has none so far."""
    live = [fault for fault in faults.values() if not fault.equivalent]
    chosen = set(_every(live))
    for fault in live:
        if fault.kind not in {faults[name].kind for name in chosen}:
            chosen.add(fault.id)
    return [name for name in faults if name in chosen]


def _every(live: list[Fault]) -> Iterator[str]:
    passed: dict[str, int] = {}
    for fault in live:
        family = family_of(fault)
        if passed.setdefault(family, 0) % EVERY[family] == 0:
            yield fault.id
        passed[family] += 1


def family_of(deviation: Deviation) -> str:
    """Return the part of a class before its slash."""
    return deviation.kind.partition("/")[0]


def controls(variations: Mapping[str, Deviation]) -> list[str]:
    """Return every n-th harmless variation, and the last, which is all of them at once."""
    names = list(variations)
    return list(dict.fromkeys([*names[::VARIATION], names[-1]]))
