"""Everything that the reports of one run tell, made once."""

from __future__ import annotations

import attrs

from plaid_accounts_contract.coverage import Coverage
from plaid_accounts_contract.outcome import Outcome
from plaid_accounts_contract.printable import printable
from plaid_accounts_contract.redaction import Redactor
from plaid_accounts_contract.reports.blocks import Block, blocks
from plaid_accounts_contract.reports.headline import without_userinfo
from plaid_accounts_contract.reports.rows import Row, rows


@attrs.frozen
class Report:
    """An outcome with its faults, its table and its coverage; `seconds` is how long the run took."""

    outcome: Outcome
    redactor: Redactor
    seconds: float
    blocks: tuple[Block, ...]
    rows: tuple[Row, ...]
    coverage: Coverage

    @classmethod
    def of(cls, outcome: Outcome, seconds: float | None = None) -> Report:
        """Make the report of a run that has ended."""
        run = outcome.run
        redactor = Redactor.of(run.contract, run.settings, run.subject)
        return cls(
            outcome,
            redactor,
            run.seconds if seconds is None else seconds,
            tuple(blocks(outcome, redactor)),
            tuple(rows(outcome)),
            Coverage.of(run.contract, run.operation, run.exchanges),
        )

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
