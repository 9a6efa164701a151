"""Reports tell what was found, each in its own format, and are written all or none."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import attrs
import jsonschema_rs
import pytest

from meta.tampering import CONTRACT, outcome_of, unchanged
from meta.telling import junit, texts, wrong_in_four_ways
from plaid_accounts_contract import reports
from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.reports import page, record
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.runner import replay
from plaid_accounts_contract.runner.known_failing import Entry
from plaid_accounts_contract.runner.verdict import Outcome, conclude
from plaid_accounts_contract.settings import SettingsError

# What they share is made once, in one process.
pytestmark = pytest.mark.xdist_group("reports")


@pytest.fixture(scope="module")
def failed() -> Outcome:
    """A run with four faults."""
    return outcome_of(wrong_in_four_ways)


@pytest.fixture(scope="module")
def passed() -> Outcome:
    """A run without a fault."""
    return outcome_of(unchanged)


def test_one_fault_is_one_block(failed: Outcome) -> None:
    """Each fault has one block, with how often it was seen; what decides the verdict comes first."""
    report = Report.of(failed, 1.5)
    assert [(block.clause.rsplit("/", 2)[-2:], block.level, block.word) for block in report.blocks] == [
        (["subtype", "oneOf"], "MUST", "fail"),
        (["current", "type"], "MUST", "fail"),
        (["balance-never-billed"], "MUST", "fail"),
        (["last-updated-institution"], "SHOULD", "should"),
    ]
    assert all(block.often.startswith("in ") for block in report.blocks)


def test_the_table_has_every_requirement(failed: Outcome) -> None:
    """Terminal, summary and page list each requirement with its verdict and times observed."""
    written = texts(failed)
    for name in (requirement.id for requirement in CONTRACT.requirements_of(CONTRACT.primary)):
        line = next(line for line in written["terminal"].splitlines() if line.startswith(f"{name} "))
        verdict = {"balance-never-billed": "fail", "last-updated-institution": "fail (SHOULD)"}.get(name)
        verdict = verdict or str(failed.run.results.verdict(name))
        assert f"  {verdict} " in line
        assert str(failed.run.results.observed[name]) in line.split()
        assert re.search(
            rf"^\| {name} \| (MUST|SHOULD) \| {re.escape(verdict)} \|", written["summary.md"], re.MULTILINE
        )
        assert f"<code>{name}</code>" in written["report.html"]
    assert "schema-200                  MUST    fail" in written["terminal"]
    assert "schema-400                  MUST    pass" in written["terminal"]


def test_what_could_not_be_judged_says_why(passed: Outcome) -> None:
    """A run that was not judged says so and why, in each report."""
    outcome = attrs.evolve(passed, verdict=Verdict.ERROR, reasons=("no answer within 3 seconds",))
    written = texts(outcome)
    assert all("no answer within 3 seconds" in text for text in written.values())
    assert "ERROR: could not be judged; " in written["terminal"]
    assert junit(outcome).find(".//error") is not None
    assert json.loads(written["report.json"])["exit_code"] == 2


def test_a_stale_entry_says_what_to_do(passed: Outcome) -> None:
    """An entry of the known-failing file that is out of date is named with its line, in each report."""
    outcome = conclude(passed.run, known=[Entry("account-ids-filter", line=7)])
    written = texts(outcome)
    for name in ("terminal", "summary.md", "report.html", "junit.xml"):
        assert "account-ids-filter no longer fails; take line 7" in written[name]
    assert json.loads(written["report.json"])["stale"] == [{"clause": "account-ids-filter", "path": "", "line": 7}]


def test_junit_counts_as_the_verdict_does(failed: Outcome) -> None:
    """What decides fails, what is SHOULD or known is skipped, and the numbers add up."""
    known = conclude(failed.run, known=[Entry("balance-never-billed", reason="later")])
    for outcome, failing in ((failed, {"balance-never-billed", "schema-200"}), (known, {"schema-200"})):
        suite = junit(outcome)
        cases = suite.findall("testcase")
        assert {case.get("name") for case in cases if case.find("failure") is not None} == failing
        skipped = {case.get("name") for case in cases if case.find("skipped") is not None}
        assert "last-updated-institution" in skipped
        assert ("balance-never-billed" in skipped) is (outcome is known)
        assert (int(suite.get("tests", "")), int(suite.get("failures", ""))) == (len(cases), len(failing))
        assert int(suite.get("skipped", "")) == len(skipped)


@pytest.mark.parametrize("name", ["failed", "passed"])
def test_the_record_is_valid_against_its_schema(name: str, request: pytest.FixtureRequest) -> None:
    """report.json is valid against the schema that the package publishes."""
    schema: dict[str, Any] = json.loads(record.SCHEMA.read_text("utf-8"))
    jsonschema_rs.meta.validate(schema)
    report = json.loads(record.render(Report.of(request.getfixturevalue(name))))
    errors = [
        f"{error.instance_path}: {error.message}"
        for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(report)
    ]
    assert errors == []
    assert report["seed"] == 1
    assert report["exchanges"]["total"] == sum(report["exchanges"]["by_status"].values())


def test_the_schema_knows_every_property_of_the_record(failed: Outcome) -> None:
    """The published schema describes each property at the top of report.json, and requires it."""
    schema: dict[str, Any] = json.loads(record.SCHEMA.read_text("utf-8"))
    assert set(record.record(Report.of(failed))) == set(schema["properties"]) == set(schema["required"])
    assert schema["properties"]["format"]["const"] == replay.FORMAT


def test_the_page_draws_the_whole_contract(passed: Outcome) -> None:
    """The tree has every property, listed value and error code, and says which were not seen."""
    report = Report.of(passed)
    text = page.render(report)
    for one in report.coverage.properties:
        assert re.search(rf"<code>{one.name}(\[\])?</code>", text), one.name
    for value in (*report.coverage.values, *report.coverage.codes.values()):
        style = "" if value.seen else "missed"
        assert (
            re.search(rf'<li title="[^"]*" class="{style}">{re.escape(value.value) or "&quot;"}', text)
            or not value.value
        ), value
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in text
    assert "prefers-color-scheme: dark" in text


def test_reports_are_written_all_or_none(failed: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four files are written; if one of them fails, the old ones stay and nothing lies around."""
    folder = tmp_path / "new" / "folder"
    written = reports.write(failed, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["junit.xml", "report.html", "report.json", "summary.md"]
    assert sorted(written) == sorted(folder.iterdir())
    before = {path: path.read_bytes() for path in written}

    def broken(_: Report) -> str:
        raise ValueError("no")

    monkeypatch.setattr(reports, "WRITERS", {**reports.WRITERS, "summary.md": broken})
    with pytest.raises(ValueError, match="no"):
        reports.write(failed, folder)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_that_cannot_be_written_is_named(failed: Outcome, tmp_path: Path) -> None:
    """A file where the folder is to be is an error that names the option."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="--report-dir: cannot write to"):
        reports.write(failed, tmp_path / "file")
    with pytest.raises(SettingsError, match="--report-dir: cannot write to"):
        reports.prepare(tmp_path / "file" / "below")
