"""report.json: the outcome for programs, and what it takes to send the failing requests again.

`report.schema.json` beside this file is its JSON Schema. No value in it is a secret; a request stands as a template
that names its secrets.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from plaid_accounts_contract.redaction.request_templates import template_of
from plaid_accounts_contract.reports.blocks import Block
from plaid_accounts_contract.reports.coverage import Coverage
from plaid_accounts_contract.reports.report import Report, Section
from plaid_accounts_contract.reports.rows import Row
from plaid_accounts_contract.runner.replay import FORMAT
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.wire.exchange import Exchange, Request

SCHEMA: Final = Path(__file__).with_name("report.schema.json")


def render(report: Report) -> str:
    """Return report.json."""
    # ASCII alone: whatever shows the file shows it as it is.
    return json.dumps(record(report), indent=1) + "\n"


def record(report: Report) -> dict[str, Any]:
    """Return what report.json holds."""
    outcome, run = report.outcome, report.outcome.run
    return {
        "format": FORMAT,
        "tool": {"name": "plaid-accounts-contract", "version": run.contract.version},
        "contract": {
            "version": run.contract.version,
            "plaid_version": report.plaid_version,
            "operation": run.operation.id,
        },
        "target": report.base_url,
        "settings": report.settings,
        "seed": run.settings.seed,
        "seconds": round(report.seconds, 3),
        "verdict": str(outcome.verdict),
        "exit_code": outcome.exit_code,
        "reasons": [report.safe(reason) for reason in outcome.reasons],
        "exchanges": _exchanges(run),
        "clauses": [_row(report, row) for row in report.all_rows],
        "faults": [_fault(block) for block in report.blocks],
        "stale": [{"clause": entry.clause, "path": entry.path, "line": entry.line} for entry in outcome.stale],
        "coverage": _coverage(report.coverage),
        "operations": [_section(section) for section in report.additional],
        "failing": [template_of(request, report.redactor) for request in failing(outcome)],
    }


def failing(outcome: Outcome) -> list[Request]:
    """Return the requests whose exchanges broke a clause, each once, in the order in which they were sent.

    A request_id given twice takes two exchanges to show, so the one that had it first comes along.
    """
    run = outcome.run
    numbers = {number for group in run.results.groups.values() for number in group.exchanges}
    twice = {number for group in run.results.groups.values() for number in group.exchanges
             if group.example.clause == "request-id-unique"}  # fmt: skip
    ids = {_request_id(run.exchanges[number - 1]) for number in twice}
    numbers |= {exchange.number for exchange in run.exchanges if ids and _request_id(exchange) in ids}
    return list(dict.fromkeys(run.exchanges[number - 1].request for number in sorted(numbers)))


def _request_id(exchange: Exchange) -> str | None:
    value = exchange.json.get("request_id") if isinstance(exchange.json, dict) else None
    return value if isinstance(value, str) else None


def _exchanges(run: Run) -> dict[str, Any]:
    sent = Counter(exchange.request.mode for exchange in run.exchanges)
    accepted = Counter(exchange.request.mode for exchange in run.exchanges if exchange.response.status == 200)
    statuses = Counter(exchange.response.status for exchange in run.exchanges)
    return {
        "total": len(run.exchanges),
        "accepted": accepted.total(),
        "by_mode": {mode: {"sent": sent[mode], "accepted": accepted[mode]} for mode in sorted(sent)},
        "by_status": {str(status): statuses[status] for status in sorted(statuses)},
    }


def _fault(block: Block) -> dict[str, Any]:
    told = attrs.asdict(block)
    return told if block.operations else {name: value for name, value in told.items() if name != "operations"}


def _section(section: Section) -> dict[str, Any]:
    return {
        "operation": section.operation.id,
        "method": section.operation.method,
        "path": section.operation.path,
        "note": section.note,
        "exchanges": section.exchanges,
        "coverage": _coverage(section.coverage),
    }


def _row(report: Report, row: Row) -> dict[str, Any]:
    return {
        **({"operation": row.operation} if row.operation else {}),
        "id": row.id,
        "level": row.level,
        "statement": row.statement,
        "place": report.outcome.run.contract.place(row.pointer),
        "verdict": str(row.verdict),
        "known_failing": row.known,
        "observed": row.observed,
        "broken": row.failed,
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "shares": {name: {"seen": share.seen, "total": share.total} for name, share in coverage.shares.items()},
        "properties": dict(sorted(_properties(coverage))),
        "values": {
            ".".join(str(part) for part in shape.pointer[2:]): {
                value.value: value.seen for value in shape.values.values()
            }
            for shape in coverage.enumerations
        },
        "error_codes": {code.value: code.seen for code in coverage.codes.values()},
    }


def _properties(coverage: Coverage) -> Iterator[tuple[str, dict[str, int]]]:
    for one in coverage.properties:
        yield f"{one.pointer[2]}.{one.name}", {"filled": one.filled, "null": one.null, "absent": one.absent}
