"""The pytest side of a run: a test fails if violations were recorded while it ran."""

import traceback
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import attrs
import pytest

from plaid_accounts_contract.runner import operations
from plaid_accounts_contract.runner.pytest_isolation import Plugin
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.wire.target import Unreachable

# Of an exception in the suite: its own frames, without pytest's.
_FRAMES: Final = 8
# pytest imports the tests without arguments, and generated requests are made for one target: one run at a time.
_RUNS: list[Run] = []


def current_run() -> Run:
    """Return the run that the server tests belong to, or raise LookupError if they were started without one."""
    if not _RUNS:
        raise LookupError("no run has begun: start these tests with `plaid-accounts-contract check`")
    return _RUNS[-1]


@contextmanager
def current(run: Run) -> Generator[None]:
    """Make `run` the current one while the block runs."""
    _RUNS.append(run)
    try:
        yield
    finally:
        _RUNS.pop()


class ContractViolated(AssertionError):
    """The responses to the requests of a test violate the contract; the report names the clauses."""


@attrs.define(eq=False)
class RunPlugin(Plugin):
    """A pytest plugin for one run.

    A test sends all of its requests before it fails, so that one violation never hides another. `errors` are exceptions
    of the suite itself, apart from violations by the target.
    """

    run: Run
    _waiting: list[str] = attrs.field(factory=list)

    def pytest_runtest_logstart(self) -> None:
        """Count a test as reached, whether it is skipped or not."""
        del self._waiting[:1]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """Run a test, then fail it if violations were recorded."""
        before = self._count()
        self.run.origin = item.name
        try:
            yield
        except Unreachable as error:
            self.run.aborted = self.run.aborted or str(error)
            names = (name.partition("[")[0].removeprefix("test_").replace("_", " ") for name in self._waiting)
            self.run.unreached = tuple(dict.fromkeys(names))
            item.session.shouldstop = "the target has stopped responding"
            raise
        except Exception as error:
            shown = "".join(traceback.format_exception(error, limit=-_FRAMES)).rstrip()
            self.errors.append(f"{item.name}: {shown}")
            raise
        if self._count() > before:
            raise ContractViolated(f"{self._count() - before} violations of the contract")

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the markers of the tests."""
        config.addinivalue_line("markers", "destructive: may hang or crash a fragile server; runs last")
        config.addinivalue_line("markers", "additional: covers operations other than the primary one")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Discover which additional operations the target offers; tests are collected for those alone."""
        try:
            operations.discover(self.run)
        except Unreachable as error:
            self.run.aborted = str(error)
            raise session.Interrupted(self.run.aborted) from None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Run additional operations after the primary one, and destructive tests last of all."""
        named = self.run.settings.operations
        if named and self.run.operation.id not in named:
            items[:] = [item for item in items if item.get_closest_marker("additional")]
        items.sort(key=_rank)
        self._waiting = [item.name for item in items]

    def _count(self) -> int:
        return sum(group.count for group in self.run.results.violations("MUST"))


def _rank(item: pytest.Item) -> int:
    if item.get_closest_marker("destructive"):
        return 2
    return 1 if item.get_closest_marker("additional") else 0
