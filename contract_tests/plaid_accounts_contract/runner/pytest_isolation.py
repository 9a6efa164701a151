"""Runs tests of this package in this process, isolated from the current folder and the user's pytest."""

import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path


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
