"""Reports and terminal output of a run, for tests to read."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

from meta.injection import CONTRACT, MutableResponse
from plaid_accounts_contract import reports
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.reports.terminal import Console
from plaid_accounts_contract.runner.verdict import Outcome


class Stream(io.StringIO):
    """A stream with an encoding, which may pretend to be a terminal."""

    def __init__(self, encoding: str = "utf-8", *, terminal: bool = False) -> None:
        super().__init__()
        self._encoding, self._terminal = encoding, terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream."""
        return self._encoding

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._terminal


def shown(outcome: Outcome, stream: Stream | None = None) -> str:
    """Return all that a console prints of a run."""
    written = stream or Stream()
    console = Console(written, outcome.run.settings, CONTRACT)
    console.begin(outcome.run.settings)
    console.progress(outcome.run)
    console.finish(outcome, 1.5)
    return written.getvalue()


def texts(outcome: Outcome) -> dict[str, str]:
    """Return every report of a run and the terminal output, by name."""
    return {**reports.render(Report.of(outcome, 1.5)), "terminal": shown(outcome)}


def junit(outcome: Outcome) -> ET.Element:
    """Return the test suite of junit.xml."""
    return ET.fromstring(texts(outcome)["junit.xml"])[0]  # noqa: S314 - the suite wrote it


def wrong_in_four_ways(answer: MutableResponse) -> None:
    """Break an enum, a type, a MUST requirement and a SHOULD requirement, the same in each response."""
    if answer.status == 200:
        value = answer.value
        for account in value["accounts"]:
            if account["subtype"] == "checking":
                account["subtype"] = "chequing"
            if account["type"] == "loan":
                account["balances"]["current"] = "12"
            if account["type"] == "investment":
                account["balances"]["last_updated_datetime"] = "2026-01-01T00:00:00Z"
        value["item"]["available_products"] = []
        value["item"]["billed_products"] = ["auth", "balance"]
        answer.value = value
