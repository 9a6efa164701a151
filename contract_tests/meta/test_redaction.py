"""Redaction finds every value that must not be shown, in whatever way it is written, and nothing else."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from itertools import product
from urllib.parse import quote

import attrs
import hypothesis
import pytest
from hypothesis import strategies

from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.redaction.placeholders import Mark
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.redaction.secrets import Hidden
from plaid_accounts_contract.reference_server import reference_world
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.settings import Settings

CONTRACT = Contract.load()
SETTINGS = complete(Settings(), reference_world(), "http://127.0.0.1")
SECRET, TOKEN, CLIENT_ID, ACCOUNT = (
    "9f1c07d2be5a4836a0e4c2",
    "access-production-5e0c41d7-9b3f",
    "cl13nt-77aa31",
    "QzX8vbN2mLk0PwYt",
)
WORDS = CONTRACT.path.read_text("utf-8")


def redactor(**values: str) -> Redactor:
    """A redactor for these credentials, by name; `account` is an id."""
    hidden = (Hidden(name, value, "id" if name == "account" else "credential") for name, value in values.items())
    return Redactor(tuple(hidden), WORDS)


FULL = redactor(secret=SECRET, access_token=TOKEN, client_id=CLIENT_ID, account=ACCOUNT)

WAYS: dict[str, Callable[[str], str]] = {
    "as it stands": str,
    "within a text": lambda value: f"x{value}y",
    "in upper case": str.upper,
    "with cases swapped": str.swapcase,
    "escaped in JSON": lambda value: "".join(f"\\u{ord(character):04x}" for character in value),
    "escaped in JSON, upper case": lambda value: "".join(f"\\u{ord(character):04X}" for character in value),
    "every other character escaped": lambda value: "".join(
        f"\\u{ord(character):04x}" if index % 2 else character for index, character in enumerate(value)
    ),
    "JSON within JSON": lambda value: json.dumps(json.dumps("".join(f"\\u{ord(c):04x}" for c in value))),
    "percent-encoded": lambda value: "".join(f"%{ord(character):02x}" for character in value),
    "percent-encoded twice": lambda value: quote("".join(f"%{ord(character):02X}" for character in value)),
    "as HTML entities": lambda value: "".join(f"&#{ord(character)};" for character in value),
    "as hexadecimal HTML entities": lambda value: "".join(f"&#x{ord(character):x};" for character in value),
    "all together": lambda value: html.escape(quote(json.dumps("".join(f"\\u{ord(c):04x}" for c in value)))),
    "escaped as in C": lambda value: "".join(f"\\x{ord(character):02x}" for character in value),
    "in octal": lambda value: "".join(f"\\{ord(character):03o}" for character in value),
    "in base64": lambda value: base64.b64encode(value.encode()).decode(),
    "in base64 after one byte": lambda value: base64.b64encode(b":" + value.encode()).decode(),
    "in base64 after two bytes": lambda value: base64.b64encode(b"ab" + value.encode() + b"c").decode(),
    "in base64 for URLs": lambda value: base64.urlsafe_b64encode(b"\xff\xfe" + value.encode()).decode(),
    "in hexadecimal": lambda value: value.encode().hex(),
    "in hexadecimal, upper case": lambda value: value.encode().hex().upper(),
    "in UTF-16": lambda value: value.encode("utf-16-le").decode("latin-1"),
    "twice": lambda value: value * 2,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("value", [SECRET, TOKEN, CLIENT_ID, ACCOUNT])
def test_a_value_is_found_however_it_is_written(value: str, way: str) -> None:
    """Of a hidden value no six neighbouring characters are left that its way of writing had."""
    written = WAYS[way](value)
    redacted = FULL.text(f"before {written} after")
    assert redacted != f"before {written} after"
    assert redacted.startswith("before ")
    assert redacted.endswith(" after")
    left = redacted.removeprefix("before ").removesuffix(" after")
    kept = {left[at : at + 6] for at in range(len(left) - 5)} & {written[at : at + 6] for at in range(len(written) - 5)}
    assert not {part for part in kept if part not in "access-production-"}, left


@pytest.mark.parametrize("way", WAYS)
def test_bytes_are_redacted_like_text(way: str) -> None:
    """The same is found in bytes, beside bytes that are no UTF-8."""
    written = WAYS[way](SECRET).encode("latin-1")
    redacted = FULL.bytes(b"\xff " + written + b" \xfe")
    assert redacted == b"\xff " + FULL.text(written.decode("latin-1")).encode() + b" \xfe"
    assert written not in redacted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (SECRET[:8], "<secret, characters 1 to 8 of 22>"),
        (SECRET[:-1], "<secret, characters 1 to 21 of 22>"),
        (SECRET[1:], "<secret, characters 2 to 22 of 22>"),
        (SECRET[5:17], "<secret, characters 6 to 17 of 22>"),
        (f"{SECRET[:-1]}!", "<secret, characters 1 to 21 of 22>!"),
        (TOKEN[:26], "<access_token, characters 1 to 26 of 31>"),
        (SECRET.upper(), "<secret, upper case>"),
        (ACCOUNT.swapcase(), "<account, another case>"),
    ],
)
def test_a_part_is_named_as_such(text: str, shown: str) -> None:
    """A beginning of 8 characters or a part of 12 is replaced by what it is a part of."""
    assert FULL.text(text) == shown


@pytest.mark.parametrize("text", [SECRET[:7], SECRET[3:14], TOKEN[:18], "access-production-", ACCOUNT[:15], ""])
def test_what_says_too_little_stays(text: str) -> None:
    """A few characters, the environment of a token and parts of an id stay as they are."""
    assert FULL.text(text) == text


def test_the_longest_value_wins() -> None:
    """Of values that begin alike or lie within another, the longest that stands there is named."""
    inner, outer = "k7d0m3p9x2w5", "k7d0m3p9x2w5-and-its-end"
    found = redactor(inner=inner, outer=outer)
    assert found.text(f"{inner} {outer}") == "<inner> <outer>"


def test_overlapping_values_leave_nothing() -> None:
    """Where two values overlap, both go."""
    first, second = "aq1sw2de3fr4", "de3fr4gt5hy6"
    redacted = redactor(first=first, second=second).text("aq1sw2de3fr4gt5hy6")
    assert redacted == "<first><second, characters 7 to 12 of 12>"


def test_a_value_that_everybody_knows_stays_readable() -> None:
    """A credential that is a word of the contract goes where it is the value, and stays where it is the word."""
    found = redactor(secret="secret", client_id="client_id", access_token="access-token")
    body = '{"client_id":"client_id","secret":"secret","access_token":"access-token"}'
    assert found.text(body) == '{"client_id":"<client_id>","secret":"<secret>","access_token":"<access_token>"}'
    assert found.text("PLAID-SECRET: secret") == "PLAID-SECRET: <secret>"
    assert found.text("access-token-checked") == "access-token-checked"
    assert found.leaks(body) == []


def test_words_of_the_contract_are_no_part_of_a_token() -> None:
    """A token made of words does not hide the same words elsewhere."""
    found = redactor(error_token="access-sandbox-error-institution-not-responding")
    assert found.text("INSTITUTION_NOT_RESPONDING institution-not-responding") == (
        "INSTITUTION_NOT_RESPONDING institution-not-responding"
    )
    assert found.text("access-sandbox-error-institution-not-responding") == "<error_token>"


def test_a_value_outside_ascii_is_found() -> None:
    """A secret with other letters is found as text, as UTF-8 read as Latin-1, percent-encoded, and escaped."""
    value = "pässwörd-\U0001f511-zz"
    found = redactor(secret=value)
    for written in (value, value.encode().decode("latin-1"), quote(value), json.dumps(value)[1:-1]):
        assert found.text(written).startswith("<secret"), written
        assert found.text(written).endswith(">"), written


def test_marks_write_again_what_stood_there() -> None:
    """Pieces and marks together give the text back, for every way that a request may use."""
    ways = ("as it stands", "in upper case", "with cases swapped", "escaped in JSON", "percent-encoded", "twice")
    for value, way, cut in product((SECRET, TOKEN, ACCOUNT), ways, (None, -1, 20)):
        text = f'{{"{WAYS[way](value[:cut])}": "{WAYS[way](TOKEN)}"}}\n'
        again = "".join(
            "".join(part.of(piece.hidden.value) for part in piece.parts) if isinstance(piece, Mark) else piece
            for piece in FULL.pieces(text)
        )
        assert again == text


def test_ids_are_shown_on_request() -> None:
    """Account and Item ids go, unless the settings let them be shown; secrets go in any case."""
    world = reference_world()
    item = next(iter(world.items.values()))
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
    """Neither a redactor nor what it is made of shows a value when printed."""
    assert SECRET not in repr(FULL)
    assert SECRET not in repr(FULL.hidden)
    assert SECRET not in repr(list(FULL.pieces(f"a {SECRET}")))


@hypothesis.given(strategies.text("abcdef0123456789-_ABCDEF%\\u&#;x", max_size=400))
def test_other_text_is_left_alone(text: str) -> None:
    """Text that has nothing to do with a value is never touched."""
    assert FULL.text(text) == text
