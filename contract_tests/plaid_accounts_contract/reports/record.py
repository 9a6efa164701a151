"""report.json: the result for programs, and what is needed to send the failing requests again.

`report.schema.json` beside this file is its JSON Schema. No value in it is a secret; a request names its secrets. The
keys are those of format 1, so a violation is a "fault" there.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

import attrs

from plaid_accounts_contract.redaction.request_templates import template_of
from plaid_accounts_contract.reports.blocks import Block
from plaid_accounts_contract.reports.coverage import Coverage
from plaid_accounts_contract.reports.report import Report, Section
from plaid_accounts_contract.reports.rows import Row
from plaid_accounts_contract.runner.replay import FORMAT
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.wire.exchange import Exchange, Request

SCHEMA: Final = Path(__file__).with_name("report.schema.json")


def render(report: Report) -> str:
    """Return report.json."""
    # ASCII alone, so that every viewer shows what the file holds.
    return json.dumps(record(report), indent=1) + "\n"


def record(report: Report) -> dict[str, Any]:
    """Return what report.json holds."""
    outcome, run = report.outcome, report.run
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
        "reasons": [report.redactor.safe(reason) for reason in outcome.reasons],
        "exchanges": _exchanges(report),
        "clauses": [_row(report, row) for row in report.rows],
        "faults": [_violation(block) for block in report.blocks],
        "stale": [{"clause": entry.clause, "path": entry.path, "line": entry.line} for entry in outcome.stale],
        "coverage": _coverage(report.primary.coverage),
        "operations": [_section(section) for section in report.additional],
        "failing": [template_of(request, report.redactor) for request in failing(outcome)],
    }


def failing(outcome: Outcome) -> list[Request]:
    """Return the requests whose exchanges broke a clause, each once, in the order in which they were sent."""
    # A repeated request_id takes two exchanges to show, so the first exchange with it is included.
    run = outcome.run
    groups = outcome.run.results.groups.values()
    numbers = {number for group in groups for number in group.exchanges}
    repeated = (group.exchanges for group in groups if group.example.clause == "request-id-unique")
    ids = {_request_id(run.exchanges[number - 1]) for exchanges in repeated for number in exchanges}
    numbers |= {exchange.number for exchange in run.exchanges if ids and _request_id(exchange) in ids}
    return list(dict.fromkeys(run.exchanges[number - 1].request for number in sorted(numbers)))


def _request_id(exchange: Exchange) -> str | None:
    value = exchange.json.get("request_id") if isinstance(exchange.json, dict) else None
    return value if isinstance(value, str) else None


def _exchanges(report: Report) -> dict[str, Any]:
    statuses = Counter(exchange.response.status for exchange in report.run.exchanges)
    return {
        "total": len(report.run.exchanges),
        "accepted": report.accepted,
        "by_mode": {mode: {"sent": sent, "accepted": ok} for mode, (sent, ok) in sorted(report.by_mode.items())},
        "by_status": {str(status): statuses[status] for status in sorted(statuses)},
    }


def _violation(block: Block) -> dict[str, Any]:
    entry = attrs.asdict(block)
    if not block.operations:
        del entry["operations"]
    return entry


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
        "place": report.run.contract.place(row.pointer),
        "verdict": str(row.verdict),
        "known_failing": row.known,
        "observed": row.observed,
        "broken": row.failed,
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    properties = {f"{one.pointer[2]}.{one.name}": one for one in coverage.properties.values()}
    return {
        "shares": {name: attrs.asdict(share) for name, share in coverage.shares.items()},
        "properties": {
            name: {"filled": one.filled, "null": one.null, "absent": one.absent}
            for name, one in sorted(properties.items())
        },
        "values": {".".join(map(str, pointer[2:])): listed for pointer, listed in coverage.values.items()},
        "error_codes": coverage.codes,
    }
