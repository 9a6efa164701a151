"""A pytest plugin that sees which test fails, by which guarantee, and whether it is the client's doing."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Collection, Generator
from pathlib import Path

import attrs
import pytest

from plaid_accounts_contract.cli.check_client import message_of


@attrs.frozen
class Failure:
    """A failed test: the guarantee it is about and what it said.

    `judged` is False where the test itself broke, by an exception that neither an assertion nor the client raised.
    """

    test: str
    guarantee: str
    message: str
    judged: bool


# A plugin is told apart by identity.
@attrs.define(eq=False)
class Witness:
    """Keeps what became of the tests of a client that lies in `package`; `tell` hears of each test before it runs."""

    package: Path
    tell: Callable[[str], object] = attrs.field(default=lambda _: None)
    failures: list[Failure] = attrs.field(factory=list)
    errors: list[str] = attrs.field(factory=list)
    skipped: set[str] = attrs.field(factory=set)
    seconds: dict[str, float] = attrs.field(factory=dict)
    begun: float = attrs.field(factory=time.monotonic)

    def caught(self, guarantees: Collection[str]) -> Failure | None:
        """Return the first failure that finds one of these guarantees broken."""
        return next((failure for failure in self.failures if failure.judged and failure.guarantee in guarantees), None)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Say which test begins."""
        self.begun = time.monotonic()
        self.tell(nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Keep how long a test took, set-up included."""
        self.seconds[nodeid] = time.monotonic() - self.begun

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep a failure."""
        report = yield
        if report.skipped:
            self.skipped.add(item.nodeid)
        elif report.failed and call.excinfo is not None:
            error = call.excinfo.value
            guarantee = guarantee_of(item)
            if call.when == "call" and guarantee:
                self.failures.append(Failure(item.nodeid, guarantee, message_of(error), self._is_judgement(error)))
            else:
                self.errors.append(f"{item.nodeid} ({call.when}): {message_of(error)}")
        return report

    def _is_judgement(self, error: BaseException) -> bool:
        if isinstance(error, BaseExceptionGroup):
            return all(map(self._is_judgement, error.exceptions))
        if isinstance(error, (AssertionError, pytest.fail.Exception)):
            return True
        frames = traceback.extract_tb(error.__traceback__)
        return any(self._is_client(frame.filename) for frame in frames)

    def _is_client(self, filename: str) -> bool:
        # attrs names the source of the methods that it writes for a model by the model.
        written = filename.startswith("<attrs generated ") and f" {self.package.name}." in filename
        return written or Path(filename).is_relative_to(self.package)


def guarantee_of(item: pytest.Item) -> str:
    """Return the guarantee that a test is about."""
    return str(getattr(getattr(item, "function", None), "guarantee", ""))
