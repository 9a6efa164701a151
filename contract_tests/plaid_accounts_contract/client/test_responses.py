"""Numbers, date-times and strings of any form are decoded and encoded without loss."""

import json

import pytest

from plaid_accounts_contract.client import bodies, broken_bodies, comparison, documents, type_hints
from plaid_accounts_contract.client.calls import installed, read
from plaid_accounts_contract.client.documents import SUCCESS
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.packages import Parser, parsers


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize(
    "text",
    ["0", "-0", "0.0", "-0.0", "100", "100.0", "1E2", "0.1", "1e22", "5e-324", "1.7976931348623157e308", "2.5E-7",
     "9007199254740993", "18446744073709551616", "-123456789012345678901234567890", "0.1000000000000000055511151231257827"],
)  # fmt: skip
@guarantee("round-trip")
def test_a_number_is_read_as_json_reads_it(text: str, parser: Parser) -> None:
    """Every number is the `int` or `float` that the json module parses, in fields and in unknown properties."""
    body = bodies.complete()
    body["accounts"][0]["balances"] |= {"available": "NUMBER", "novelty": ["NUMBER"]}
    given = read(json.dumps(body).replace('"NUMBER"', text).encode(), parser=parser).model
    balances, expected = given.accounts[0].balances, json.loads(text)
    for value in (balances.available, balances.to_dict()["available"], balances.additional_properties["novelty"][0]):
        assert (type(value), repr(value)) == (type(expected), repr(expected))


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize(
    "text",
    ["2026-01-02T03:04:05Z", "2026-01-02t03:04:05z", "2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05-00:00",
     "2026-01-02T03:04:05.1Z", "2026-01-02T03:04:05.123456789+05:45", "2026-01-02T03:04:05.000001-23:59",
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-12:00", "2024-02-29T00:00:00+23:59"],
)  # fmt: skip
@guarantee("round-trip")
def test_a_date_time_stays_the_same_instant(text: str, parser: Parser) -> None:
    """A date-time in any form of RFC 3339 is a datetime with offset, and is encoded as the same instant."""
    body = broken_bodies.changed(bodies.complete(), ("item", "consent_expiration_time"), text)
    assert not documents.violations("Item", body["item"])
    model = read(body, parser=parser).model
    type_hints.check(model)
    comparison.check(SUCCESS, body, model.to_dict())


@pytest.mark.parametrize("parser", parsers())
@guarantee("round-trip")
def test_any_text_is_kept(parser: Parser) -> None:
    """Strings keep every character that JSON can express."""
    for text in ("", " ", "\0\x1f\x7f", "é\u2028\ufeff", "😀\U0010ffff", '"\\/\b\f\n\r\t', "\ud800", "a" * 100_000):
        body = broken_bodies.changed(bodies.complete(), ("accounts", 1, "name"), text)
        model = read(json.dumps(body).encode(), parser=parser).model
        assert model.accounts[1].name == text
        comparison.check(SUCCESS, body, model.to_dict())


@guarantee("round-trip")
def test_encoded_models_follow_the_contract() -> None:
    """The result of `to_dict` for a conforming response conforms too, and can be decoded again."""
    cls = installed().models.AccountsGetResponse
    for body in bodies.successes()[:-1]:
        count("round-trip")
        given = read(body).model.to_dict()
        assert not documents.violations(SUCCESS, given)
        assert cls.from_dict(given) == cls.from_dict(body)
