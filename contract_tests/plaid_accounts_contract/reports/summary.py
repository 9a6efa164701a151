"""summary.md: the verdict for the page of a job. What the target said stands in code alone, where nothing is markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.reports.blocks import Block
from plaid_accounts_contract.reports.headline import headline, stale_entries
from plaid_accounts_contract.reports.report import Report, Section
from plaid_accounts_contract.reports.rows import Row
from plaid_accounts_contract.reports.text import block_lines

_WORDS: Final = {Verdict.PASS: "conforms", Verdict.FAIL: "does not conform", Verdict.ERROR: "could not be judged"}
_BLOCKS: Final = 30
_BACKTICKS: Final = re.compile("`+")


def render(report: Report) -> str:
    """Return summary.md."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    outcome = report.outcome
    first, *reasons = headline(outcome, report.redactor, report.seconds)
    yield f"## The server {_WORDS.get(outcome.verdict, str(outcome.verdict))}"
    yield f"\nContract {outcome.run.contract.version} against {code(report.base_url)}: {first}.\n"
    yield from (f"- {code(reason)}" for reason in reasons)
    yield from (f"- stale: {code(text)}" for text in stale_entries(outcome))
    for block in report.blocks[:_BLOCKS]:
        yield from _block(block)
    if report.blocks[_BLOCKS:]:
        yield f"\n{len(report.blocks) - _BLOCKS} more stand in report.html.\n"
    yield ""
    yield from _table(report.rows)
    yield f"\nSeen of the contract: {report.coverage.told}."
    for section in report.additional:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield f"\n**{section.title}** ({section.operation.id}): {section.told}.\n"
    if not section.note:
        yield from _table(section.rows)
        yield f"\nSeen of it: {section.coverage.told}."


def _block(block: Block) -> Iterator[str]:
    where = f" at {code(block.path)}" if block.path else ""
    yield f"\n**{block.word}** {code(block.clause)} ({block.level}){where}: got {code(block.got)}, expected {code(block.expected)}\n"
    text = "\n".join(block_lines(block))
    fence = _fence(text, 3)
    yield f"<details><summary>The exchange and how to reproduce it</summary>\n\n{fence}text\n{text}\n{fence}\n\n</details>"


def _table(rows: Iterable[Row]) -> Iterator[str]:
    yield from ["| clause | level | verdict | observed | broken |", "|---|---|---|---:|---:|"]
    yield from (_row(row) for row in rows)


def _row(row: Row) -> str:
    return f"| {row.id} | {row.level} | {row.word} | {row.observed} | {row.failed or ''} |"


def code(text: str) -> str:
    """Return `text` as a code span, in which Markdown finds no markup."""
    text = text.replace("\n", " ")
    fence = _fence(text, 1)
    return f"{fence} {text} {fence}" if text else "` `"


def _fence(text: str, least: int) -> str:
    return "`" * max(least, 1 + max((len(run) for run in _BACKTICKS.findall(text)), default=0))
