"""Redaction, and the check for leaked credentials, find values in each way of writing them, and nothing else."""

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote

import attrs
import hypothesis
import pytest
from hypothesis import strategies

from plaid_accounts_contract.checks import credential_leaks
from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.redaction.near_misses import near_misses
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.redaction.sensitive_values import SensitiveValue
from plaid_accounts_contract.reference_server import reference_dataset
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Exchange, Request, Response

CONTRACT = Contract.load()
SETTINGS = complete(Settings(), reference_dataset(), "http://127.0.0.1")
SECRET, TOKEN = "9f1c07d2be5a4836a0e4cz", "access-production-5e0c41d7-9b3f"
CLIENT_ID, ACCOUNT = "cl13nt-77aa31", "QzX8vbN2mLk0PwYt"


def redactor(**values: str) -> Redactor:
    """Return a redactor for these credentials, by name; `account` is an id."""
    kinds = ((name, value, "id" if name.startswith("account") else "credential") for name, value in values.items())
    return Redactor(tuple(SensitiveValue(*each) for each in kinds), CONTRACT.path.read_text("utf-8"))  # type: ignore[arg-type]


ALL = {"secret": SECRET, "access_token": TOKEN, "client_id": CLIENT_ID, "account": ACCOUNT}
FULL = redactor(**ALL)

# How to write a value, and the form that its placeholder names.
WAYS: dict[str, tuple[Callable[[str], str], str]] = {
    "as it is": (str, ""),
    "within a word": (lambda value: f"x{value}y", ""),
    "twice": (lambda value: value * 2, ""),
    "in mixed case": (lambda value: value[:6].upper() + value[6:].lower(), "in another case"),
    "JSON-escaped": (lambda value: "".join(f"\\u{ord(one):04X}" for one in value), "escaped"),
    "every other character JSON-escaped": (
        lambda value: "".join(f"\\u{ord(one):04x}" if index % 2 else one for index, one in enumerate(value)), "escaped"
    ),
    "percent-encoded": (lambda value: "".join(f"%{ord(one):02x}" for one in value), "escaped"),
    "percent-encoded JSON in HTML": (
        lambda value: html.escape(quote(json.dumps("".join(f"\\u{ord(one):04x}" for one in value)))), "escaped"
    ),
    "in HTML entities": (lambda value: "".join(f"&#x{ord(one):x};" for one in value), "escaped"),
    "in UTF-16": (lambda value: value.encode("utf-16-le").decode("latin-1"), "in UTF-16 bytes"),
    "base64": (lambda value: base64.b64encode(value.encode()).decode(), "in base64"),
    "base64 after one byte": (lambda value: base64.b64encode(b":" + value.encode()).decode(), "within base64"),
    "base64 between bytes": (lambda value: base64.b64encode(b"ab" + value.encode() + b"c").decode(), "within base64"),
    "base64 for URLs": (lambda value: base64.urlsafe_b64encode(b"\xff\xfe" + value.encode()).decode(), "within base64"),
    "hex": (lambda value: value.encode().hex(), "in hex"),
    "hex in upper case": (lambda value: value.encode().hex().upper(), "within hex"),
    "hex with spaces": (lambda value: value.encode().hex(" "), "within hex"),
    "hex with colons": (lambda value: value.encode().hex(":").upper(), "within hex"),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ALL)
def test_a_value_is_found_however_it_is_written(name: str, way: str) -> None:
    """A placeholder names the value and its form, and no six characters of what was written are left."""
    write, form = WAYS[way]
    written = write(ALL[name])
    left = FULL.text(f"before {written} after").removeprefix("before ").removesuffix(" after")
    assert f"<{name}, {form}>" in left if form else f"<{name}>" in left
    rest = re.sub("<.*?>", "", left)
    assert not any(rest[at : at + 6] in written for at in range(len(rest) - 5))


@pytest.mark.parametrize("name", ALL)
def test_a_near_miss_is_named(name: str) -> None:
    """Each near miss that the suite sends has a placeholder, which names what differs and not the value."""
    misses = near_misses(ALL[name])
    assert len(misses) >= 10
    for how, miss in misses.items():
        assert FULL.text(f'{{"a": "{miss}"}}') == f'{{"a": "<{name} {how}>"}}'
        assert FULL.leaks(miss) == [f"{name} {how}"]


def test_a_near_miss_that_is_another_value_has_its_name() -> None:
    """Where a near miss of one id is another id, it is that one."""
    assert redactor(account_1="acct-0001", account_2="acct-0000").text("acct-0000") == "<account_2>"


def test_part_of_a_value_is_not_found() -> None:
    """Other parts than those that the suite sends stay: redaction searches for complete values."""
    assert FULL.text(f"{SECRET[:8]} {TOKEN[-10:]}") == f"{SECRET[:8]} {TOKEN[-10:]}"


def test_overlapping_values_leave_nothing() -> None:
    """Of values that begin alike the longest is named; of values that overlap, both are covered."""
    nested = redactor(inner="k7d0m3p9x2w5", outer="k7d0m3p9x2w5-and-its-end").text("k7d0m3p9x2w5-and-its-end")
    assert nested == "<outer>"
    overlapping = redactor(first="aq1sw2de3fr4", second="de3fr4gt5hy6").text("aq1sw2de3fr4gt5hy6")
    assert overlapping == "<first><second, overlapping>"


def test_a_word_of_the_contract_stays_readable() -> None:
    """A credential that is a word of the contract is replaced where it is a value, and stays where it is the word."""
    found = redactor(secret="secret", client_id="client_id", access_token="access-token", short="ab")
    body = '{"client_id":"client_id","secret":"secret","access_token":"access-token"}'
    assert found.text(body) == '{"client_id":"<client_id>","secret":"<secret>","access_token":"<access_token>"}'
    assert found.text("PLAID-SECRET: secret, ab") == "PLAID-SECRET: <secret>, <short>"
    assert found.text("access-token-checked, about") == "access-token-checked, about"
    assert found.leaks(body) == []


@pytest.mark.parametrize("value", ["pässwörd-\U0001f511-zz", 'a "quoted" pass\\word, with [spaces]'])
def test_an_unusual_value_is_found(value: str) -> None:
    """A secret outside ASCII or with punctuation is found as text, as UTF-8 read as Latin-1, encoded and escaped."""
    for written in (value, value.encode().decode("latin-1"), quote(value, safe=""), json.dumps(value)[1:-1]):
        assert redactor(secret=value).text(written).startswith("<secret"), written
        assert redactor(secret=value).text(written).endswith(">"), written


def test_one_of_a_thousand_similar_values_is_named() -> None:
    """Ids that differ in one digit are distinguished, in a text that has them all."""
    names = [f"account_{number}" for number in range(1000)]
    found = redactor(**{name: f"acct-{number:06}-zz" for number, name in enumerate(names)})
    text = json.dumps([f"acct-{number:06}-zz" for number in range(1000)])
    assert json.loads(found.text(text)) == [f"<{name}>" for name in names]


def test_ids_are_shown_on_request() -> None:
    """Account and Item ids are shown if the settings allow it; secrets never are."""
    item = next(iter(reference_dataset().items.values()))
    account = item.accounts[0].account_id
    known = ItemBaseline(
        item.access_token, {"item_id": item.details.item_id}, {account: {"persistent_account_id": "p" * 30}}
    )
    test_data = TestData(SETTINGS.client_id, SETTINGS.secret, (known,))
    text = f"{account} {item.details.item_id} {'p' * 30} {SETTINGS.closed_account_id} {item.access_token}"
    hiding = Redactor.of(CONTRACT, SETTINGS, test_data)
    showing = Redactor.of(CONTRACT, attrs.evolve(SETTINGS, show_ids=True), test_data)
    assert hiding.text(text) == "<account 1> <item_id> <persistent_account_id 1> <closed account> <access_token>"
    assert showing.text(text) == text.replace(item.access_token, "<access_token>")


def test_no_value_is_in_a_repr() -> None:
    """Neither a redactor nor its parts show a value when printed."""
    assert SECRET not in repr((FULL, FULL.values, FULL.pieces(f"a {SECRET}")))


@hypothesis.given(strategies.text("abcdef0123456789-_ABCDEF%\\u&#;x:. ", max_size=400))
def test_other_text_is_left_alone(text: str) -> None:
    """Text that contains no value stays as it is."""
    assert FULL.text(text) == text


ISSUED = (CLIENT_ID, SECRET)


def leak(body: str = "{}", issued: tuple[str, ...] = ISSUED, header: tuple[str, str] = ("x", "")) -> str:
    """Return what is found in a response."""
    response = Response(200, (header,), body.encode())
    return credential_leaks.find(Exchange(1, Request("POST", "/accounts/get", (), b""), response), issued)


@pytest.mark.parametrize(
    "written",
    [
        SECRET.upper(),
        f"invalid secret {SECRET}, try again",
        base64.urlsafe_b64encode(f"a:{SECRET}".encode()).decode(),
        base64.b64encode(f"{ISSUED[0]}:{SECRET}".encode()).decode().rstrip("="),
        "".join(f"%{ord(letter):02x}" for letter in SECRET),
    ],
)
def test_a_credential_is_found_in_any_encoding(written: str) -> None:
    """Case, words around it, base64 and percent-encoding make no difference, in the body and in a header."""
    assert leak(json.dumps({"a": [{"b": written}]})) == "body"
    assert leak(header=("x-note", written)) == "header x-note"


def test_names_count_like_values() -> None:
    """A credential is found as the name of a property or a header too, and with each of its letters escaped."""
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in SECRET)
    assert leak(f'{{"a":"{escaped}"}}') == leak(f'{{"{escaped}":1}}') == "body"
    assert leak(header=(SECRET, "1")) == "header name"


def test_a_short_credential_counts_as_a_complete_value_only() -> None:
    """A credential that is a plain word may be part of a message, but not a value by itself."""
    short = ("client", "secret")
    assert leak(json.dumps({"error_message": "invalid client_id or secret provided"}), short) == ""
    assert leak(json.dumps({"key": "secret"}), short) == "body"
    assert leak("{}", short, ("x-key", "secret")) == "header x-key"


def test_a_response_without_credentials_has_no_leak() -> None:
    """Ids that look like base64, a body that is not JSON and part of a credential are not leaks."""
    body = json.dumps({"account_id": "BxBXxLj1m4HMXBm9WZZmCWVbPjX16EHwv99vp", "note": SECRET[:-1]})
    assert leak(body) == leak("<html>") == leak("") == ""
