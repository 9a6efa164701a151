"""No report shows a secret, and what a server says cannot harm whoever reads it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import attrs
import pytest

from meta.tampering import Answer, outcome_of
from meta.telling import Stream, junit, shown, texts, wrong_in_four_ways
from plaid_accounts_contract import reports
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.redaction.secrets import collect
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.runner.verdict import Outcome

# What they share is made once, in one process.
pytestmark = pytest.mark.xdist_group("report-safety")

HOSTILE = (
    "\x1b[31mred\x1b]0;title\x07\x9b2J\r\x00\u202egnp.exe\u2066 </code></pre></style><script>alert(1)</script>"
    "<img src=//evil.example/x onerror=alert(1)> ]]> &amp; ``` ` ~~~ | [a](javascript:alert(1)) @everyone ![](//evil.example)"
    " \u2028 \ufffe"
)


def escaped(text: str) -> str:
    """A text as JSON may write it: each character escaped."""
    return "".join(f"\\u{ord(character):04x}" for character in text)


def percent(text: str) -> str:
    """A text as a URL may write it: each byte escaped."""
    return "".join(f"%{byte:02x}" for byte in text.encode())


ECHOES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper": str.upper,
    "beginning": lambda value: value[: len(value) - len(value) // 4],
    "end": lambda value: value[3:],
    "json": escaped,
    "percent": percent,
    "percent of json": lambda value: quote(escaped(value)),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "basic": lambda value: base64.b64encode(f"user:{value}".encode()).decode(),
    "hex": lambda value: value.encode().hex(),
    "entities": lambda value: "".join(f"&#{ord(character)};" for character in value),
}


def echoing(answer: Answer) -> None:
    """Echo all that the request holds, in every header and body, in every way."""
    value = answer.value
    sent = [answer.request_headers.get("plaid-client-id", ""), answer.request_headers.get("plaid-secret", "")]
    try:
        fields = json.loads(answer.request_body)
        sent += [
            text
            for text in (*fields.values(), *fields.get("options", {}).get("account_ids", ()))
            if isinstance(text, str)
        ]
    except ValueError:
        sent.append(answer.request_body.decode("latin-1"))
    for number, text in enumerate(filter(None, sent)):
        for name, echo in ECHOES.items():
            answer.headers.append(
                (f"x-{name}-{number}".replace(" ", "-").encode(), echo(text).encode("latin-1", "replace"))
            )
            value[f"{name} {number}"] = echo(text)
        value[text] = "as a name"
    if answer.status == 200:
        value["accounts"][0]["mask"] = sent[-1]
        value["accounts"][0]["subtype"] = sent[-1]
    else:
        value["error_code"] = sent[-1].upper()
    answer.value = value
    answer.body = answer.body.replace(b'"request_id"', b'"x":"' + sent[-1].encode("utf-16-le") + b'","request_id"')


def hostile(answer: Answer) -> None:
    """Say hostile things wherever a server can say something."""
    value = answer.value
    if answer.status == 200:
        value["accounts"][0] |= {"subtype": HOSTILE, "mask": HOSTILE, HOSTILE: HOSTILE}
        value["accounts"][0]["balances"]["iso_currency_code"] = HOSTILE
    else:
        value["error_code"] = value["error_type"] = HOSTILE
    answer.headers.append((b"x-hostile", HOSTILE.encode("latin-1", "replace").replace(b"\r", b"").replace(b"\0", b"")))
    answer.headers[:] = [(n, v if n != b"content-type" else b"text/html<script>") for n, v in answer.headers]
    answer.value = value


@pytest.fixture(scope="module")
def echoed() -> Outcome:
    """A run against a server that echoes everything."""
    return outcome_of(echoing)


@pytest.fixture(scope="module")
def harmed() -> Outcome:
    """A run against a server that says hostile things."""
    return outcome_of(hostile)


@pytest.fixture(scope="module")
def failed() -> Outcome:
    """A run with four faults."""
    return outcome_of(wrong_in_four_ways)


def undone(text: str) -> Iterator[str]:
    """Yield a text as a reader of its format may come to see it, in lower case."""
    yield text.lower()
    yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found.group(1), 16)), text).lower()
    yield re.sub(r"&#(\d+);", lambda found: chr(int(found.group(1))), text.replace("&amp;", "&")).lower()
    yield re.sub(r"%([0-9a-fA-F]{2})", lambda found: chr(int(found.group(1), 16)), text.replace("%25", "%")).lower()
    yield re.sub(r"[\0]|\\x00|\\u0000", "", text).lower()


def test_no_report_shows_what_a_server_echoes(echoed: Outcome) -> None:
    """No secret, token or id stands in any report or at the terminal: not whole, not in part, not encoded."""
    hidden = collect(echoed.run.settings, echoed.run.test_data)
    assert len(hidden) > 40
    for name, text in texts(echoed).items():
        views = list(undone(text))
        for one in hidden:
            value = one.value.lower()
            parts = {value, value[: len(value) - len(value) // 4], value[3:]} if one.kind == "credential" else {value}
            for echo in ECHOES.values():
                parts.add(echo(value)[8:-8])
            leaked = [part for part in parts for view in views if part.lower() in view]
            assert not leaked, f"{name} shows {one.name}: {leaked}"


def test_an_echo_is_told_without_its_value(echoed: Outcome) -> None:
    """The report of an echo names what was echoed."""
    report = texts(echoed)["terminal"]
    assert "credentials-not-echoed" in report
    assert "<client_id, in base64>" in report
    assert "<client_id, upper case>" in report


def test_ids_stand_in_reports_where_that_is_allowed(failed: Outcome) -> None:
    """With show_ids, account ids are shown and tokens are not."""
    account = failed.run.test_data.primary.account_ids[0]
    run = attrs.evolve(failed.run, settings=attrs.evolve(failed.run.settings, show_ids=True))
    for name, text in texts(attrs.evolve(failed, run=run)).items():
        assert failed.run.test_data.primary.access_token not in text, name
    assert account in reports.render(Report.of(attrs.evolve(failed, run=run)))["report.html"]
    assert account not in reports.render(Report.of(failed))["report.html"]


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag with its attributes."""
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.words += data


def test_the_page_runs_and_loads_nothing(harmed: Outcome) -> None:
    """report.html has no script, no handler and no address elsewhere, whatever the server says; a policy forbids them."""
    found = Page(texts(harmed)["report.html"])
    assert "alert(1)" in found.words
    assert not {"script", "img", "iframe", "link", "object", "base", "form"} & set(found.tags)
    assert not [entry for entry in found.attributes if entry[1].startswith("on") or entry[1] in ("src", "style")]
    assert all(value.startswith("#") for _, name, value in found.attributes if name == "href")
    policy = next(value for _, name, value in found.attributes if name == "content" and "default-src" in value)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_junit_is_xml_whatever_a_server_says(harmed: Outcome) -> None:
    """junit.xml is well-formed, and what the server said is text in it."""
    root = junit(harmed)
    assert "]]>" in "".join(root.itertext())
    assert {element.tag for element in root.iter()} <= {
        "testsuite", "properties", "property", "testcase", "failure", "error", "skipped", "system-out",
    }  # fmt: skip


def test_the_summary_keeps_what_a_server_says_in_code(harmed: Outcome) -> None:
    """In summary.md everything hostile stands between backticks that it does not close."""
    text = texts(harmed)["summary.md"]
    assert "javascript:" in text
    without_fences = re.sub(r"^(`{3,})text\n.*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    without_spans = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", without_fences, flags=re.DOTALL)
    for word in ("javascript", "script", "@everyone", "evil"):
        assert word not in without_spans


def test_no_report_carries_control_characters(harmed: Outcome) -> None:
    """Escape sequences, reordering marks and lone surrogates are written out, so that they do nothing."""
    for name, text in texts(harmed).items():
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text
        ), name
    assert "\\x1b[31mred" in texts(harmed)["terminal"]


def test_what_a_stream_cannot_say_is_escaped(harmed: Outcome) -> None:
    """On a stream of ASCII everything is ASCII; nothing is lost on one of UTF-8."""
    assert shown(harmed, Stream("ascii")).isascii()
    assert shown(harmed, Stream("latin-1")).encode("latin-1")


def test_a_secret_that_slips_through_is_caught_at_the_end(
    failed: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A finished report is searched once more: what slipped in is replaced, or nothing is written at all."""

    def careless(report: Report) -> str:
        return f"a {report.outcome.run.test_data.secret} b"

    def blind(_: Redactor, document: str) -> str:
        return document

    monkeypatch.setattr(reports, "WRITERS", {"summary.md": careless})
    assert reports.write(failed, tmp_path)[0].read_text("utf-8") == "a [hidden] b"
    monkeypatch.setattr(Redactor, "sealed", blind)
    with pytest.raises(reports.Leak) as raised:
        reports.write(failed, tmp_path / "other")
    assert str(raised.value) == "summary.md would show secret; nothing was written"
    assert not (tmp_path / "other").exists()
