"""From a fault to its repair at the command line: find it, replay it, live with it, repair it, and be told so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from meta.checks import Result, command, credentials

SOUND = """
from plaid_accounts_contract.reference_server import create_app
app = create_app()
"""
BROKEN = """
from contract_tests.meta.tampering import Tampering

def change(answer):
    if answer.status == 200:
        value = answer.value
        for account in value.get("accounts", ()):
            account["mask"] = 4821
        answer.value = value

app = Tampering(change)
"""
CLAUSE = "#/components/schemas/Account/properties/mask/type"
ROOT = str(Path(__file__).parents[2])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a server that gives masks as numbers."""
    (tmp_path / "service.py").write_text(BROKEN)
    return tmp_path


def _check(folder: Path, *options: str) -> Result:
    environment = {**credentials(), "PYTHONPATH": ROOT, "PYTHONDONTWRITEBYTECODE": "1"}
    return command("check", "--app", "service:app", "--quick", *options, environment=environment, cwd=folder)


def test_from_a_fault_to_its_repair(project: Path) -> None:
    """A fault is found, replayed with fewer requests, accepted as known, and reported as stale once it is repaired."""
    found = _check(project, "--report-dir", "report")
    assert found.status == 1, found.out + found.err
    report = json.loads((project / "report" / "report.json").read_text())
    assert {fault["clause"] for fault in report["faults"]} == {CLAUSE}

    replayed = _check(project, "--replay", "report/report.json", "--report-dir", "again")
    assert replayed.status == 1, replayed.out + replayed.err
    again = json.loads((project / "again" / "report.json").read_text())
    assert {fault["clause"] for fault in again["faults"]} == {CLAUSE}

    (project / "known.txt").write_text(f"{CLAUSE} # masks are numbers until the next release\n")
    known = _check(project, "--known-failing", "known.txt")
    assert known.status == 0, known.out + known.err
    assert "1 known failing" in known.out.splitlines()[-1]

    (project / "service.py").write_text(SOUND)
    repaired = _check(project, "--replay", "report/report.json")
    assert repaired.status == 0, repaired.out + repaired.err
    stale = _check(project, "--known-failing", "known.txt")
    assert stale.status == 1, stale.out + stale.err
    assert f"stale: {CLAUSE} no longer fails; take line 1 of known.txt out" in stale.out
