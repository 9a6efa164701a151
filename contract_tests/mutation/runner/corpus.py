"""The requests of one whole run, kept to be sent to many servers.

Nothing that a target answers changes what is sent next, so a fault that leaves the first answers' ids alone gets the very
requests that a run of its own would send it, at a fraction of the time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import attrs

from mutation.runner.results import NotSound
from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.runner.local_target import reference_server
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.runner import PREFLIGHT, run_checks
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Request

_THREADS = 8

Likeness = tuple[object, ...]


@attrs.frozen
class Step:
    """Requests that one test sends: one after the other, or at the same time."""

    origin: str
    requests: tuple[Request, ...] = attrs.field(repr=False)
    parallel: bool


@attrs.frozen
class Corpus:
    """The steps of a run after its acquaintance, and the likeness of the subject for which they were written."""

    likeness: Likeness = attrs.field(repr=False)
    steps: tuple[Step, ...]

    def about(self, path: str) -> Corpus:
        """Return the requests to one path alone: what tampers with one operation shows nowhere else."""
        steps = (
            attrs.evolve(step, requests=tuple(one for one in step.requests if one.path.partition("?")[0] == path))
            for step in self.steps
        )
        return attrs.evolve(self, steps=tuple(step for step in steps if step.requests))

    def send(self, run: Run, enough: Callable[[], bool]) -> None:
        """Send everything to the target of `run`, until there is `enough`.

        Raises:
            Unreachable: the target answers nothing any more, or the time is used up.

        """
        for step in self.steps:
            run.origin = step.origin
            if step.parallel:
                with ThreadPoolExecutor(_THREADS) as pool:
                    list(pool.map(run.send, step.requests))
                if enough():
                    return
                continue
            for request in step.requests:
                run.send(request)
                if enough():
                    return


def likeness(test_data: TestData) -> Likeness:
    """Return all of `subject` that requests are made from; two subjects alike get the same requests."""
    items = tuple((item.access_token, item.account_ids, item.item_id, item.closed) for item in test_data.items)
    return (test_data.client_id, test_data.secret, items, tuple(test_data.failing.items()))


def record(settings: Settings, contract: Contract) -> Corpus:
    """Carry out a whole run against the embedded server, and keep its requests.

    Raises:
        NotSound: that run does not pass.

    """
    alone: list[bool] = []

    def listen(run: Run) -> None:
        if run.origin != PREFLIGHT:
            alone.append(threading.current_thread() is threading.main_thread())

    with reference_server(settings, contract) as ready:
        outcome = run_checks(ready, contract, listen)
    if outcome.verdict is not Verdict.PASS:
        clauses = [group.example.clause for group in outcome.run.results.violations()]
        msg = f"the reference server does not pass: {', '.join((*outcome.reasons, *clauses))}"
        raise NotSound(msg)
    sent = [exchange for exchange in outcome.run.exchanges if exchange.origin != PREFLIGHT]
    steps: list[Step] = []
    for exchange, single in zip(sent, alone, strict=True):
        if steps and steps[-1].origin == exchange.origin and steps[-1].parallel is not single:
            steps[-1] = attrs.evolve(steps[-1], requests=(*steps[-1].requests, exchange.request))
        else:
            steps.append(Step(exchange.origin, (exchange.request,), parallel=not single))
    return Corpus(likeness(outcome.run.test_data), tuple(steps))
