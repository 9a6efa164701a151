"""What a run came to, for a person at a terminal, for a browser, for continuous integration and for programs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from plaid_accounts_contract.reports import junit, page, record, summary
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.settings import SettingsError

WRITERS: Final[Mapping[str, Callable[[Report], str]]] = {
    "report.html": page.render,
    "report.json": record.render,
    "junit.xml": junit.render,
    "summary.md": summary.render,
}
"""Every report by the name of its file."""


class Leak(Exception):
    """A report would show a secret; nothing was written. The message names the file and the secret, never its value."""


def render(report: Report) -> dict[str, str]:
    """Return every report by the name of its file.

    Raises:
        Leak: a report shows a secret, even after what slipped in was taken out.

    """
    return {name: _sealed(name, writer(report), report) for name, writer in WRITERS.items()}


def prepare(folder: Path) -> None:
    """Make the folder for reports, so that a run does not end with nowhere to write to.

    Raises:
        SettingsError: the folder cannot be written to.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> SettingsError:
    return SettingsError(f"--report-dir: cannot write to {folder}: {error.strerror or error}")


def write(outcome: Outcome, folder: Path, seconds: float | None = None) -> list[Path]:
    """Write every report of a run into `folder`, all or none, and return their paths.

    Raises:
        SettingsError: the folder cannot be written to.
        Leak: a report would show a secret.

    """
    texts = render(Report.of(outcome, seconds))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _write(texts, folder)
    except OSError as error:
        raise _unwritable(folder, error) from None


def _write(texts: Mapping[str, str], folder: Path) -> list[Path]:
    """Write beside each place first, so that a full disk leaves the reports of the run before as they were."""
    waiting: dict[Path, Path] = {}
    try:
        for name, text in texts.items():
            number, made = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
            waiting[folder / name] = Path(made)
            with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(made).chmod(0o644)
        for place, path in waiting.items():
            path.replace(place)
    finally:
        for path in waiting.values():
            with suppress(FileNotFoundError):
                path.unlink()
    return list(waiting)


def _sealed(name: str, text: str, report: Report) -> str:
    """Search a finished report once more: what a part of it got wrong must not reach a reader."""
    if not report.redactor.leaks(text):
        return text
    sealed = report.redactor.sealed(text)
    left = report.redactor.leaks(sealed)
    if left:
        msg = f"{name} would show {', '.join(left)}; nothing was written"
        raise Leak(msg)
    return sealed
