"""What a person at a terminal, and the log of a job, get to read."""

from __future__ import annotations

import re
from collections import Counter
from itertools import count

import attrs
import pytest

from meta.tampering import CONTRACT, outcome_of, unchanged
from meta.telling import Stream, shown, texts, wrong_in_four_ways
from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.redaction.secrets import SensitiveValue
from plaid_accounts_contract.reports.excerpt import around, body_text
from plaid_accounts_contract.reports.terminal import Console
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Exchange, Request, Response


@pytest.fixture(scope="module")
def failed() -> Outcome:
    """A run with four faults."""
    return outcome_of(wrong_in_four_ways)


@pytest.fixture(scope="module")
def passed() -> Outcome:
    """A run without a fault."""
    return outcome_of(unchanged)


def test_a_block_says_all_that_is_needed(failed: Outcome) -> None:
    """A failure block has clause, level, statement, place, path, got, expected, purpose, both sides and a command."""
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


def test_the_verdict_stands_in_the_last_line(failed: Outcome, passed: Outcome) -> None:
    """The last line has the verdict, exchanges by mode, the seconds and the seed."""
    last = shown(failed).splitlines()[-1]
    assert last.startswith("FAIL: 3 faults, 1 SHOULD not met; ")
    for part in (f"{len(failed.run.exchanges)} exchanges (header ", "body ", "answered 200", "1.5 s", "seed 1"):
        assert part in last
    assert shown(passed).splitlines()[-1].startswith(f"PASS: {len(passed.run.exchanges)} exchanges")


def test_colours_need_a_terminal(failed: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours and the line of progress are for terminals, and NO_COLOR turns the colours off."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" not in shown(failed)
    assert "\x1b[31mFAIL\x1b[0m" in shown(failed, Stream(terminal=True))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[\d+m", shown(failed, Stream(terminal=True)))
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in shown(failed, Stream(terminal=True))


def test_progress_is_one_line_on_a_terminal(failed: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line of progress is overwritten, names exchanges and faults, and is gone at the end."""
    monkeypatch.setenv("TERM", "xterm")
    stream = Stream(terminal=True)
    console = Console(stream, failed.run.settings, CONTRACT)
    monkeypatch.setattr("plaid_accounts_contract.reports.terminal.time.monotonic", count(10).__next__)
    console.progress(failed.run)
    console.progress(failed.run)
    drawn = stream.getvalue()
    assert drawn.count("\r\x1b[K") == 2
    assert "\n" not in drawn
    assert f"{len(failed.run.exchanges)} exchanges, 4 faults: tampering" in drawn
    console.finish(failed, 1.0)
    assert stream.getvalue()[len(drawn) :].startswith("\r\x1b[K")


def test_settings_are_shown_without_secrets(failed: Outcome) -> None:
    """The effective settings stand at the beginning, secrets as set or not set, a password in the URL left out."""
    settings = attrs.evolve(failed.run.settings, base_url="http://user:pa55word@127.0.0.1:1/base")
    stream = Stream()
    Console(stream, settings, CONTRACT).begin(settings)
    text = stream.getvalue()
    assert "against http://127.0.0.1:1/base\n" in text
    for part in ("--secret set", "--access-token set", "--modes header,body", "--seed 1", "--level MUST"):
        assert part in text
    assert "pa55word" not in text
    assert Redactor.of(CONTRACT, settings).leaks(text) == []


def test_many_faults_are_cut_short_at_the_terminal(failed: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a number of blocks the terminal names faults in a line each and points to the reports."""
    monkeypatch.setattr("plaid_accounts_contract.reports.terminal._FULL_BLOCKS", 1)
    text = shown(failed)
    assert text.count("reproduce\n") == 1
    assert "fail          balance-never-billed item.billed_products in " in text
    assert "--report-dir writes all of them in full" in text


def test_settings_of_an_embedded_run_name_it() -> None:
    """Without a base URL the beginning says what is checked."""
    stream = Stream()
    Console(stream, Settings(), CONTRACT).begin(Settings())
    assert "against the embedded reference server" in stream.getvalue()


def test_what_was_not_observed_says_what_it_takes(passed: Outcome) -> None:
    """A clause that nothing put to the test names the setting that was not given, in the table and on the page."""
    results = attrs.evolve(passed.run.results, observed=Counter())
    for settings, name, hint in (
        ({"closed_account_id": ""}, "active-accounts-only", "needs CONTRACT_CLOSED_ACCOUNT_ID"),
        ({"error_tokens": ()}, "schema-429", "needs CONTRACT_ERROR_TOKENS"),
        ({"modes": ("body",)}, "credentials-header", "left out by --modes body"),
    ):
        run = attrs.evolve(passed.run, results=results, settings=attrs.evolve(passed.run.settings, **settings))
        written = texts(attrs.evolve(passed, run=run))
        line = next(line for line in written["terminal"].splitlines() if line.startswith(f"{name} "))
        assert line.split() == [name, "MUST", "not", "observed", "0", *hint.split()]
        assert f"<small>{hint}</small>" in written["report.html"]
    assert "needs CONTRACT_" not in shown(attrs.evolve(passed, run=attrs.evolve(passed.run, results=results)))


def test_the_verdict_is_last_even_where_there_was_none(passed: Outcome) -> None:
    """Why a run could not be judged stands before the last line, cut short if it is long."""
    outcome = attrs.evolve(passed, verdict=Verdict.ERROR, reasons=("gone\x1b[2J " + "x" * 9999,))
    *before, last = shown(outcome).splitlines()
    assert last.startswith("ERROR: could not be judged; ")
    assert sum(map(len, before[-9:])) < 1500
    assert "gone\\x1b[2J" in "\n".join(before)


def test_why_nothing_was_judged_is_safe_to_print(failed: Outcome) -> None:
    """A reason may quote what a server said, and a base URL may hold a password: neither is shown as it is."""
    settings = attrs.evolve(failed.run.settings, base_url="http://user:pa55word@127.0.0.1:1")
    line = Console(Stream("ascii"), settings, CONTRACT).unjudged(f"status 400 \x1b[2J{settings.secret.upper()} \u202e")
    assert line == ("error: could not judge http://127.0.0.1:1: status 400 \\x1b[2J<secret in upper case> \\u202e")


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
    """Shown is the innermost object that holds the value, with the line of the value marked."""
    body = b'{"accounts": [{"name": "a"}, {"balances": {"current": "12"}}, "s3cr3t-s3cr3t"], "lone": "\\ud800"}'
    exchange = Exchange(1, Request("POST", "/", (), b""), Response(200, (), body))
    redactor = Redactor((SensitiveValue("secret", "s3cr3t-s3cr3t", "id"),))
    shown_at, text = around(exchange, path, redactor)
    assert shown_at == place
    assert "s3cr3t" not in text
    assert [line for line in text.splitlines() if line.startswith(">")] == ([marked] if marked else [])
    assert "\ud800" not in text


def test_long_repetition_in_a_body_is_shown_short() -> None:
    """What repeats a unit many times says so instead."""
    assert body_text(b'{"a":"' + b"xy" * 5000 + b'"}', Redactor(())) == '{"a":"xyxyxy...(5000 times xy)..."}'
    assert body_text(b"[" * 3000, Redactor(())) == "[[[...(3000 times [)..."
