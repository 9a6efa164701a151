"""No report shows a secret, and nothing that a server sends can harm whoever reads one."""

import base64
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from unittest.mock import Mock
from urllib.parse import quote, unquote
from xml.etree import ElementTree as ET

import attrs
import pytest

from meta.injection import MutableResponse, Stream, outcome_of, shown, texts
from plaid_accounts_contract import reports
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.redaction.sensitive_values import collect
from plaid_accounts_contract.runner.verdict import Outcome

# The outcomes that tests share are made once, in one process.
pytestmark = pytest.mark.xdist_group("report-safety")

HOSTILE = (
    "\x1b[31mred\x1b]0;title\x07\x9b2J\r\x00\u202egnp.exe\u2066 </code></pre></style><script>alert(1)</script>"
    "<img src=//evil.example/x onerror=alert(1)> ]]> &amp; ``` ` ~~~ | [a](javascript:alert(1)) @everyone ![](//evil.example)"
    " \u2028 \ufffe"
)
ECHOES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper": str.upper,
    "json": lambda value: "".join(f"\\u{ord(character):04x}" for character in value),
    "percent": lambda value: "".join(f"%{byte:02x}" for byte in value.encode()),
    "percent-twice": lambda value: quote("".join(f"%{byte:02x}" for byte in value.encode())),
    "basic": lambda value: base64.b64encode(f"user:{value}".encode()).decode(),
    "hex": lambda value: value.encode().hex(),
    "spaced-hex": lambda value: value.encode().hex(" "),
    "entities": lambda value: "".join(f"&#{ord(character)};" for character in value),
    "utf-16": lambda value: value.encode("utf-16-le").decode("latin-1"),
}


def echoing(response: MutableResponse) -> None:
    """Echo what the request contains, in headers and body, in every way of writing it."""
    value = response.value
    sent = [response.request_headers.get("plaid-client-id", ""), response.request_headers.get("plaid-secret", "")]
    try:
        fields = json.loads(response.request_body)
        values = (*fields.values(), *fields.get("options", {}).get("account_ids", ()))
        sent += [text for text in values if isinstance(text, str)]
    except ValueError:
        sent.append(response.request_body.decode("latin-1"))
    for number, text in enumerate(filter(None, sent)):
        for name, echo in ECHOES.items():
            if "\0" not in echo(text):
                response.headers.append((f"x-{name}-{number}".encode(), echo(text).encode("latin-1", "replace")))
            value[f"{name} {number}"] = echo(text)
        value[text] = "as a name"
    if response.status == 200:
        value["accounts"][0] |= {"mask": sent[-1], "subtype": sent[-1]}
    else:
        value["error_code"] = sent[-1].upper()
    response.value = value


def hostile(response: MutableResponse) -> None:
    """Put hostile text wherever a server can put any."""
    value = response.value
    if response.status == 200:
        value["accounts"][0] |= {"subtype": HOSTILE, "mask": HOSTILE, HOSTILE: HOSTILE}
    else:
        value["error_code"] = value["error_type"] = HOSTILE
    response.headers[:] = [(n, v if n != b"content-type" else b"text/html<script>") for n, v in response.headers]
    response.headers.append(
        (b"x-hostile", HOSTILE.encode("latin-1", "replace").replace(b"\r", b"").replace(b"\0", b""))
    )
    response.value = value


@pytest.fixture(scope="module")
def harmed() -> Outcome:
    """A run against a server that sends hostile text."""
    return outcome_of(hostile)


@pytest.fixture(scope="module")
def harmed_texts(harmed: Outcome) -> dict[str, str]:
    """The reports of that run and its terminal output."""
    return texts(harmed)


def test_no_report_shows_what_a_server_echoes() -> None:
    """No secret, token or id is in any report or at the terminal, in any encoding; placeholders name what was echoed."""
    echoed = outcome_of(echoing)
    values = collect(echoed.run.settings, echoed.run.test_data)
    assert len(values) > 40
    written_texts = texts(echoed)
    for name, text in written_texts.items():
        unescaped = re.sub(r"\\u([0-9a-f]{4})|&#(\d+);", lambda m: chr(int(m[1] or "0", 16) or int(m[2])), text)
        views = "\n".join((text, unescaped, unquote(unquote(text)), re.sub(r"\0|\\x00|\\u0000", "", text))).lower()
        for value in values:
            # The first and last characters of base64 depend on what is beside the value.
            written = [value.value, *(echo(value.value)[8:-8] for echo in ECHOES.values() if len(value.value) > 20)]
            assert not [one for one in written if one.lower() in views], f"{name} shows {value.name}"
    assert "<client_id, within base64>" in written_texts["terminal"]
    assert "<client_id in upper case>" in written_texts["terminal"]


def test_ids_are_in_reports_where_that_is_allowed(harmed: Outcome, harmed_texts: dict[str, str]) -> None:
    """With show_ids, account ids are shown and tokens are not."""
    account = harmed.run.test_data.primary.account_ids[0]
    run = attrs.evolve(harmed.run, settings=attrs.evolve(harmed.run.settings, show_ids=True))
    showing = texts(attrs.evolve(harmed, run=run))
    assert account in showing["report.html"]
    assert account not in harmed_texts["report.html"]
    assert not any(harmed.run.test_data.primary.access_token in text for text in showing.values())


def test_a_secret_that_slips_through_is_caught_at_the_end(
    harmed: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A finished report is searched once more: a secret in it is replaced, or nothing is written at all."""
    careless = Mock(return_value=f"a {harmed.run.test_data.secret} b")
    monkeypatch.setattr(reports, "WRITERS", {"summary.md": careless})
    assert reports.write(harmed, tmp_path)[0].read_text("utf-8") == "a [redacted] b"
    monkeypatch.setattr(Redactor, "sealed", Mock(side_effect=str))
    with pytest.raises(reports.Leak, match=r"^summary\.md would show secret; nothing was written$"):
        reports.write(harmed, tmp_path / "other")
    assert not (tmp_path / "other").exists()


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


def test_the_page_runs_and_loads_nothing(harmed_texts: dict[str, str]) -> None:
    """report.html has no script, handler or remote address, whatever the server sends, and a policy forbids them."""
    found = Page(harmed_texts["report.html"])
    assert "alert(1)" in found.words
    assert not {"script", "img", "iframe", "link", "object", "base", "form"} & set(found.tags)
    assert not [entry for entry in found.attributes if entry[1].startswith("on") or entry[1] in ("src", "style")]
    assert all(value.startswith("#") for _, name, value in found.attributes if name == "href")
    policy = next(value for _, name, value in found.attributes if name == "content" and "default-src" in value)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_hostile_text_is_text_in_xml_and_code_in_markdown(harmed_texts: dict[str, str]) -> None:
    """junit.xml is well-formed, and hostile text in summary.md is between backticks that it does not close."""
    assert "]]>" in "".join(ET.fromstring(harmed_texts["junit.xml"]).itertext())  # noqa: S314 - the suite wrote it
    summary = harmed_texts["summary.md"]
    assert "javascript:" in summary
    without_fences = re.sub(r"^(`{3,})text\n.*?^\1$", "", summary, flags=re.DOTALL | re.MULTILINE)
    without_spans = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", without_fences, flags=re.DOTALL)
    assert not re.search("javascript|script|@everyone|evil", without_spans)


def test_no_report_has_control_characters(harmed: Outcome, harmed_texts: dict[str, str]) -> None:
    """Escape sequences, reordering marks and lone surrogates are written out; a stream of ASCII gets ASCII."""
    control = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
    assert not [name for name, text in harmed_texts.items() if re.search(control, text)]
    assert "\\x1b[31mred" in harmed_texts["terminal"]
    assert shown(harmed, Stream("ascii")).isascii()
