"""The failing requests of an earlier run, with the secrets of this one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.redaction.request_templates import Lacking, Malformed, request_of
from plaid_accounts_contract.redaction.secrets import collect
from plaid_accounts_contract.settings import Settings, SettingsError
from plaid_accounts_contract.wire.exchange import Request

FORMAT: Final = 1
"""The version of report.json's format; it changes when a reader would have to."""


def load(path: Path, settings: Settings, test_data: TestData) -> list[Request]:
    """Return the failing requests that the report at `path` holds, in the order in which they were sent.

    Raises:
        SettingsError: the file is no report.json of this suite, or needs a token or an account that is not known now.

    """
    failing = _report(path)["failing"]
    values = {hidden.name: hidden.value for hidden in collect(attrs.evolve(settings, show_ids=False), test_data)}
    try:
        return [request_of(template, values) for template in failing]
    except Lacking as error:
        msg = f"--replay: {path} needs {error}, which this run does not know; give it the settings of the run reported"
        raise SettingsError(msg) from None
    except Malformed:
        msg = f"--replay: {path} holds a request that cannot be read; write the report anew with --report-dir"
        raise SettingsError(msg) from None


def _report(path: Path) -> Any:
    try:
        report = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        msg = f"--replay: cannot read {path} as JSON: {error}"
        raise SettingsError(msg) from None
    problem = next(_problems(report), "")
    if problem:
        msg = f"--replay: {path} {problem}; a report.json that --report-dir wrote is needed"
        raise SettingsError(msg)
    return report


def _problems(report: Any) -> Iterator[str]:
    if not isinstance(report, dict) or "format" not in report:
        yield "is no report of this suite"
    elif report["format"] != FORMAT:
        yield f"has format {report['format']!r}, this version reads {FORMAT}"
    elif not isinstance(report.get("failing"), list):
        yield "lists no failing requests"
    elif not report["failing"]:
        yield "has no failing exchange to send again"
