"""The tests of the client, collected once, to be run in any number of forked processes: each imports its own client."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import attrs
import pytest

from mutation.client_faults.package import NAME
from mutation.client_faults.witness import Witness
from plaid_accounts_contract.cli.check_client import arguments
from plaid_accounts_contract.client import effort
from plaid_accounts_contract.runner import pytest_isolation
from plaid_accounts_contract.settings import Settings

Items = Sequence[pytest.Item]

# What tests import only when they run, and what takes long to import.
_WARMED: Final = ("httpx_retries", "trio", "orjson", "h11", "attrs", "uvicorn")


class NotCollected(Exception):
    """The tests of the client cannot be collected."""


# A plugin is told apart by identity.
@attrs.define(eq=False)
class _Loop:
    """A pytest plugin that hands over the collected tests instead of running them."""

    serve: Callable[[Items], None]
    errors: list[str] = attrs.field(factory=list)
    failure: Exception | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not self.errors:
            try:
                self.serve(session.items)
            except Exception as error:  # noqa: BLE001 - pytest would take it for an error of its own; `collect` raises it
                self.failure = error
        return True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(str(report.longrepr))


def collect(settings: Settings, serve: Callable[[Items], None]) -> None:
    """Collect the tests of the client, and hand them to `serve`; what that raises is raised here.

    Raises:
        NotCollected: they cannot be collected, or importing them imports the client.

    """
    loop = _Loop(serve)
    effort.begin(settings)
    try:
        with pytest_isolation.alone():
            for name in _WARMED:
                if find_spec(name):
                    import_module(name)
            status = pytest.main(arguments(), plugins=[loop])
    finally:
        effort.end()
    if loop.failure is not None:
        raise loop.failure
    if loop.errors or status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise NotCollected("; ".join(loop.errors) or f"pytest ended with {status!r}")


def enter(package: Path) -> None:
    """Let the client in the folder `package` be the one that tests in this process import; for a process of its own.

    Raises:
        NotCollected: another client has been imported here.

    """
    if NAME in sys.modules:
        msg = f"a test imports {NAME} before it is run, so that every fault would be tried on that client"
        raise NotCollected(msg)
    sys.path.insert(0, os.fspath(package.parent))


def run(items: Items, witness: Witness, enough: Callable[[], bool]) -> None:
    """Run tests in this process, until there is `enough`."""
    if items:
        items[0].config.pluginmanager.register(witness)
    for item, following in itertools.pairwise([*items, None]):
        assert item is not None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if enough():
            return
