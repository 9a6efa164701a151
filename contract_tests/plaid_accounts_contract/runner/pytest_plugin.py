"""The pytest side of a run: tests fail by what the ledger gained while they ran."""

from __future__ import annotations

from collections.abc import Generator

import attrs
import pytest

from plaid_accounts_contract.runner import operations
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.wire.target import Unreachable


class ContractViolated(AssertionError):
    """A test sent requests whose answers break the contract; the blocks of the report say which clauses."""


# A plugin is told apart by identity: pytest 9.0 keeps those it has seen in a set.
@attrs.define(eq=False)
class RunPlugin:
    """A pytest plugin for one run.

    A finding does not end a test, so that one fault never hides another; the test fails once it is through. An
    exception of the suite itself is kept in `errors`, apart from what the target did.
    """

    run: Run
    errors: list[str] = attrs.field(factory=list)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """Run a test, then fail it if it led to findings."""
        before = self._count()
        self.run.origin = item.name
        try:
            yield
        except Unreachable as error:
            self.run.aborted = self.run.aborted or str(error)
            item.session.shouldstop = "the target cannot be judged any further"
            raise
        except Exception as error:
            self.errors.append(f"{item.name}: {type(error).__name__}: {error}")
            raise
        if self._count() > before:
            msg = f"{self._count() - before} exchanges break the contract"
            raise ContractViolated(msg)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the marks of the tests known."""
        config.addinivalue_line("markers", "destructive: may hang or crash a fragile server; runs last")
        config.addinivalue_line("markers", "additional: covers operations other than the primary one")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Find out which further operations the target has; their tests are collected for those alone."""
        try:
            operations.discover(self.run)
        except Unreachable as error:
            self.run.aborted = str(error)
            raise session.Interrupted(self.run.aborted) from None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Send further operations after the primary one, and leave rough tests to the end of all.

        So a server that does not survive them is judged by all others.
        """
        named = self.run.settings.operations
        if named and self.run.operation.id not in named:
            items[:] = [item for item in items if item.get_closest_marker("additional")]
        items.sort(key=_rank)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what stands in the way of collecting tests."""
        if report.failed:
            self.errors.append(str(report.longrepr))

    def pytest_internalerror(self, excrepr: object) -> None:
        """Keep what broke pytest itself."""
        self.errors.append(str(excrepr))

    def _count(self) -> int:
        return sum(group.count for group in self.run.results.violations("MUST"))


def _rank(item: pytest.Item) -> int:
    if item.get_closest_marker("destructive"):
        return 2
    return 1 if item.get_closest_marker("additional") else 0
