"""A pytest plugin that records which test fails, and whether the client is the cause."""

import traceback
from collections.abc import Generator
from pathlib import Path

import attrs
import pytest

from plaid_accounts_contract.cli.check_client import message_of


# pytest keeps plugins in a set.
@attrs.define(eq=False)
class Recorder:
    """Records what tests find in the client in the folder `package`.

    `caught` names the first test that failed by an assertion or by an exception of the client, and its guarantee. `errors`
    are tests that broke by themselves: an `AttributeError` of a test proves nothing.
    """

    package: Path
    caught: str = ""
    errors: list[str] = attrs.field(factory=list)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Record a failure."""
        report = yield
        if report.failed and call.excinfo is not None:
            error = call.excinfo.value
            if call.when == "call" and self._is_of_client(error):
                self.caught = self.caught or f"{guarantee_of(item)}: {item.nodeid}"
            else:
                self.errors.append(f"{item.nodeid} ({call.when}): {message_of(error)}")
        return report

    def _is_of_client(self, error: BaseException) -> bool:
        if isinstance(error, BaseExceptionGroup):
            return all(map(self._is_of_client, error.exceptions))
        if isinstance(error, (AssertionError, pytest.fail.Exception)):
            return True
        return any(self._is_client(frame.filename) for frame in traceback.extract_tb(error.__traceback__))

    def _is_client(self, filename: str) -> bool:
        # attrs names the source of the methods that it writes for a model after the model.
        written = filename.startswith("<attrs generated ") and f" {self.package.name}." in filename
        return written or Path(filename).is_relative_to(self.package)


def guarantee_of(item: pytest.Item) -> str:
    """Return the guarantee that a test is about."""
    return str(getattr(getattr(item, "function", None), "guarantee", ""))
