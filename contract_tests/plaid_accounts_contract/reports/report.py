"""The result of a run, prepared once for every report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.checks.messages import count
from plaid_accounts_contract.contract import Operation
from plaid_accounts_contract.redaction.curl import curl
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.reports.blocks import Block, blocks
from plaid_accounts_contract.reports.coverage import Coverage
from plaid_accounts_contract.reports.rows import Row, rows
from plaid_accounts_contract.runner import operations
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.verdict import INTERNAL, Outcome
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire.base_url import without_userinfo

_MODES: Final[Mapping[Mode, str]] = {"header": "header", "body": "body", "none": "other"}
# A reason may quote a server; the beginning is enough to recognise what happened.
_REASON_LENGTH: Final = 400
_CONCLUSIONS: Final = {Verdict.PASS: "conforms", Verdict.FAIL: "does not conform", Verdict.ERROR: "could not be judged"}


@attrs.frozen
class Section:
    """The result for one operation; `note` is why nothing was sent to it, if nothing was."""

    operation: Operation
    rows: tuple[Row, ...]
    coverage: Coverage
    exchanges: int
    note: str = ""

    @property
    def title(self) -> str:
        """Method and path."""
        return f"{self.operation.method} {self.operation.path}"

    @property
    def summary(self) -> str:
        """The verdicts of its rows, counted, in one line."""
        if self.note and not any(row.failed for row in self.rows):
            return f"not observed: {self.note}"
        verdicts = Counter(row.word for row in self.rows)
        counts = ", ".join(f"{number} {word}" for word, number in sorted(verdicts.items()))
        return f"{counts}; {count(self.exchanges, 'exchange')}"


@attrs.frozen
class Report:
    """The result of a run with its violations, its table and its coverage.

    `seconds` is how long the run took. `primary` is the section of the primary operation, `additional` has one for
    each other operation of the run.
    """

    outcome: Outcome
    redactor: Redactor
    seconds: float
    blocks: tuple[Block, ...]
    primary: Section
    additional: tuple[Section, ...] = ()

    @classmethod
    def of(cls, outcome: Outcome, seconds: float | None = None) -> Report:
        """Make the report of a finished run."""
        run = outcome.run
        redactor = Redactor.of(run.contract, run.settings, run.test_data)
        return cls(
            outcome,
            redactor,
            run.seconds if seconds is None else seconds,
            tuple(blocks(outcome, redactor)),
            _section(outcome, run.operation),
            tuple(_section(outcome, operation) for operation in operations.selected(run)),
        )

    @property
    def run(self) -> Run:
        """The run reported."""
        return self.outcome.run

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of every operation."""
        return tuple(row for section in (self.primary, *self.additional) for row in section.rows)

    @property
    def plaid_version(self) -> str:
        """Plaid's version of the API that the contract describes."""
        return str(self.run.contract.document["info"].get("x-plaid-version", ""))

    @property
    def base_url(self) -> str:
        """The address of the target."""
        return self.redactor.safe(without_userinfo(self.run.settings.base_url))

    @property
    def settings(self) -> dict[str, str]:
        """The effective settings by option name."""
        shown = {**self.run.settings.redacted(), "--base-url": self.base_url}
        return {name: self.redactor.safe(value) for name, value in shown.items()}

    @property
    def conclusion(self) -> str:
        """The verdict as the predicate of a sentence about the server."""
        return _CONCLUSIONS.get(self.outcome.verdict, str(self.outcome.verdict))

    @property
    def headline(self) -> str:
        """Violations, exchanges, time and seed in one line, to follow the verdict."""
        why = ", ".join(self._counts())
        counted = f"{self._exchanges()}, {self.seconds:.1f} s, seed {self.run.settings.seed}"
        return f"{why}; {counted}" if why else counted

    @property
    def reasons(self) -> list[str]:
        """Why the target could not be judged, or only in part."""
        texts = ["\n".join(map(self.redactor.safe, text.split("\n"))) for text in self.outcome.reasons]
        # An error of the suite quotes no server, and all of it is needed.
        whole = [text.startswith(INTERNAL) or len(text) <= _REASON_LENGTH for text in texts]
        cut = [text if fits else f"{text[:_REASON_LENGTH]}..." for text, fits in zip(texts, whole, strict=True)]
        left = self.run.unreached
        return cut + ([f"not reached ({count(len(left), 'test')}): {', '.join(left)}"] if left else [])

    @property
    def last_request(self) -> str:
        """The curl command of the request that ended the run, or empty."""
        return curl(self.run.last, self.redactor, self.run.modes[0]) if self.run.last else ""

    @property
    def stale(self) -> list[str]:
        """What to do about each stale entry of the known-failing file."""
        file = self.run.settings.known_failing
        return [
            f"{entry.clause} {entry.path}".rstrip() + f" no longer fails; remove line {entry.line} of {file}"
            for entry in self.outcome.stale
        ]

    @property
    def by_mode(self) -> dict[Mode, tuple[int, int]]:
        """How many exchanges there are, and how many have status 200, by where the credentials were."""
        sent = Counter(exchange.request.mode for exchange in self.run.exchanges)
        accepted = Counter(each.request.mode for each in self.run.exchanges if each.response.status == 200)
        return {mode: (sent[mode], accepted[mode]) for mode in _MODES if sent[mode]}

    @property
    def accepted(self) -> int:
        """How many exchanges have status 200."""
        return sum(accepted for _, accepted in self.by_mode.values())

    def _counts(self) -> Iterator[str]:
        found = [group.example for group in self.run.results.violations()]
        known = sum(violation.key in self.outcome.known for violation in found)
        must = sum(one.level == "MUST" for one in found if one.key not in self.outcome.known)
        should = len(found) - known - must
        if self.outcome.verdict is Verdict.ERROR:
            yield "could not be judged"
        if must:
            yield count(must, "violation")
        if should:
            yield f"{should} SHOULD not met"
        if known:
            yield f"{known} known failing"
        if self.outcome.stale:
            yield f"{len(self.outcome.stale)} stale in the known-failing file"

    def _exchanges(self) -> str:
        counts = ", ".join(f"{_MODES[mode]} {sent}" for mode, (sent, _) in self.by_mode.items())
        successes = ", ".join(f"{_MODES[mode]} {accepted}" for mode, (_, accepted) in self.by_mode.items())
        return f"{len(self.run.exchanges)} exchanges ({counts}), {self.accepted} with status 200 ({successes})"


def _section(outcome: Outcome, operation: Operation) -> Section:
    run = outcome.run
    requests = (exchange.request for exchange in run.exchanges)
    sent = sum(run.contract.operation_at(request.path, request.method) is operation for request in requests)
    coverage = Coverage.of(run.contract, operation, run.exchanges)
    return Section(operation, tuple(rows(outcome, operation)), coverage, sent, run.not_offered.get(operation.id, ""))
