"""Carrying out a run: get acquainted, send everything, come to a verdict."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs
import pytest

from plaid_accounts_contract import active
from plaid_accounts_contract.acquaintance import acquaint
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.findings import Verdict
from plaid_accounts_contract.run import Run
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.suite import Suite
from plaid_accounts_contract.targets import Pace, Target

_SERVER: Final = Path(__file__).with_name("server")


@attrs.frozen
class Outcome:
    """What a run came to; `reasons` say why it could not be judged, where it could not."""

    run: Run
    verdict: Verdict
    reasons: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 conforms, 1 does not, 2 could not be judged."""
        return {Verdict.PASS: 0, Verdict.FAIL: 1}.get(self.verdict, 2)


def judge(settings: Settings, contract: Contract, listener: Callable[[Run], None] | None = None) -> Outcome:
    """Check the server that `settings` name.

    Raises:
        Unjudgeable: the server cannot be reached or does not accept the credentials.

    """
    settings = attrs.evolve(settings, seed=settings.seed or random.SystemRandom().randrange(1, 2**31))
    pace = Pace.per_minute(settings.rate_limit)
    with Target(settings.base_url, settings.timeout, pace, contract.version) as target:
        operation = contract.operations[0]
        subject = acquaint(contract, operation, settings, target)
        run = Run(contract, settings, target, subject, operation, listener=listener)
        suite = Suite(run)
        with _active(run), _alone():
            status = pytest.main(_arguments(), plugins=[suite])
        if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
            suite.errors.append(f"pytest ended with {status!r}")
        return conclude(run, tuple(suite.errors))


def conclude(run: Run, errors: tuple[str, ...] = ()) -> Outcome:
    """Come to the verdict of a run that has sent everything."""
    reasons = [f"the suite broke: {error}" for error in errors if run.aborted not in error or not run.aborted]
    if run.aborted:
        reasons.append(run.aborted)
    accepted = {exchange.request.mode for exchange in run.exchanges if exchange.response.status == 200}
    reasons += [
        f"no request with credentials in the {mode} was answered with 200 (if the server takes none there: --modes)"
        for mode in run.settings.modes
        if mode not in accepted
    ]
    if reasons:
        return Outcome(run, Verdict.ERROR, tuple(reasons))
    level = "SHOULD" if run.settings.level == "SHOULD" else "MUST"
    broken = any(True for _ in run.ledger.findings(level))
    return Outcome(run, Verdict.FAIL if broken else Verdict.PASS)


def _arguments() -> list[str]:
    # Nothing of the folder that the command is started in takes part: no ini file, no conftest, no cache, no output.
    return [
        str(_SERVER), "-c", os.devnull, "--rootdir", str(_SERVER), "--import-mode=importlib", "--noconftest",
        "-p", "_hypothesis_pytestplugin", "-p", "schemathesis.pytest.plugin", "-p", "no:cacheprovider",
        "-p", "no:terminal", "-p", "no:logging", "-p", "no:doctest", "-p", "no:faulthandler", "-p", "no:warnings",
        "--capture=no",
    ]  # fmt: skip


@contextmanager
def _alone() -> Iterator[None]:
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
def _active(run: Run) -> Iterator[None]:
    active.begin(run)
    try:
        yield
    finally:
        active.end()
