"""The suite catches every fault of a server by the clause that it breaks, and no harmless variation raises an alarm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from mutation.runner import Record
from mutation.server_faults.catalogue import catalogue, faults_of, rows
from mutation.server_faults.fault import Fault
from mutation.server_faults.variations import VARIATIONS
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.settings import Settings

if TYPE_CHECKING:
    # Listing the faults imports no server.
    from mutation.runner.server_runs import Corpus

CONTRACT = Contract.load()
FAULTS = catalogue(CONTRACT)
SETTINGS = Settings(seed=1)
QUICK = Settings(seed=1, quick=True)
SETS = (
    "three variables",
    "a second token",
    "a closed account",
    "a single account",
    "one mode",
    "a second pair of keys",
)


def _table() -> Iterator[Any]:
    """Yield each row of a report's table for each set of settings; those of additional operations for the first only."""
    for known, row in product(SETS, rows(CONTRACT)):
        if ":" not in row or known == SETS[0]:
            statement = f"Breaks {row} for a user who knows {known}."
            fault = Fault(f"{known}:{row}", row, statement, lambda conforming: conforming, kind=f"settings/{known}")
            yield pytest.param(fault, known, id=fault.id)


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """The requests of one complete run of default length."""
    from mutation.runner.server_runs import record as record_requests  # noqa: PLC0415 - see above

    return record_requests(SETTINGS, CONTRACT)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_fault(fault: Fault, corpus: Corpus, record: Record) -> None:
    """A server with the fault violates the very clause that the fault breaks."""
    from mutation.runner.server_runs import run_fault  # noqa: PLC0415

    result = run_fault(fault, corpus, SETTINGS, CONTRACT)
    record(result.outcome, result.caught_by, result.detail)


@pytest.mark.parametrize("fault", VARIATIONS, ids=[variation.id for variation in VARIATIONS])
def test_variation(fault: Fault, record: Record) -> None:
    """A conforming server that differs from the reference server passes a complete run."""
    from mutation.runner.server_runs import run_variation  # noqa: PLC0415

    result = run_variation(fault, SETTINGS, CONTRACT)
    record(result.outcome, result.caught_by, result.detail)


def _length(known: str) -> Settings:
    """Return the length of a run: a quick one sends too few requests to additional operations for their faults."""
    return SETTINGS if known == SETS[0] else QUICK


@pytest.fixture(scope="session")
def corpus_of_set() -> Callable[[str], Corpus]:
    """Record the requests of one run with few settings, once for each of the sets."""
    from mutation.runner.server_runs import KNOWN, record  # noqa: PLC0415

    @cache
    def recorded(known: str) -> Corpus:
        return record(_length(known), CONTRACT, KNOWN[known])

    return recorded


@pytest.mark.parametrize(("fault", "known"), [*_table()])
def test_settings(fault: Fault, known: str, corpus_of_set: Callable[[str], Corpus], record: Record) -> None:
    """Whatever a user knows of a server, a clause that passes is one that the run could have found violated."""
    from mutation.runner.server_runs import KNOWN, run_fault  # noqa: PLC0415

    corpus = corpus_of_set(known)
    if fault.breaks not in corpus.observed:
        record("not observed")
        return
    for one in faults_of(fault.breaks, FAULTS.values()):
        if run_fault(one, corpus, _length(known), CONTRACT, KNOWN[known]).outcome == "caught":
            record("caught", one.id)
            return
    record("survived")
