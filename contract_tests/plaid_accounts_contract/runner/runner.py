"""Carries out a run: preflight, all tests or a replay, then the verdict."""

import random
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.runner import operations, preflight, pytest_isolation, replay
from plaid_accounts_contract.runner.known_failing import Entry
from plaid_accounts_contract.runner.pytest_plugin import RunPlugin, current
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.verdict import Outcome, conclude
from plaid_accounts_contract.settings import Settings, existing_file
from plaid_accounts_contract.wire.target import Target, Unreachable

_SERVER: Final = Path(__file__).parents[1] / "server"
PREFLIGHT: Final = "preflight"
"""The origin of the first exchanges of a run."""


def run_checks(
    settings: Settings,
    contract: Contract,
    listener: Callable[[Run], None] | None = None,
    known: Sequence[Entry] = (),
) -> Outcome:
    """Check the server of `settings`, or raise Inconclusive; the violations in `known` do not fail it."""
    settings = attrs.evolve(settings, seed=settings.seed or random.SystemRandom().randrange(1, 2**31))
    with open_run(settings, contract, listener) as run:
        if run.unusable:
            return conclude(run, known=known)
        errors = _replay(run) if settings.replay else _send_everything(run)
        return conclude(run, tuple(errors), known)


def _send_everything(run: Run) -> list[str]:
    plugin = RunPlugin(run)
    arguments = pytest_isolation.arguments(_SERVER, (), without=("logging", "warnings"))
    # The tests take the run as they are imported.
    pytest_isolation.forget(f"plaid_accounts_contract.{_SERVER.name}.")
    with current(run):
        pytest_isolation.run(arguments, plugin)
    return plugin.errors


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
    """Yield a run against the server of `settings` whose preflight is done and evaluated, or raise Inconclusive."""
    operations.check_names(settings, contract)
    with Target.of(settings, contract.version) as target:
        test_data, exchanges, refused = preflight.probe(contract.primary, settings, target)
        run = Run(contract, settings, target, test_data, origin=PREFLIGHT, listener=listener, refused=refused)
        if not test_data.primary.accounts:
            run.unusable = "the first responses list no account with an account_id"
        for request, response in exchanges:
            run.evaluate(request, response)
        yield run
