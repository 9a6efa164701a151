"""Every report shows the result of a run in its own format."""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path
from typing import Any

import attrs
import jsonschema_rs
import pytest

from meta.injection import CONTRACT, outcome_of, unchanged
from meta.telling import junit, texts, wrong_in_four_ways
from plaid_accounts_contract import reports
from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.reports import documents, record
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.runner import replay
from plaid_accounts_contract.runner.known_failing import Entry
from plaid_accounts_contract.runner.verdict import Outcome, conclude
from plaid_accounts_contract.settings import SettingsError

# What they share is made once, in one process.
pytestmark = pytest.mark.xdist_group("reports")


@pytest.fixture(scope="module")
def failed() -> Outcome:
    """Return a run with four violations."""
    return outcome_of(wrong_in_four_ways)


@pytest.fixture(scope="module")
def passed() -> Outcome:
    """Return a run without violations."""
    return outcome_of(unchanged)


def test_one_violation_is_one_block(failed: Outcome) -> None:
    """Each violation has one block; what decides the verdict comes first."""
    report = Report.of(failed, 1.5)
    assert [(block.clause.rsplit("/", 2)[-2:], block.level, block.word) for block in report.blocks] == [
        (["subtype", "oneOf"], "MUST", "fail"),
        (["current", "type"], "MUST", "fail"),
        (["balance-never-billed"], "MUST", "fail"),
        (["last-updated-institution"], "SHOULD", "should"),
    ]


def test_the_table_has_every_requirement(failed: Outcome) -> None:
    """Terminal, summary and page list each requirement with its verdict and the number of observations."""
    written = texts(failed)
    for name in (requirement.id for requirement in CONTRACT.requirements_of(CONTRACT.primary)):
        line = next(line for line in written["terminal"].splitlines() if line.startswith(f"{name} "))
        verdict = {"balance-never-billed": "fail", "last-updated-institution": "fail (SHOULD)"}.get(name)
        verdict = verdict or str(failed.run.results.verdict(name))
        assert f"  {verdict} " in line
        assert str(failed.run.results.observed[name]) in line.split()
        row = rf"^\| {name} \| (MUST|SHOULD) \| {re.escape(verdict)} \|"
        assert re.search(row, written["summary.md"], re.MULTILINE)
        assert f"<code>{name}</code>" in written["report.html"]
    assert "schema-200                  MUST    fail" in written["terminal"]
    assert "schema-400                  MUST    pass" in written["terminal"]


def test_a_run_without_a_verdict_gives_the_reason(passed: Outcome) -> None:
    """Each report of an inconclusive run states the reason."""
    outcome = attrs.evolve(passed, verdict=Verdict.ERROR, reasons=("no response within 3 seconds",))
    written = texts(outcome)
    assert all("no response within 3 seconds" in text for text in written.values())
    assert "ERROR: could not be judged; " in written["terminal"]
    assert junit(outcome).find(".//error") is not None
    assert json.loads(written["report.json"])["exit_code"] == 2


def test_a_stale_entry_names_the_line_to_remove(passed: Outcome) -> None:
    """Each report names a stale entry of the known-failing file with its line."""
    written = texts(conclude(passed.run, known=[Entry("account-ids-filter", line=7)]))
    for name in ("terminal", "summary.md", "report.html", "junit.xml"):
        assert "account-ids-filter no longer fails; remove line 7" in written[name]
    assert json.loads(written["report.json"])["stale"] == [{"clause": "account-ids-filter", "path": "", "line": 7}]


def test_junit_fails_as_the_verdict_does(failed: Outcome) -> None:
    """What decides the verdict fails, SHOULD and known violations are skipped, and the totals are right."""
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


def test_the_record_is_valid_against_its_schema(failed: Outcome, passed: Outcome) -> None:
    """report.json is valid against the published schema, which describes and requires each property at its top."""
    schema: dict[str, Any] = json.loads(record.SCHEMA.read_text("utf-8"))
    jsonschema_rs.meta.validate(schema)
    for outcome in (failed, passed):
        report = json.loads(record.render(Report.of(outcome)))
        jsonschema_rs.Draft202012Validator(schema).validate(report)
        assert set(report) == set(schema["properties"]) == set(schema["required"])
        assert report["exchanges"]["total"] == sum(report["exchanges"]["by_status"].values())
    assert schema["properties"]["format"]["const"] == replay.FORMAT


def test_the_page_draws_the_whole_contract(passed: Outcome) -> None:
    """The tree has every property, listed value and error code, and marks what was not seen."""
    report = Report.of(passed)
    coverage, text = report.primary.coverage, documents.page(report)
    for one in coverage.properties.values():
        assert re.search(rf"<code>{one.name}(\[\])?</code>", text), one.name
    for listed in (*coverage.values.values(), coverage.codes):
        for value, seen in listed.items():
            style = "" if seen else ' class="missed"'
            shown = re.escape(value) if value else "&#34;&#34;"
            assert re.search(rf'<li title="[^"]*"{style}>{shown}</li>', text), value
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in text
    assert "prefers-color-scheme: dark" in text


def test_a_report_that_fails_leaves_the_others(
    failed: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four files are written; if one cannot be made, those of an earlier run stay."""
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


def test_a_full_disk_leaves_the_reports_as_they_were(
    failed: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up while the third report is written leaves those of the previous run, and nothing else."""
    reports.write(failed, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    write, written = Path.write_text, list[Path]()

    def fill_up(path: Path, *arguments: Any, **options: Any) -> int:
        written.append(path)
        if len(written) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", fill_up)
    with pytest.raises(SettingsError, match="No space left on device"):
        reports.write(failed, tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_unwritable_folder_is_an_error(failed: Outcome, tmp_path: Path) -> None:
    """A file in place of the folder is an error that names the option."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="--report-dir: cannot write to"):
        reports.write(failed, tmp_path / "file")
    with pytest.raises(SettingsError, match="--report-dir: cannot write to"):
        reports.prepare(tmp_path / "file" / "below")
