"""Which tests a fault is tried with, the likely and quick ones first."""

from __future__ import annotations

from collections import Counter

import pytest

from mutation.client_faults.baseline import Baseline
from mutation.client_faults.fault import ClientFault
from mutation.client_faults.session import Items
from mutation.client_faults.witness import guarantee_of


def choose(fault: ClientFault, items: Items, baseline: Baseline | None) -> list[pytest.Item]:
    """Return the tests of the guarantees that the fault breaks, without those that never run what it changes.

    Of each test the first variant comes before the second of any: variants of one test mostly find the same.
    """
    fitting = [item for item in items if guarantee_of(item) in fault.guarantees]
    if baseline is not None:
        fitting = [item for item in fitting if item.name and item.nodeid in baseline.seconds]
        if fault.lines:
            fitting = [item for item in fitting if baseline.runs(item.nodeid, fault.lines)]
        fitting.sort(key=lambda item: baseline.seconds[item.nodeid])
    before: Counter[str] = Counter()
    ranks: dict[str, tuple[bool, int]] = {}
    for item in fitting:
        name = item.nodeid.partition("[")[0]
        ranks[item.nodeid] = (not _about(item, fault), before[name])
        before[name] += 1
    return sorted(fitting, key=lambda item: ranks[item.nodeid])


def _about(item: pytest.Item, fault: ClientFault) -> bool:
    variant = item.nodeid.partition("[")[2]
    return bool(fault.near) and fault.near in variant.rstrip("]").split("-")
