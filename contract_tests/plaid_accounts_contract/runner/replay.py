"""The failing requests of an earlier run, with the credentials, ids and near misses of this one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.redaction.request_templates import Malformed, MissingValue, request_of
from plaid_accounts_contract.redaction.sensitive_values import by_name
from plaid_accounts_contract.settings import Settings, SettingsError
from plaid_accounts_contract.wire.exchange import Request

FORMAT: Final = 1
"""The version of report.json's format; it changes when a reader would have to."""


def load(path: Path, settings: Settings, test_data: TestData) -> list[Request]:
    """Return the failing requests of the report at `path`, in the order in which they were sent."""
    failing = _report(path)["failing"]
    values = by_name(settings, test_data)
    try:
        return [request_of(template, values) for template in failing]
    except MissingValue as error:
        msg = f"--replay: {path} needs {error}, which this run does not have; use the settings of the reported run"
        raise SettingsError(msg) from None
    except Malformed:
        msg = f"--replay: {path} contains a request that cannot be read; write the report again with --report-dir"
        raise SettingsError(msg) from None


def _report(path: Path) -> Any:
    try:
        report = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(f"--replay: cannot read {path} as JSON: {error}") from None
    problem = next(_problems(report), "")
    if problem:
        raise SettingsError(f"--replay: {path} {problem}; pass a report.json that --report-dir wrote")
    return report


def _problems(report: Any) -> Iterator[str]:
    if not isinstance(report, dict) or "format" not in report:
        yield "is not a report of this suite"
    elif report["format"] != FORMAT:
        yield f"has format {report['format']!r}, this version reads {FORMAT}"
    elif not isinstance(report.get("failing"), list):
        yield "lists no failing requests"
    elif not report["failing"]:
        yield "has no failing exchange to resend"
