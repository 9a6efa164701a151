"""Carrying out a run: get acquainted, send everything, come to a verdict."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs
import pytest

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.runner import current_run, operations, pytest_isolation, replay
from plaid_accounts_contract.runner.known_failing import Entry
from plaid_accounts_contract.runner.preflight import probe
from plaid_accounts_contract.runner.pytest_plugin import RunPlugin
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.verdict import Outcome, conclude
from plaid_accounts_contract.settings import Settings, existing_file
from plaid_accounts_contract.wire.target import Pace, Target, Unreachable

_SERVER: Final = Path(__file__).parents[1] / "server"
PREFLIGHT: Final = "preflight"
"""The origin of the exchanges with which a run begins."""


def run_checks(
    settings: Settings,
    contract: Contract,
    listener: Callable[[Run], None] | None = None,
    known: Sequence[Entry] = (),
) -> Outcome:
    """Check the server that `settings` name; the faults that `known` lists do not count against it.

    Raises:
        SettingsError: the report to replay cannot be read, or --operations names what the contract does not have.
        Unjudgeable: the server cannot be reached or does not accept the credentials.

    """
    settings = attrs.evolve(settings, seed=settings.seed or random.SystemRandom().randrange(1, 2**31))
    with open_run(settings, contract, listener) as run:
        if run.unusable:
            return conclude(run, known=known)
        errors = _replay(run) if settings.replay else _send_everything(run)
        return conclude(run, tuple(errors), known)


def _send_everything(run: Run) -> list[str]:
    suite = RunPlugin(run)
    arguments = pytest_isolation.arguments(_SERVER, ("schemathesis.pytest.plugin",), without=("logging", "warnings"))
    with _active(run), pytest_isolation.alone():
        status = pytest.main(arguments, plugins=[suite])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        suite.errors.append(f"pytest ended with {status!r}")
    return suite.errors


def _replay(run: Run) -> list[str]:
    run.origin = "replay"
    requests = replay.load(existing_file(run.settings.replay, "--replay"), run.settings, run.test_data)
    try:
        for request in requests:
            run.send(request)
    except Unreachable as error:
        run.aborted = str(error)
    return []


@contextmanager
def open_run(settings: Settings, contract: Contract, listener: Callable[[Run], None] | None = None) -> Generator[Run]:
    """Begin a run: get acquainted with the server that `settings` name, and evaluate the exchanges that this took.

    Raises:
        SettingsError: --operations names one that the contract does not have.
        Unjudgeable: the server cannot be reached or does not accept the credentials.

    """
    operations.check_names(settings, contract)
    pace = Pace.per_minute(settings.rate_limit)
    with Target(settings.base_url, settings.timeout, pace, contract.version) as target:
        first = probe(contract.primary, settings, target)
        run = Run(contract, settings, target, first.test_data, listener=listener)
        run.origin, run.unusable = PREFLIGHT, first.unusable
        for request, response in first.exchanges:
            run.evaluate(request, response)
        yield run


@contextmanager
def _active(run: Run) -> Generator[None]:
    # The tests take the run as they are imported.
    pytest_isolation.forget(f"plaid_accounts_contract.{_SERVER.name}.")
    current_run.begin(run)
    try:
        yield
    finally:
        current_run.end()
