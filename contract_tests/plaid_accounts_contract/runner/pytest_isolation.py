"""Runs tests of this package in this process, isolated from the current folder and the user's pytest."""

import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest


# pytest 9.0 keeps plugins in a set, so that they need identity as equality.
@attrs.define(eq=False)
class Plugin:
    """A pytest plugin that keeps the errors of pytest itself."""

    errors: list[str] = attrs.field(factory=list, init=False)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep errors of the collection."""
        if report.failed:
            self.errors.append(str(report.longrepr))

    def pytest_internalerror(self, excrepr: object) -> None:
        """Keep internal errors of pytest."""
        self.errors.append(str(excrepr))


def run(arguments: list[str], plugin: Plugin) -> None:
    """Run pytest with these arguments; an exit status other than of passed, failed or stopped tests is an error."""
    with alone():
        status = pytest.main(arguments, plugins=[plugin])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        plugin.errors.append(f"pytest ended with {status!r}")


def arguments(folder: Path, plugins: Sequence[str], *, without: Sequence[str] = ()) -> list[str]:
    """Return the arguments for pytest that run the tests in `folder`: no ini file, conftest, cache or output."""
    wanted = ("_hypothesis_pytestplugin", *plugins)
    unwanted = [f"no:{name}" for name in ("cacheprovider", "terminal", "doctest", "faulthandler", *without)]
    plugin_options = [option for name in (*wanted, *unwanted) for option in ("-p", name)]
    alone = ["-c", os.devnull, "--rootdir", str(folder), "--import-mode=importlib", "--noconftest", "--capture=no"]
    return [str(folder), *alone, *plugin_options]


def forget(prefix: str) -> None:
    """Remove modules whose names begin with `prefix`, so that a second run in this process imports them again."""
    for name in [name for name in sys.modules if name.startswith(prefix)]:
        del sys.modules[name]


@contextmanager
def alone() -> Generator[None]:
    """Keep plugins and options of the user's pytest out while the block runs."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        environment.delenv("PYTEST_ADDOPTS", raising=False)
        environment.delenv("PYTEST_PLUGINS", raising=False)
        yield
