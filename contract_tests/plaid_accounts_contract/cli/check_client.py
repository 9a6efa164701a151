"""`check-client`: runs the tests in `client/` on the installed client and prints a verdict for each guarantee."""

import itertools
import random
import time
import traceback
from collections.abc import Generator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TextIO

import attrs
import pytest

from plaid_accounts_contract.cli import BROKEN, NO_VERDICT, OK
from plaid_accounts_contract.client import bodies, effort
from plaid_accounts_contract.client.documents import CONTRACT
from plaid_accounts_contract.client.guarantees import CASES, GUARANTEES
from plaid_accounts_contract.client.operations import Method
from plaid_accounts_contract.runner import pytest_isolation
from plaid_accounts_contract.settings import Settings

_TESTS: Final = Path(__file__).parents[1] / "client"
_WIDTH: Final = max(map(len, GUARANTEES))
# A broken client fails many tests for one reason; the first ones are enough to find it, also in the log of a job.
_FAILURES_SHOWN: Final = 12
_MESSAGE_LINES: Final = 8
_LINE_LENGTH: Final = 400


@attrs.frozen
class Failure:
    """A failed test: its guarantee, its operation if it is about one, and its message."""

    guarantee: str
    test: str
    message: str
    operation: str = ""


@attrs.define(eq=False)
class Record(pytest_isolation.Plugin):
    """A pytest plugin that keeps the outcome of each test."""

    stop_at_first: bool = False
    tested: set[str] = attrs.field(factory=set)
    failures: list[Failure] = attrs.field(factory=list)
    skipped: list[str] = attrs.field(factory=list)
    tests: int = 0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep the outcome of a test."""
        report = yield
        guarantee = getattr(getattr(item, "function", None), "guarantee", "")
        if report.skipped:
            self.skipped.append(f"{item.name}: {report.longrepr[2] if isinstance(report.longrepr, tuple) else ''}")
        elif call.when == "call":
            self.tests += 1
            self.tested.add(guarantee)
        if report.failed and call.excinfo is not None:
            self._keep(item, guarantee, call.when or "", call.excinfo.value)
        if self.failures and self.stop_at_first:
            item.session.shouldstop = "a guarantee is broken"
        return report

    def _keep(self, item: pytest.Item, guarantee: str, when: str, error: BaseException) -> None:
        message = message_of(error)
        if when == "call" and guarantee:
            self.failures.append(Failure(guarantee, _name(item), message, _operation(item)))
        else:
            self.errors.append(f"{_name(item)} ({when}): {message}")


def check_client(settings: Settings, stream: TextIO) -> int:
    """Check the installed client, print the verdict, and return 0 for kept, 1 for broken, 2 for no verdict."""
    if find_spec("plaid_accounts") is None:
        print("client: no verdict; plaid_accounts is not installed: pip install plaid-accounts", file=stream)
        return NO_VERDICT
    settings = attrs.evolve(settings, seed=settings.seed or random.SystemRandom().randrange(1, 2**31))
    begun = time.monotonic()
    record = run_tests(settings)
    print("\n".join(_verdict(record, settings, time.monotonic() - begun)), file=stream)
    return BROKEN if record.failures else NO_VERDICT if record.errors else OK


def run_tests(settings: Settings, *, only: str = "", stop_at_first: bool = False) -> Record:
    """Run the tests of the client, or those that match the expression `only`, in this process."""
    record = Record(stop_at_first)
    CASES.clear()
    bodies.forget()
    pytest_isolation.forget(f"plaid_accounts_contract.{_TESTS.name}.test_")
    effort.begin(settings)
    try:
        pytest_isolation.run([*arguments(), "-k", only], record)
    finally:
        effort.end()
    return record


def arguments() -> list[str]:
    """Return the arguments for pytest that run the tests of the client and print nothing."""
    plugins = ("plaid_accounts_contract.plugin", "plaid_accounts_contract.client.conftest")
    return pytest_isolation.arguments(_TESTS, plugins)


def _verdict(record: Record, settings: Settings, seconds: float) -> list[str]:
    operations = [operation.id for operation in CONTRACT.operations]
    lines = [f"Client: plaid_accounts {_installed()} against contract {CONTRACT.version}, {', '.join(operations)}", ""]
    broken = {failure.guarantee for failure in record.failures}
    for guarantee, statement in GUARANTEES.items():
        word = "FAIL" if guarantee in broken else "pass" if guarantee in record.tested else "not observed"
        lines.append(f"  {word:<12}  {guarantee:<{_WIDTH}}  {CASES[guarantee]:>6}  {statement}")
    groups = _groups(record.failures)
    lines += [line for group in groups[:_FAILURES_SHOWN] for line in _block(group)]
    if len(groups) > _FAILURES_SHOWN:
        lines.append(f"\n... and {len(groups) - _FAILURES_SHOWN} more")
    lines += [f"\nerror: {_indented(error)}" for error in record.errors]
    lines += [f"\nskipped: {reason}" for reason in dict.fromkeys(record.skipped)]
    return [*lines, "", _last(record, broken, settings, seconds)]


def _last(record: Record, broken: set[str], settings: Settings, seconds: float) -> str:
    kept = len(record.tested - broken)
    word = "BROKEN" if broken else "NO VERDICT" if record.errors else "kept"
    return (
        f"client: {word}: {kept} of {len(GUARANTEES)} guarantees kept, {len(broken)} broken; "
        f"{record.tests} tests, {CASES.total()} cases, seed {settings.seed}, {seconds:.1f} s"
    )


def _groups(failures: list[Failure]) -> list[list[Failure]]:
    """Group failures of the same test with different parameters."""
    groups: dict[str, list[Failure]] = {}
    for failure in failures:
        groups.setdefault(failure.test.partition("[")[0], []).append(failure)
    return [*groups.values()]


def _block(group: list[Failure]) -> list[str]:
    first = group[0]
    others = f" and {len(group) - 1} more of this test" if len(group) > 1 else ""
    named = [*dict.fromkeys(failure.operation for failure in group if failure.operation)]
    others += f" (of {', '.join(named)})" if len(named) > 1 else ""
    return [
        "",
        f"FAIL {first.guarantee}: {GUARANTEES[first.guarantee]}",
        f"  {first.test}{others}",
        f"  {_indented(first.message)}",
    ]


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def message_of(error: BaseException) -> str:
    """Return the message of a failed test in a few lines."""
    if isinstance(error, BaseExceptionGroup):
        return message_of(error.exceptions[0])
    kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
    every = [line for line in str(error).splitlines() if not line.lstrip().startswith("+  ")]
    # pytest appends the expression to the message of an assertion; without a message it is all there is.
    lines = [*itertools.takewhile(lambda line: not line.startswith("assert "), every)] or every
    return kind + ("\n".join(line[:_LINE_LENGTH] for line in lines[:_MESSAGE_LINES]) or _asserted(error))


def _asserted(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.line} (line {frame.lineno} of {Path(frame.filename).name})"


def _name(item: pytest.Item) -> str:
    return f"{item.path.name}::{item.name}"


def _operation(item: pytest.Item) -> str:
    """Return the operation of a test that has one as a parameter."""
    parameters: dict[str, object] = getattr(getattr(item, "callspec", None), "params", {})
    method = parameters.get("method")
    return method.id if isinstance(method, Method) else ""


def _installed() -> str:
    try:
        return version("plaid-accounts")
    except PackageNotFoundError:
        return "(not installed as a distribution)"
