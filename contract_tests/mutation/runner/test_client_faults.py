"""Each fault of the client is caught by a test of a guarantee that it breaks."""

from collections.abc import Iterator

import pytest

from mutation.client_faults.catalogue import catalogue
from mutation.client_faults.fault import ClientFault, Refused
from mutation.client_faults.generation import changed_client
from mutation.client_faults.mutant_runner import MutantRun, MutantRunner
from mutation.runner import Record
from plaid_accounts_contract.client.guarantees import GUARANTEES
from plaid_accounts_contract.settings import Settings

FAULTS = catalogue()


@pytest.fixture(scope="session")
def runner() -> Iterator[MutantRunner]:
    """Yield a process that has collected the tests of the client, once for each worker of pytest-xdist."""
    stale = sorted(changed_client(lambda _: None))
    assert not stale, f"the client is out of date with the contract, see {', '.join(stale)}; run: make generate"
    with MutantRunner.of(Settings(quick=True, seed=1)) as runner:
        yield runner


@pytest.mark.parametrize("fault", [pytest.param(fault, id=name) for name, fault in FAULTS.items()])
def test_a_fault_of_the_client_is_caught(fault: ClientFault, runner: MutantRunner, record: Record) -> None:
    """A test of a guarantee that the fault breaks fails on the faulty client."""
    try:
        sources = fault.sources()
    except Refused as refusal:
        record("refused", detail=str(refusal))
        return
    run = runner.run(sources, fault.guarantees, fault.near) if sources else MutantRun("survived", detail="same client")
    record(run.outcome, run.caught_by, run.detail)


def test_the_client_without_a_fault_passes(runner: MutantRunner) -> None:
    """Every test passes on the client as it is."""
    assert runner.run({}, GUARANTEES) == MutantRun("survived")
