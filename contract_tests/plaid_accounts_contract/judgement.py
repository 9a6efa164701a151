"""Carrying out a run: get acquainted, send everything, come to a verdict."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs
import pytest

from plaid_accounts_contract import active, replay
from plaid_accounts_contract.acquaintance import acquaint
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.known_failing import Entry
from plaid_accounts_contract.outcome import Outcome, conclude
from plaid_accounts_contract.run import Run
from plaid_accounts_contract.settings import Settings, existing_file
from plaid_accounts_contract.suite import Suite
from plaid_accounts_contract.targets import Pace, Target, Unreachable

_SERVER: Final = Path(__file__).with_name("server")
ACQUAINTANCE: Final = "acquaintance"
"""The origin of the exchanges with which a run begins."""


def judge(
    settings: Settings,
    contract: Contract,
    listener: Callable[[Run], None] | None = None,
    known: Sequence[Entry] = (),
) -> Outcome:
    """Check the server that `settings` name; the faults that `known` lists do not count against it.

    Raises:
        SettingsError: the report to replay cannot be read.
        Unjudgeable: the server cannot be reached or does not accept the credentials.

    """
    settings = attrs.evolve(settings, seed=settings.seed or random.SystemRandom().randrange(1, 2**31))
    with beginning(settings, contract, listener) as run:
        if run.unusable:
            return conclude(run, known=known)
        errors = _replay(run) if settings.replay else _send_everything(run)
        return conclude(run, tuple(errors), known)


def _send_everything(run: Run) -> list[str]:
    suite = Suite(run)
    with _active(run), _alone():
        status = pytest.main(_arguments(), plugins=[suite])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        suite.errors.append(f"pytest ended with {status!r}")
    return suite.errors


def _replay(run: Run) -> list[str]:
    run.origin = "replay"
    requests = replay.load(existing_file(run.settings.replay, "--replay"), run.settings, run.subject)
    try:
        for request in requests:
            run.send(request)
    except Unreachable as error:
        run.aborted = str(error)
    return []


@contextmanager
def beginning(settings: Settings, contract: Contract, listener: Callable[[Run], None] | None = None) -> Generator[Run]:
    """Begin a run: get acquainted with the server that `settings` name, and judge the exchanges that this took.

    Raises:
        Unjudgeable: the server cannot be reached or does not accept the credentials.

    """
    pace = Pace.per_minute(settings.rate_limit)
    with Target(settings.base_url, settings.timeout, pace, contract.version) as target:
        operation = contract.operations[0]
        first = acquaint(operation, settings, target)
        run = Run(contract, settings, target, first.subject, operation, listener=listener)
        run.origin, run.unusable = ACQUAINTANCE, first.unusable
        for request, response in first.exchanges:
            run.judge(request, response)
        yield run


def _arguments() -> list[str]:
    # Nothing of the folder that the command is started in takes part: no ini file, no conftest, no cache, no output.
    return [
        str(_SERVER), "-c", os.devnull, "--rootdir", str(_SERVER), "--import-mode=importlib", "--noconftest",
        "-p", "_hypothesis_pytestplugin", "-p", "schemathesis.pytest.plugin", "-p", "no:cacheprovider",
        "-p", "no:terminal", "-p", "no:logging", "-p", "no:doctest", "-p", "no:faulthandler", "-p", "no:warnings",
        "--capture=no",
    ]  # fmt: skip


@contextmanager
def _alone() -> Generator[None]:
    """Keep plugins and options of the user's own pytest out of the run."""
    changes = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": None, "PYTEST_PLUGINS": None}
    before = {name: os.environ.pop(name, None) for name in changes}
    os.environ.update({name: value for name, value in changes.items() if value is not None})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@contextmanager
def _active(run: Run) -> Generator[None]:
    # The tests take the run as they are imported; those of a run before this one are still in memory.
    for name in [name for name in sys.modules if name.startswith(f"{__package__}.{_SERVER.name}.")]:
        del sys.modules[name]
    active.begin(run)
    try:
        yield
    finally:
        active.end()
