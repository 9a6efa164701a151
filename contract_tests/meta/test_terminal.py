"""The terminal output of a run, for a person and for the log of a job."""

from __future__ import annotations

import re
from collections import Counter
from itertools import count
from typing import Any

import attrs
import pytest

from meta.injection import CONTRACT, outcome_of, unchanged
from meta.telling import Stream, shown, texts, wrong_in_four_ways
from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.redaction.secrets import SensitiveValue
from plaid_accounts_contract.reports.excerpt import around
from plaid_accounts_contract.reports.terminal import Console
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Exchange, Request, Response


@pytest.fixture(scope="module")
def failed() -> Outcome:
    """Return a run with four violations."""
    return outcome_of(wrong_in_four_ways)


@pytest.fixture(scope="module")
def passed() -> Outcome:
    """Return a run without violations."""
    return outcome_of(unchanged)


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
        "answered  200 OK",
        '>   "subtype": "chequing"',
        '"account_id": "<account 1>"',
        'curl -sS -i -X POST "${CONTRACT_BASE_URL%/}/accounts/get"',
        "this exchange also breaks",
    ):
        assert part in block, part


def test_the_last_line_is_the_verdict(failed: Outcome, passed: Outcome) -> None:
    """The last line has the verdict, exchanges by mode, seconds and seed; the reasons of an error come before it."""
    last = shown(failed).splitlines()[-1]
    assert last.startswith("FAIL: 3 violations, 1 SHOULD not met; ")
    for part in (f"{len(failed.run.exchanges)} exchanges (header ", "body ", "answered 200", "1.5 s", "seed 1"):
        assert part in last
    assert shown(passed).splitlines()[-1].startswith(f"PASS: {len(passed.run.exchanges)} exchanges")
    error = attrs.evolve(passed, verdict=Verdict.ERROR, reasons=("gone\x1b[2J " + "x" * 9999,))
    *before, last = shown(error).splitlines()
    assert last.startswith("ERROR: could not be judged; ")
    assert sum(map(len, before[-9:])) < 1500
    assert "gone\\x1b[2J" in "\n".join(before)


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
