"""Prism, which answers with the contract's examples: what it breaks is named, what it keeps is not.

Prism is not installed with the rest, because it brings two hundred packages: npm install @stoplight/prism-cli@5.16.0
in a folder of its own, and its node_modules/.bin in PATH or the path of its program in PRISM.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from meta.checks import command
from meta.child_servers import child, free_port

CONTRACT = Path(__file__).parents[2] / "openapi" / "openapi.yaml"
PRISM = os.environ.get("PRISM") or shutil.which("prism") or ""
ANY = {
    "CONTRACT_CLIENT_ID": "any-client-id-61f0",
    "CONTRACT_SECRET": "any-secret-8d2c71",
    "CONTRACT_ACCESS_TOKEN": "any-token-5b9e40",
}
BROKEN = {
    # It looks at no value: whatever the types allow gets the example.
    "access-token-checked",
    "account-ids-filter",
    "account-ids-unknown",
    "credentials-checked",
    "identifiers-case-sensitive",
    # Whatever else is wrong gets the first example of status 400, with the same request_id each time.
    "body-is-json-object",
    "content-type-json",
    "request-id-unique",
    "required-fields",
    "unknown-fields-refused",
    # Bodies that are no JSON get no answer at all, and an odd Content-Type a 500 in a form of its own.
    "no-server-error",
    "request-id-present",
}
NOT_OBSERVED = {"active-accounts-only", "last-updated-institution", "schema-429", "schema-500", "schema-503"}


@pytest.mark.skipif(not PRISM, reason="Prism is not installed (in PATH, or named by PRISM)")
def test_what_prism_breaks_is_named(tmp_path: Path) -> None:
    """Prism does not conform: each requirement that it breaks is told by its own name, and all others pass."""
    port = free_port()
    # Its log in full would end Prism at a body that is nested very deep.
    mock = [PRISM, "mock", "--host", "127.0.0.1", "--port", str(port), "--verboseLevel", "silent", str(CONTRACT)]
    with child(mock, port, tmp_path / "log") as url:
        result = command(
            "check", url, "--quick", "--timeout", "1", "--report-dir", str(tmp_path / "report"), environment=ANY
        )
    assert result.status == 1, result.out + result.err
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert {fault["clause"] for fault in report["faults"]} == BROKEN
    verdicts = {row["id"]: row["verdict"] for row in report["clauses"]}
    assert {name for name, verdict in verdicts.items() if verdict == "not observed"} == NOT_OBSERVED
    assert {name for name, verdict in verdicts.items() if verdict == "fail"} == BROKEN
