"""The command line from a violation to its repair: find it, replay it, accept it as known, repair it."""

from __future__ import annotations

import json
from pathlib import Path

from meta.checks import Result, command, credentials

CONFORMING = """
from plaid_accounts_contract.reference_server import create_app
app = create_app()
"""
MISBEHAVING = """
from contract_tests.meta.injection import Injection

def change(answer):
    if answer.status == 200:
        value = answer.value
        for account in value.get("accounts", ()):
            account["mask"] = 4821
        answer.value = value

app = Injection(change)
"""
CLAUSE = "#/components/schemas/Account/properties/mask/type"
ROOT = str(Path(__file__).parents[2])


def _check(folder: Path, *options: str) -> Result:
    environment = {**credentials(), "PYTHONPATH": ROOT, "PYTHONDONTWRITEBYTECODE": "1"}
    return command("check", "--app", "service:app", "--quick", *options, environment=environment, cwd=folder)


def test_from_a_violation_to_its_repair(tmp_path: Path) -> None:
    """A violation is found, replayed with fewer requests, accepted as known, and stale once it is repaired."""
    (tmp_path / "service.py").write_text(MISBEHAVING)
    for folder, options in (("report", ()), ("again", ("--replay", "report/report.json"))):
        found = _check(tmp_path, *options, "--report-dir", folder)
        assert found.status == 1, found.out + found.err
        report = json.loads((tmp_path / folder / "report.json").read_text())
        assert {violation["clause"] for violation in report["faults"]} == {CLAUSE}

    (tmp_path / "known.txt").write_text(f"{CLAUSE} # masks are numbers until the next release\n")
    known = _check(tmp_path, "--known-failing", "known.txt")
    assert known.status == 0, known.out + known.err
    assert "1 known failing" in known.out.splitlines()[-1]

    (tmp_path / "service.py").write_text(CONFORMING)
    repaired = _check(tmp_path, "--replay", "report/report.json")
    assert repaired.status == 0, repaired.out + repaired.err
    stale = _check(tmp_path, "--known-failing", "known.txt")
    assert stale.status == 1, stale.out + stale.err
    assert f"stale: {CLAUSE} no longer fails; remove line 1 of known.txt" in stale.out
