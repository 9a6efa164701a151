"""JSON read strictly: what RFC 8259 forbids or readers disagree about is named, and nothing breaks the reader."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaid_accounts_contract.checks.schema import body_mismatches
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.wire import strict_json

CONTRACT = Contract.load()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xef\xbb\xbf{}", "a byte order mark before the JSON text"),
        (b'{"a":1,"a":2}', "the name 'a' occurs twice in one object"),
        (b'{"a":{"b":1,"b":1}}', "the name 'b' occurs twice in one object"),
        (b'{"a":NaN}', "NaN, which is not JSON"),
        (b'{"a":-Infinity}', "-Infinity, which is not JSON"),
        (b'{"a":"\\ud800"}', "a lone surrogate in a string"),
    ],
)
def test_what_readers_disagree_about_is_named(data: bytes, problem: str) -> None:
    """The text is read, and what a strict reader objects to is named."""
    parsed = strict_json.parse(data)
    assert parsed.unreadable == ""
    assert parsed.problems == (problem,)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xff{}", "not UTF-8 at byte 0"),
        (b'{"a":', "not JSON"),
        (b"{}{}", "not JSON"),
        (b"{'a':1}", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * 300 + b"]" * 300, "nested too deeply"),
        (b"9" * 5000, "not JSON"),
    ],
)
def test_what_is_no_json_says_why(data: bytes, reason: str) -> None:
    """Bytes that are no JSON text, or none that can be judged, say why."""
    assert strict_json.parse(data).unreadable.startswith(reason)


@given(JSON)
def test_sound_json_has_no_problems(value: object) -> None:
    """What is encoded is read back as it was, without a problem."""
    parsed = strict_json.parse(strict_json.encode(value))
    assert parsed == strict_json.Parsed(value)


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_response_breaks_the_judge(data: bytes) -> None:
    """Whatever a target sends is read and held against the schemas without an error of the suite."""
    value = strict_json.parse(data).value
    for name in ("AccountsGetResponse", "PlaidError"):
        list(body_mismatches(CONTRACT, ("components", "schemas", name), value))


def test_lone_surrogates_are_judged() -> None:
    """A string that cannot be written as UTF-8 is held against the schema all the same."""
    value = strict_json.parse(b'{"error_type":"\\ud800"}').value
    clauses = {breach.clause for breach in body_mismatches(CONTRACT, ("components", "schemas", "PlaidError"), value)}
    assert "#/components/schemas/PlaidErrorType/enum" in clauses
