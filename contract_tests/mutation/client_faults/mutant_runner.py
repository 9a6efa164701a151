"""Runs the tests of the client against changed clients, each in a process forked from one that has collected the tests.

Nothing that the tests import at collection imports the client, so every forked process imports its own.
"""

import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Self

import attrs
import pytest

from mutation.client_faults.fault import CLIENT, Sources
from mutation.runner import Outcome
from plaid_accounts_contract.cli.check_client import arguments, message_of
from plaid_accounts_contract.client import effort
from plaid_accounts_contract.runner import pytest_isolation
from plaid_accounts_contract.settings import Settings

# Imported by tests only when they run, and slow to import.
_WARMED: Final = ("httpx_retries", "trio", "orjson", "h11", "attrs", "uvicorn")
_MEMORY: Final = 4 * 2**30
"""Bytes that a faulty client may take; the tests of one without a fault take a tenth."""
# Seconds after which a test fails; the slowest takes two on a client without a fault.
_TIMEOUT: Final = 60

_Order = tuple[Sources, Collection[str], str]


@attrs.frozen
class MutantRun:
    """What became of a changed client, and the test that caught it or broke."""

    outcome: Outcome
    caught_by: str = ""
    detail: str = ""


@attrs.frozen
class MutantRunner:
    """The process that has collected the tests."""

    _orders: Connection

    @classmethod
    @contextmanager
    def of(cls, settings: Settings) -> Generator[Self]:
        """Start the process."""
        ours, theirs = multiprocessing.Pipe()
        # Spawned: a process that forks must not have threads, and pytest-xdist has.
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=_serve, args=(theirs, settings))
        process.start()
        theirs.close()
        try:
            yield cls(ours)
        finally:
            ours.close()
            process.join()

    def run(self, sources: Sources, guarantees: Collection[str], near: str = "") -> MutantRun:
        """Test `guarantees` on a client with `sources` until a test fails; raise EOFError if none can be collected."""
        self._orders.send((sources, guarantees, near))
        run = self._orders.recv()
        assert isinstance(run, MutantRun)
        return run


@attrs.define(eq=False)
class _Loop:
    """A pytest plugin that serves mutant runs with the collected tests instead of running them."""

    orders: Connection

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Serve mutant runs until the other side hangs up."""
        assert session.items, "no test of the client was collected"
        with suppress(EOFError):
            while True:
                self.orders.send(self._forked(session.items, self.orders.recv()))
        return True

    def _forked(self, items: Sequence[pytest.Item], order: _Order) -> MutantRun:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        context = multiprocessing.get_context("fork")
        child = context.Process(target=_run, args=(theirs, items, order))
        child.start()
        theirs.close()
        try:
            # pytest-timeout ends a test that hangs; this ends a process that does not heed signals, or in which many tests hang,
            # before the 300 seconds of the waiting test: the next fault would get the result of this one.
            run = ours.recv() if ours.poll(4 * _TIMEOUT) else MutantRun("error", detail="the process hung")
        except EOFError:
            run = MutantRun("error", detail="the process died")
        with suppress(ProcessLookupError):
            os.killpg(child.pid or 0, signal.SIGKILL)
        child.join()
        return run


# pytest keeps plugins in a set.
@attrs.define(eq=False)
class _Recorder:
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
                self.caught = self.caught or f"{_guarantee_of(item)}: {item.nodeid}"
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


def _serve(orders: Connection, settings: Settings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _WARMED:
        with suppress(ImportError):
            import_module(name)
    effort.begin(settings)
    with pytest_isolation.alone():
        pytest.main([*arguments(), "-p", "pytest_timeout", f"--timeout={_TIMEOUT}"], plugins=[_Loop(orders)])


def _run(report: Connection, items: Sequence[pytest.Item], order: _Order) -> None:
    """Run tests on a changed client in this process, a forked one, and report what became of it."""
    sources, guarantees, near = order
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    assert CLIENT.name not in sys.modules, "a test imports the client at collection"
    with tempfile.TemporaryDirectory(prefix="client-fault-") as folder:
        sys.path.insert(0, folder)
        recorder = _Recorder(_changed(Path(folder), sources))
        chosen = _ordered([item for item in items if _guarantee_of(item) in guarantees], near)
        chosen[0].config.pluginmanager.register(recorder)
        for item, following in zip(chosen, [*chosen[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if recorder.caught:
                break
    missed = MutantRun("error", detail="; ".join(recorder.errors)[:2000]) if recorder.errors else MutantRun("survived")
    report.send(MutantRun("caught", recorder.caught) if recorder.caught else missed)


def _changed(folder: Path, sources: Sources) -> Path:
    package = folder / CLIENT.name
    shutil.copytree(CLIENT, package)
    for name, text in sources.items():
        if text is None:
            (package / name).unlink()
        else:
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            (package / name).write_text(text, "utf-8")
    return package


def _ordered(items: Sequence[pytest.Item], near: str) -> list[pytest.Item]:
    """Return tests in the order in which they are likely to fail: about `near`, cheap, one variant of each test first."""
    variants: Counter[str] = Counter()
    ranks: dict[pytest.Item, tuple[bool, int, bool]] = {}
    for item in items:
        name, _, parameters = item.nodeid.partition("[")
        about = bool(near) and near in parameters.rstrip("]").split("-")
        generated = hasattr(getattr(item, "function", None), "hypothesis")
        ranks[item] = (not about, variants[name], generated)
        variants[name] += 1
    return sorted(items, key=ranks.__getitem__)


def _guarantee_of(item: pytest.Item) -> str:
    """Return the guarantee that a test is about."""
    return str(getattr(getattr(item, "function", None), "guarantee", ""))
