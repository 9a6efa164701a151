"""One fault on trial: a run against a server that has it, until the clause that it breaks is among the findings."""

from __future__ import annotations

import time

import attrs

from mutation.runner.corpus import Corpus, likeness
from mutation.runner.results import End, Result
from mutation.server_faults import Deviation, Fault
from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server.running import running
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.runner.preflight import Inconclusive
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.runner import open_run, run_checks
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.target import Unreachable


def try_fault(fault: Fault, corpus: Corpus, settings: Settings, contract: Contract) -> Result:
    """Run the suite against a server that has `fault`."""
    begun = time.monotonic()
    with running(fault.app(contract.document)) as server:
        ready = complete(settings, fault.world(), server.url)
        try:
            with open_run(ready, contract) as run:
                _send(run, fault, corpus)
            if not _named(run, fault) and likeness(run.test_data) != corpus.likeness and not run.unusable:
                run = run_checks(_about(fault, ready, contract), contract).run
        except Exception as error:  # noqa: BLE001 - whatever breaks the suite is a result, and no other fault's concern
            said = str(error) if isinstance(error, Inconclusive) else f"{type(error).__name__}: {error}"
            return Result(fault.id, End.ERROR, seconds=time.monotonic() - begun, detail=said)
    return _result(run, fault, time.monotonic() - begun)


def try_variation(variation: Deviation, name: str, settings: Settings, contract: Contract) -> Result:
    """Run the suite on the operation in which a server differs without harm; `name` is what the result is called."""
    begun = time.monotonic()
    with running(variation.app(contract.document)) as server:
        try:
            ready = complete(settings, variation.world(), server.url)
            outcome = run_checks(_about(variation, ready, contract), contract)
        except Inconclusive as error:
            return Result(name, End.ERROR, seconds=time.monotonic() - begun, detail=str(error))
    found = [f"{clause} {path}".strip() for clause, path in outcome.run.results.groups]
    quiet = outcome.verdict is Verdict.PASS and not found
    end = End.QUIET if quiet else End.ALARM if found else End.ERROR
    detail = "; ".join([*outcome.reasons, *found])
    return Result(name, end, exchanges=len(outcome.run.exchanges), seconds=time.monotonic() - begun, detail=detail)


def _about(deviation: Deviation, settings: Settings, contract: Contract) -> Settings:
    """Return `settings` for a run on the one operation that the server deviates in: it shows nowhere else."""
    return attrs.evolve(settings, operations=(contract.operation_at(deviation.endpoint, "post").id,))


def _send(run: Run, fault: Fault, corpus: Corpus) -> None:
    if _named(run, fault) or run.unusable or likeness(run.test_data) != corpus.likeness:
        return
    try:
        corpus.about(fault.endpoint).send(run, lambda: _named(run, fault) is not None)
    except Unreachable as error:
        run.aborted = str(error)


def _named(run: Run, fault: Fault) -> int | None:
    """Return the first exchange in which the clause that the fault names was found broken."""
    if fault.breaks not in run.results.failed:
        return None
    groups = (
        group
        for (clause, path), group in run.results.groups.items()
        if clause == fault.breaks and fault.path in (None, path)
    )
    return min((min(group.exchanges) for group in groups), default=None)


def _result(run: Run, fault: Fault, seconds: float) -> Result:
    named = _named(run, fault)
    found = sorted(
        (min(group.exchanges), index, clause) for index, ((clause, _), group) in enumerate(run.results.groups.items())
    )
    first_exchange, _, first = found[0] if found else (0, 0, "")
    if named is not None:
        return Result(fault.id, End.CAUGHT, first, first_exchange, named, len(run.exchanges), seconds)
    others = "; ".join(dict.fromkeys(f"{clause} {path}".strip() for clause, path in run.results.groups))
    end = End.ERROR if run.aborted else End.MISNAMED if found else End.EQUIVALENT if fault.equivalent else End.SURVIVED
    detail = run.aborted or (f"found instead: {others}" if others else fault.equivalent)
    return Result(fault.id, end, first, first_exchange, 0, len(run.exchanges), seconds, detail)
