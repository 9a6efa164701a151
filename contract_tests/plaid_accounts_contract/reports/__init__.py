"""Reports of a run: for a terminal, a browser, continuous integration and programs."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from plaid_accounts_contract.reports import documents, record
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.settings import SettingsError

WRITERS: Final[Mapping[str, Callable[[Report], str]]] = {
    "report.html": documents.page,
    "report.json": record.render,
    "junit.xml": documents.junit,
    "summary.md": documents.summary,
}
"""The reports by file name."""


class Leak(Exception):
    """A report would show a secret; nothing was written. The message names the file and the secret, never its value."""


def render(report: Report) -> dict[str, str]:
    """Return every report by the name of its file; raise Leak if one shows a secret that cannot be replaced."""
    return {name: _sealed(name, writer(report), report) for name, writer in WRITERS.items()}


def prepare(folder: Path) -> None:
    """Create the folder for reports, so that a run does not end with nowhere to write to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise _unwritable(folder, error) from None


def write(outcome: Outcome, folder: Path, seconds: float | None = None) -> list[Path]:
    """Write every report of a run into `folder` and return their paths: all of them or, with a Leak, none."""
    texts = render(Report.of(outcome, seconds))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Written elsewhere first, so that a full disk leaves the reports of the previous run as they were.
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=folder) as scratch:
            for name, text in texts.items():
                Path(scratch, name).write_text(text, "utf-8", newline="\n")
            return [Path(scratch, name).replace(folder / name) for name in texts]
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> SettingsError:
    return SettingsError(f"--report-dir: cannot write to {folder}: {error.strerror or error}")


def _sealed(name: str, text: str, report: Report) -> str:
    """Search a finished report again, in case an excerpt or a name let a secret through."""
    if not report.redactor.leaks(text):
        return text
    sealed = report.redactor.sealed(text)
    left = report.redactor.leaks(sealed)
    if left:
        raise Leak(f"{name} would show {', '.join(left)}; nothing was written")
    return sealed
