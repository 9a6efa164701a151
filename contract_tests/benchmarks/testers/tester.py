"""What a contract tester is here: something that is run against a server and complains."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

import attrs

from plaid_accounts_contract.settings import Settings

PATIENCE: Final = 600.0
"""Seconds that one run of one tester may take."""


class Broken(Exception):
    """A run that says nothing of the server: the tester itself could not do its work. The message says what it said."""


@attrs.frozen
class Ended:
    """A process that has ended, and all that it wrote."""

    status: int
    output: str


class Tester(Protocol):
    """A contract tester in its best fair configuration, which `configuration` says in a sentence or two."""

    @property
    def name(self) -> str:
        """What it is called in the table."""
        ...

    @property
    def configuration(self) -> str:
        """How it was set up."""
        ...

    @property
    def version(self) -> str:
        """Its exact version."""
        ...

    @property
    def missing(self) -> str:
        """What has to be installed first; empty if nothing."""
        ...

    def complaints(self, url: str, known: Settings, folder: Path) -> list[str]:
        """Run it against the server at `url`, with all that is `known` of it; return what it finds wrong.

        The same finding is the same text in every run: no positions in lists, no values, no times. `folder` is empty,
        and the run's own.

        Raises:
            Broken: it could not do its work.
            subprocess.TimeoutExpired: it did not come to an end.

        """
        ...


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Ended:
    """Run `command` in `folder` to its end; settings of the suite in this environment are kept from it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONTRACT_")}
    ended = subprocess.run(
        command,
        cwd=folder,
        env=inherited | dict(environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=PATIENCE,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout)


def excerpt(text: str, lines: int = 8) -> str:
    """Return the last lines of what a process said, for a message."""
    return "\n".join(text.strip().splitlines()[-lines:])
