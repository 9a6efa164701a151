"""Running tests of this package within the process, apart from what the caller's folder and pytest bring along."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path


def arguments(folder: Path, plugins: Sequence[str] = ()) -> list[str]:
    """Return the arguments for pytest that run the tests in `folder` and print nothing.

    Nothing of the folder that the command is started in takes part: no ini file, no conftest, no cache, no output.
    """
    wanted = [option for name in ("_hypothesis_pytestplugin", *plugins) for option in ("-p", name)]
    unwanted = [
        option
        for name in ("cacheprovider", "terminal", "doctest", "faulthandler", "junitxml")
        for option in ("-p", f"no:{name}")
    ]
    return [
        str(folder), "-c", os.devnull, "--rootdir", str(folder), "--import-mode=importlib", "--noconftest", *wanted,
        *unwanted, "--capture=no",
    ]  # fmt: skip


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
