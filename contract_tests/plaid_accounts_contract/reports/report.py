"""Everything that the reports of one run tell, made once."""

from __future__ import annotations

from collections import Counter

import attrs

from plaid_accounts_contract.checks.messages import count
from plaid_accounts_contract.contract import Operation
from plaid_accounts_contract.redaction.printable import printable
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.reports.blocks import Block, blocks
from plaid_accounts_contract.reports.coverage import Coverage
from plaid_accounts_contract.reports.headline import without_userinfo
from plaid_accounts_contract.reports.rows import Row, rows
from plaid_accounts_contract.runner import operations
from plaid_accounts_contract.runner.verdict import Outcome


@attrs.frozen
class Section:
    """What a run came to for one further operation; `note` says why nothing was asked, where nothing was."""

    operation: Operation
    rows: tuple[Row, ...]
    coverage: Coverage
    exchanges: int
    note: str = ""

    @property
    def title(self) -> str:
        """The operation as a reader knows it."""
        return f"{self.operation.method} {self.operation.path}"

    @property
    def told(self) -> str:
        """What the rows say, in a line."""
        if self.note and not any(row.failed for row in self.rows):
            return f"not observed, because {self.note}"
        verdicts = Counter(row.word for row in self.rows)
        counts = ", ".join(f"{number} {word}" for word, number in sorted(verdicts.items()))
        return f"{counts}; {count(self.exchanges, 'exchange', 'exchanges')}"


@attrs.frozen
class Report:
    """An outcome with its faults, its table and its coverage; `seconds` is how long the run took.

    `rows` and `coverage` are those of the primary operation; `further` has a section for each other one that the run is
    about.
    """

    outcome: Outcome
    redactor: Redactor
    seconds: float
    blocks: tuple[Block, ...]
    rows: tuple[Row, ...]
    coverage: Coverage
    additional: tuple[Section, ...] = ()

    @classmethod
    def of(cls, outcome: Outcome, seconds: float | None = None) -> Report:
        """Make the report of a run that has ended."""
        run = outcome.run
        redactor = Redactor.of(run.contract, run.settings, run.test_data)
        return cls(
            outcome,
            redactor,
            run.seconds if seconds is None else seconds,
            tuple(blocks(outcome, redactor)),
            tuple(rows(outcome)),
            Coverage.of(run.contract, run.operation, run.exchanges),
            tuple(_section(outcome, operation) for operation in operations.selected(run)),
        )

    @property
    def all_rows(self) -> tuple[Row, ...]:
        """The rows of every operation."""
        return (*self.rows, *(row for section in self.additional for row in section.rows))

    @property
    def plaid_version(self) -> str:
        """Plaid's version of the API that the contract describes."""
        return str(self.outcome.run.contract.document["info"].get("x-plaid-version", ""))

    @property
    def base_url(self) -> str:
        """Where the target was, as it may be shown."""
        return self.safe(without_userinfo(self.outcome.run.settings.base_url))

    @property
    def settings(self) -> dict[str, str]:
        """The effective settings, as they may be shown."""
        shown = {**self.outcome.run.settings.redacted(), "--base-url": self.base_url}
        return {name: self.safe(value) for name, value in shown.items()}

    def safe(self, text: str) -> str:
        """Return `text` redacted and safe to print."""
        return printable(self.redactor.text(text))


def _section(outcome: Outcome, operation: Operation) -> Section:
    run = outcome.run
    requests = (exchange.request for exchange in run.exchanges)
    asked = sum(run.contract.operation_at(request.path, request.method) is operation for request in requests)
    coverage = Coverage.of(run.contract, operation, run.exchanges)
    return Section(operation, tuple(rows(outcome, operation)), coverage, asked, run.not_offered.get(operation.id, ""))
