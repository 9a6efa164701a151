"""Every report, the terminal among them, shows the result of a run in its own format."""

import errno
import json
import os
import re
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import attrs
import jsonschema_rs
import pytest

from meta.injection import CONTRACT, Stream, junit, outcome_of, shown, texts, unchanged, wrong_in_four_ways
from plaid_accounts_contract import reports
from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.redaction.sensitive_values import SensitiveValue
from plaid_accounts_contract.reports import documents, record
from plaid_accounts_contract.reports.excerpt import around
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.reports.terminal import Console
from plaid_accounts_contract.runner import replay
from plaid_accounts_contract.runner.known_failing import Entry
from plaid_accounts_contract.runner.verdict import Outcome, conclude
from plaid_accounts_contract.settings import Settings, SettingsError
from plaid_accounts_contract.wire.exchange import Exchange, Request, Response

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
    """Each report of an inconclusive run states the reason, cut and printable; the terminal does before its last line."""
    reason = "no response within 3 seconds\x1b[2J " + "x" * 9999
    outcome = attrs.evolve(passed, verdict=Verdict.ERROR, reasons=(reason,))
    written = texts(outcome)
    assert all("no response within 3 seconds" in text for text in written.values())
    assert "seconds\\x1b[2J" in written["terminal"]
    *before, last = written["terminal"].splitlines()
    assert last.startswith("ERROR: could not be judged; ")
    assert sum(map(len, before[-9:])) < 1500
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
    known = conclude(failed.run, known=[Entry("balance-never-billed")])
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
    """Four files are written; if one cannot be made, or the disk fills up, those of an earlier run stay, and nothing else."""
    folder = tmp_path / "new" / "folder"
    written = reports.write(failed, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["junit.xml", "report.html", "report.json", "summary.md"]
    before = {path: path.read_bytes() for path in written}
    write, started = Path.write_text, list[Path]()

    def fill_up(path: Path, *arguments: Any, **options: Any) -> int:
        started.append(path)
        if len(started) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", fill_up)
        with pytest.raises(SettingsError, match="No space left on device"):
            reports.write(failed, folder)
    broken = Mock(side_effect=ValueError("no"))
    monkeypatch.setattr(reports, "WRITERS", {**reports.WRITERS, "summary.md": broken})
    with pytest.raises(ValueError, match="no"):
        reports.write(failed, folder)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_an_unwritable_folder_is_an_error(failed: Outcome, tmp_path: Path) -> None:
    """A file in place of the folder is an error that names the option."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="--report-dir: cannot write to"):
        reports.write(failed, tmp_path / "file")
    with pytest.raises(SettingsError, match="--report-dir: cannot write to"):
        reports.prepare(tmp_path / "file" / "below")


def test_a_block_has_all_that_is_needed(failed: Outcome) -> None:
    """A block has clause, level, statement, place, path, got, expected, purpose, both messages and a command."""
    text = shown(failed)
    block = text[text.index("FAIL  #/components/schemas/Account/properties/subtype/oneOf  MUST  (1 of 4)") :]
    block = block[: block.index("\n\nFAIL")]
    for part in (
        "Account.subtype: The kind of account within its type",
        f"openapi.yaml:{CONTRACT.line(('components', 'schemas', 'Account', 'properties', 'subtype', 'oneOf'))} #/components",
        "path      accounts[0].subtype",
        'got       string "chequing"',
        "expected  one of the 83 listed values (nearest: 'checking') or null",
        f" of {len(failed.run.exchanges)} exchanges",
        "Plaid adds values without notice.",
        f"openapi.yaml:{CONTRACT.line(('components', 'schemas', 'AccountSubtype', 'enum'))}.",
        "sent      POST /accounts/get",
        "PLAID-SECRET: <secret>",
        "received  200 OK",
        '>   "subtype": "chequing"',
        '"account_id": "<account 1>"',
        'curl -sS -i -X POST "${CONTRACT_BASE_URL%/}/accounts/get"',
        "also      violates",
    ):
        assert part in block, part


def test_the_last_line_is_the_verdict(failed: Outcome, passed: Outcome) -> None:
    """The last line has the verdict, exchanges by mode, seconds and seed."""
    last = shown(failed).splitlines()[-1]
    assert last.startswith("FAIL: 3 violations, 1 SHOULD not met; ")
    for part in (f"{len(failed.run.exchanges)} exchanges (header ", "body ", "with status 200", "1.5 s", "seed 1"):
        assert part in last
    assert shown(passed).splitlines()[-1].startswith(f"PASS: {len(passed.run.exchanges)} exchanges")


def test_colours_need_a_terminal(failed: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours and the progress line are for terminals; NO_COLOR turns the colours off."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" not in shown(failed)
    assert "\x1b[31mFAIL\x1b[0m" in shown(failed, Stream(terminal=True))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[\d+m", shown(failed, Stream(terminal=True)))
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in shown(failed, Stream(terminal=True))


def test_progress_is_one_line_on_a_terminal(failed: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    """The progress line counts exchanges and violations, is overwritten, and is gone at the end."""
    monkeypatch.setenv("TERM", "xterm")
    stream = Stream(terminal=True)
    console = Console(stream, failed.run.settings, CONTRACT)
    monkeypatch.setattr("plaid_accounts_contract.reports.terminal.time.monotonic", count(10).__next__)
    console.progress(failed.run)
    console.progress(failed.run)
    drawn = stream.getvalue()
    assert drawn.count("\r\x1b[K") == 2
    assert "\n" not in drawn
    assert f"{len(failed.run.exchanges)} exchanges, 4 violations: injection" in drawn
    console.finish(failed, 1.0)
    assert stream.getvalue()[len(drawn) :].startswith("\r\x1b[K")


def test_settings_are_printed_without_secrets(failed: Outcome) -> None:
    """The effective settings come first, secrets as set or not set, without a password in the URL."""
    settings = attrs.evolve(failed.run.settings, base_url="http://user:pa55word@127.0.0.1:1/base")
    stream = Stream()
    Console(stream, settings, CONTRACT).begin(settings)
    text = stream.getvalue()
    assert "against http://127.0.0.1:1/base\n" in text
    for part in ("--secret set", "--access-token set", "--modes header,body", "--seed 1", "--level MUST"):
        assert part in text
    assert "pa55word" not in text
    assert Redactor.of(CONTRACT, settings).leaks(text) == []
    Console(stream, Settings(), CONTRACT).begin(Settings())
    assert "against the embedded reference server" in stream.getvalue()


def test_many_violations_are_abbreviated(failed: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a number of blocks the terminal prints violations in one line each and points to the reports."""
    monkeypatch.setattr("plaid_accounts_contract.reports.terminal._FULL_BLOCKS", 1)
    text = shown(failed)
    assert text.count("reproduce\n") == 1
    assert "fail          balance-never-billed item.billed_products in " in text
    assert "--report-dir writes all of them in full" in text


@pytest.mark.parametrize(
    ("settings", "name", "hint"),
    [
        ({"closed_account_id": ""}, "active-accounts-only", "needs CONTRACT_CLOSED_ACCOUNT_ID"),
        ({"error_tokens": ()}, "schema-429", "needs CONTRACT_ERROR_TOKENS"),
        ({"modes": ("body",)}, "credentials-header", "excluded by --modes body"),
    ],
)
def test_an_unobserved_clause_names_what_it_needs(
    passed: Outcome, settings: dict[str, Any], name: str, hint: str
) -> None:
    """A clause that was not observed names the missing setting, in the table and on the page."""
    results = attrs.evolve(passed.run.results, observed=Counter())
    run = attrs.evolve(passed.run, results=results, settings=attrs.evolve(passed.run.settings, **settings))
    written = texts(attrs.evolve(passed, run=run))
    line = next(line for line in written["terminal"].splitlines() if line.startswith(f"{name} "))
    assert line.split() == [name, "MUST", "not", "observed", "0", *hint.split()]
    assert f"<small>{hint}</small>" in written["report.html"]


def test_an_error_without_a_run_is_redacted(failed: Outcome) -> None:
    """A reason may quote the server and the URL may hold a password: neither is printed as it is."""
    settings = attrs.evolve(failed.run.settings, base_url="http://user:pa55word@127.0.0.1:1")
    line = Console(Stream("ascii"), settings, CONTRACT).inconclusive(f"status 400 \x1b[2J{settings.secret} \u202e")
    assert line == "error: could not judge http://127.0.0.1:1: status 400 \\x1b[2J<secret> \\u202e"


@pytest.mark.parametrize(
    ("path", "place", "marked"),
    [
        ("accounts[1].balances.current", "accounts[1].balances", '>   "current": "12"'),
        ("accounts[1].mask", "accounts[1]", '>   (no "mask")'),
        ("accounts[0]", "accounts[0]", None),
        ("accounts", "", '>   "accounts": [{"name": "a"}, {"balances": {"current": "12"}}, "<secret>"]'),
        ("accounts[2]", "accounts", '>   [2] "<secret>"'),
        ("accounts[9].x", "accounts", None),
        ("", "", None),
    ],
)
def test_an_excerpt_is_the_part_around_the_value(path: str, place: str, marked: str | None) -> None:
    """The innermost object that holds the value is shown, with the line of the value marked."""
    body = b'{"accounts": [{"name": "a"}, {"balances": {"current": "12"}}, "s3cr3t-s3cr3t"], "lone": "\\ud800"}'
    exchange = Exchange(1, Request("POST", "/", (), b""), Response(200, (), body))
    shown_at, text = around(exchange, path, Redactor((SensitiveValue("secret", "s3cr3t-s3cr3t", "id"),)))
    assert shown_at == place
    assert "s3cr3t" not in text
    assert [line for line in text.splitlines() if line.startswith(">")] == ([marked] if marked else [])
    assert "\ud800" not in text
