"""Running tests of this package within the process, apart from what the caller's folder and pytest bring along."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path


def arguments(folder: Path, plugins: Sequence[str], *, without: Sequence[str] = ()) -> list[str]:
    """Return the arguments for pytest that run the tests in `folder` and print nothing.

    Nothing of the folder that the command is started in takes part: no ini file, no conftest, no cache, no output.
    """
    wanted = ("_hypothesis_pytestplugin", *plugins)
    unwanted = [f"no:{name}" for name in ("cacheprovider", "terminal", "doctest", "faulthandler", *without)]
    chosen = [option for name in (*wanted, *unwanted) for option in ("-p", name)]
    alone = ["-c", os.devnull, "--rootdir", str(folder), "--import-mode=importlib", "--noconftest", "--capture=no"]
    return [str(folder), *alone, *chosen]


def forget(prefix: str) -> None:
    """Let the modules whose names begin with `prefix` be imported anew: those of an earlier run are still in memory."""
    for name in [name for name in sys.modules if name.startswith(prefix)]:
        del sys.modules[name]


@contextmanager
def alone() -> Generator[None]:
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
