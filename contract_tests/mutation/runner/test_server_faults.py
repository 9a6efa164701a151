"""The suite catches every fault of a server by the clause that it breaks, and no harmless variation raises an alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mutation.runner.outcome import Record
from mutation.server_faults.catalogue import catalogue, uncovered
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


def test_every_clause_has_a_fault() -> None:
    """Each requirement of each operation, and each clause of each response, is broken by a fault."""
    assert uncovered(CONTRACT, FAULTS.values()) == []
