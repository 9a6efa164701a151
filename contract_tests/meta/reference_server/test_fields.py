"""The fields of the request body: the errors' messages, and the order of the checks."""

import pytest

from meta.reference_server.caller import CLIENT_ID, SECRET, Caller
from plaid_accounts_contract.reference_server import data

TOKEN = data.EVERYDAY.access_token
BODY = {"access_token": TOKEN}
IDS = data.EVERYDAY.account_ids()


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({**BODY, "Access_Token": TOKEN}, "Access_Token"),
        ({**BODY, "b": None, "a": None}, "b, a"),
        ({**BODY, "x": 1, "options": {"account_ids": [], "y": 1}}, "x, options.y"),
        ({**BODY, "": 1}, '""'),
        ({**BODY, "numéro": 1}, '"num\\u00e9ro"'),
        ({**BODY, "\ud800\x00é": 1}, '"\\ud800\\u0000\\u00e9"'),
        ({**BODY, "options": {"a b": 1}}, '"options.a b"'),
        ({**BODY, "n" * 1000: 1}, f'"{"n" * 64}"'),
        ({**BODY, **{f"f{n}": 1 for n in range(12)}}, "f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, and 2 more"),
    ],
)
def test_unknown_fields_are_named(caller: Caller, body: object, names: str) -> None:
    """UNKNOWN_FIELDS names each field, those of options with their path, shortened and escaped where needed."""
    expected = ("UNKNOWN_FIELDS", f"the following fields are not recognized by this endpoint: {names}")
    assert caller.rejected(body) == expected


@pytest.mark.parametrize("name", [TOKEN, SECRET, CLIENT_ID, f"x{SECRET}y", data.BUSINESS.access_token])
def test_a_field_named_like_a_secret_is_redacted(caller: Caller, name: str) -> None:
    """A client_id, secret or token in the place of a name does not appear in the message."""
    for body in ({**BODY, name: 1}, {**BODY, "options": {name: 1}}):
        assert caller.rejected(body)[1].endswith(": [redacted]")


def test_the_requests_own_token_is_redacted_unless_it_is_short(caller: Caller) -> None:
    """A token of another environment, sent by mistake, is redacted too; a few letters of one do not redact names."""
    token = "access-production-0123456789"
    assert caller.rejected({"access_token": token, token: 1})[1].endswith(": [redacted]")
    assert caller.rejected({"access_token": "count", "counter": 1})[1].endswith(": counter")


@pytest.mark.parametrize("token", ["", f" {TOKEN}", f"{TOKEN}\n", "access-sandbox-", "access-staging-0123", "\ud800"])
def test_a_token_of_another_form_is_rejected(caller: Caller, token: str) -> None:
    """The error of a token that no environment could have issued names the expected form."""
    code, message = caller.rejected({"access_token": token})
    assert code == "INVALID_ACCESS_TOKEN"
    assert message.endswith("is in an invalid format. expected format: access-<environment>-<identifier>")


def test_a_token_that_was_never_issued_is_rejected(caller: Caller) -> None:
    """A token of the right form must be an issued one, character for character."""
    for token in (TOKEN[:-1], f"{TOKEN}0", TOKEN.replace("ab", "AB"), "access-sandbox-" + "0" * 100_000):
        expected = ("INVALID_ACCESS_TOKEN", "could not find matching access token")
        assert caller.rejected({"access_token": token}) == expected


def test_a_filter_of_a_thousand_ids_is_accepted(caller: Caller) -> None:
    """A filter far longer than the Item gets the response of a short one."""
    shown = caller.get_accounts(data.EVERYDAY, IDS * 150)["accounts"]
    assert [account["account_id"] for account in shown] == IDS
    options = {"account_ids": [f"{IDS[0]}{number}" for number in range(1000)]}
    assert caller.rejected({**BODY, "options": options})[0] == "INVALID_ACCOUNT_ID"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"client_id": "wrong", "secret": SECRET, "x": 1}, "INVALID_API_KEYS"),
        ({"client_id": "", "x": 1}, "INVALID_FIELD"),
        ({"x": 1, "options": 1}, "UNKNOWN_FIELDS"),
        ({"options": 1}, "MISSING_FIELDS"),
        ({"access_token": 1, "options": 1}, "INVALID_FIELD"),
        ({"access_token": "unknown", "options": 1}, "INVALID_FIELD"),
        ({"access_token": "unknown", "options": {"account_ids": ["unknown"]}}, "INVALID_ACCESS_TOKEN"),
        ({"access_token": data.error_token("NO_ACCOUNTS"), "options": {"account_ids": ["unknown"]}}, "NO_ACCOUNTS"),
        ({"access_token": data.error_token("NO_ACCOUNTS"), "options": {"account_ids": []}}, "INVALID_FIELD"),
    ],
)
def test_the_first_failing_check_decides(caller: Caller, body: object, code: str) -> None:
    """Checks run in the documented order: credentials, fields, token, the Item's error, filter."""
    assert caller.rejected(body)[0] == code
