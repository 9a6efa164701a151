"""Runs of the suite against faulty servers.

Nothing that a target responds changes what is sent next. So the requests of one complete run are recorded, and replayed to
each faulty server until the fault is caught: a fraction of the time of a run of its own.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import attrs

from mutation.runner import Outcome
from mutation.server_faults.fault import Fault
from mutation.server_faults.injection import FaultyServer
from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server.data import LIMITED
from plaid_accounts_contract.reference_server.running import running
from plaid_accounts_contract.runner.local_target import complete, reference_server
from plaid_accounts_contract.runner.preflight import Inconclusive
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.runner import PREFLIGHT, open_run, run_checks
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Request
from plaid_accounts_contract.wire.target import Unreachable

_KEY_IDS: Final = "webhook_key_ids"
# As many as the suite's own tests of concurrency use.
_THREADS: Final = 8


Known = Callable[[Settings], Settings]
"""Leaves out of complete settings what a user doesn't know of the server."""


def everything(complete: Settings) -> Settings:
    """Leave out nothing."""
    return complete


def only(*names: str, **changes: Any) -> Known:
    """Leave out all but keys, token and `names`."""

    def known(complete: Settings) -> Settings:
        kept = {"client_id", "secret", "access_token", *names}
        optional = (field for field in attrs.fields(Settings) if field.metadata["secret"] or field.name == _KEY_IDS)
        missing: dict[str, Any] = {field.name: field.default for field in optional if field.name not in kept}
        return attrs.evolve(complete, **missing | changes)

    return known


KNOWN: Final[Mapping[str, Known]] = {
    "three variables": only(),
    "a second token": only("other_access_token"),
    "a closed account": only("closed_account_id"),
    "a single account": only(access_token=LIMITED.access_token),
    "one mode": only(modes=("body",)),
    "a second pair of keys": only("other_client_id", "other_secret"),
}
"""What users may know of their server."""


@attrs.frozen
class Step:
    """Requests that one test sends: one after the other, or concurrently."""

    origin: str
    requests: tuple[Request, ...] = attrs.field(repr=False)
    concurrent: bool


@attrs.frozen
class Corpus:
    """The steps of a run after its preflight, what they were written for, and the clauses that they put to the test."""

    likeness: tuple[object, ...] = attrs.field(repr=False)
    steps: tuple[Step, ...]
    observed: frozenset[str] = attrs.field(repr=False)


@attrs.frozen
class Result:
    """What became of a fault, after how many exchanges."""

    outcome: Outcome
    caught_by: str = ""
    detail: str = ""
    exchanges: int = 0


def record(settings: Settings, contract: Contract, known: Known = everything) -> Corpus:
    """Return the requests of a complete run against the reference server; raise AssertionError if it doesn't pass."""
    alone: list[bool] = []

    def listen(run: Run) -> None:
        if run.origin != PREFLIGHT:
            alone.append(threading.current_thread() is threading.main_thread())

    with reference_server(settings, contract) as ready:
        conclusion = run_checks(known(ready), contract, listen)
    assert conclusion.verdict is Verdict.PASS, (conclusion.reasons, conclusion.run.results.groups)
    sent = [exchange for exchange in conclusion.run.exchanges if exchange.origin != PREFLIGHT]
    steps: list[Step] = []
    for exchange, single in zip(sent, alone, strict=True):
        if steps and (steps[-1].origin, steps[-1].concurrent) == (exchange.origin, not single):
            steps[-1] = attrs.evolve(steps[-1], requests=(*steps[-1].requests, exchange.request))
        else:
            steps.append(Step(exchange.origin, (exchange.request,), concurrent=not single))
    return Corpus(_likeness(conclusion.run.test_data), tuple(steps), frozenset(conclusion.run.results.observed))


def run_fault(
    fault: Fault, corpus: Corpus, settings: Settings, contract: Contract, known: Known = everything
) -> Result:
    """Check a server that has `fault`, and compare what is found with what the fault breaks."""
    _silence_server()
    app = FaultyServer(fault, contract.document)
    with running(app) as server:
        ready = known(complete(settings, app.dataset, server.url))
        try:
            with open_run(ready, contract) as run:
                # Requests are made from what the preflight finds: a fault that changes it needs a run of its own.
                same = _likeness(run.test_data) == corpus.likeness
                if same and not run.unusable:
                    _replay(run, fault, corpus)
            if not same and not run.unusable and not _is_caught(run, fault):
                run = run_checks(_about(fault, ready, contract), contract).run
        except Inconclusive as error:
            return Result("error", detail=str(error))
    if _is_caught(run, fault):
        return Result("caught", fault.breaks, exchanges=len(run.exchanges))
    found = "; ".join(dict.fromkeys(f"{clause} {path}".strip() for clause, path in run.results.groups))
    outcome: Outcome = "error" if run.aborted else "caught by another clause" if found else "survived"
    return Result(outcome, found, run.aborted, len(run.exchanges))


def run_variation(variation: Fault, settings: Settings, contract: Contract) -> Result:
    """Check a conforming server that differs from the reference server."""
    _silence_server()
    app = FaultyServer(variation, contract.document)
    with running(app) as server:
        try:
            conclusion = run_checks(_about(variation, complete(settings, app.dataset, server.url), contract), contract)
        except Inconclusive as error:
            return Result("error", detail=str(error))
    found = "; ".join(f"{clause} {path}".strip() for clause, path in conclusion.run.results.groups)
    passed = conclusion.verdict is Verdict.PASS and not found
    detail = "; ".join(conclusion.reasons)
    outcome: Outcome = "no alarm" if passed else "false alarm" if found else "error"
    return Result(outcome, found, detail, len(conclusion.run.exchanges))


def _replay(run: Run, fault: Fault, corpus: Corpus) -> None:
    """Send the requests to the fault's path, as it shows nowhere else, until it is caught or nothing responds."""
    try:
        for step in corpus.steps:
            run.origin = step.origin
            about = [request for request in step.requests if request.path.partition("?")[0] == fault.endpoint]
            if step.concurrent and not _is_caught(run, fault):
                with ThreadPoolExecutor(_THREADS) as pool:
                    list(pool.map(run.send, about))
            for request in about if not step.concurrent else ():
                if _is_caught(run, fault):
                    return
                run.send(request)
    except Unreachable as error:
        run.aborted = str(error)


def _is_caught(run: Run, fault: Fault) -> bool:
    """Whether an exchange violates the clause that the fault breaks, in the place where it does."""
    return any(clause == fault.breaks and fault.path in (None, path) for clause, path in run.results.groups)


def _about(fault: Fault, settings: Settings, contract: Contract) -> Settings:
    return attrs.evolve(settings, operations=(contract.operation_at(fault.endpoint, "POST").id,))


def _likeness(test_data: TestData) -> tuple[object, ...]:
    """Return everything of the test data that requests are made from."""
    items = tuple((item.access_token, item.account_ids, item.item_id, item.closed) for item in test_data.items)
    return (test_data.client_id, test_data.secret, items, tuple(test_data.failing.items()))


def _silence_server() -> None:
    """Keep off the terminal what the HTTP server logs about responses that are broken on purpose."""
    logger = logging.getLogger("uvicorn.error")
    logger.handlers[:] = [logging.NullHandler()]
    logger.propagate = False
