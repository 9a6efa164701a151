"""The fields of the request body, apart from credentials and filter."""

import pytest

from meta.reference_server.caller import CLIENT_ID, SECRET, Caller
from plaid_accounts_contract.reference_server import data

TOKEN = data.EVERYDAY.access_token
BODY = {"access_token": TOKEN}
NOT_ISSUED = ("INVALID_ACCESS_TOKEN", "could not find matching access token")
WRONG_FORM = (
    "INVALID_ACCESS_TOKEN",
    "provided access token is in an invalid format. expected format: access-<environment>-<identifier>",
)


@pytest.mark.parametrize("body", [{}, {"options": {}}])
def test_a_body_without_token_is_refused(caller: Caller, body: object) -> None:
    """MISSING_FIELDS names the access_token."""
    expected = ("MISSING_FIELDS", "the following required fields are missing: access_token")
    assert caller.refused(body) == expected


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({**BODY, "count": 1}, "count"),
        ({**BODY, "Access_Token": TOKEN}, "Access_Token"),
        ({**BODY, "b": None, "a": None}, "b, a"),
        ({**BODY, "options": {"count": 500}}, "options.count"),
        ({**BODY, "x": 1, "options": {"account_ids": [], "y": 1}}, "x, options.y"),
        ({"account_ids": []}, "account_ids"),
        ({**BODY, "": 1}, '""'),
        ({**BODY, "numéro": 1}, '"num\\u00e9ro"'),
        ({**BODY, "\ud800\x00é": 1}, '"\\ud800\\u0000\\u00e9"'),
        ({**BODY, "options": {"a b": 1}}, '"options.a b"'),
        ({**BODY, "n" * 1000: 1}, f'"{"n" * 64}"'),
        ({**BODY, **{f"f{n}": 1 for n in range(12)}}, "f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, and 2 more"),
    ],
)
def test_unknown_fields_are_refused_and_named(caller: Caller, body: object, names: str) -> None:
    """UNKNOWN_FIELDS names each field, those of options with their path, shortened and escaped where they are odd."""
    expected = ("UNKNOWN_FIELDS", f"the following fields are not recognized by this endpoint: {names}")
    assert caller.refused(body) == expected


@pytest.mark.parametrize("name", [TOKEN, SECRET, CLIENT_ID, f"x{SECRET}y", data.BUSINESS.access_token])
def test_a_field_named_like_a_secret_is_not_shown(caller: Caller, name: str) -> None:
    """A client_id, secret or token that stands where a name belongs is not repeated in the message."""
    for body in ({**BODY, name: 1}, {**BODY, "options": {name: 1}}):
        assert caller.refused(body)[1].endswith(": [redacted]")


def test_a_short_token_does_not_blot_out_names(caller: Caller) -> None:
    """A name that holds a few letters of a token is still shown."""
    assert caller.refused({"access_token": "count", "counter": 1})[1].endswith(": counter")


def test_an_unissued_token_used_as_a_name_is_not_shown(caller: Caller) -> None:
    """A token of some other environment, sent here by mistake, is not repeated either."""
    token = "access-production-0123456789"
    assert caller.refused({"access_token": token, token: 1})[1].endswith(": [redacted]")


@pytest.mark.parametrize("token", [None, 1, 0.5, True, [], [TOKEN], {"access_token": TOKEN}])
def test_a_token_of_another_type_is_refused(caller: Caller, token: object) -> None:
    """A token that is no string is an INVALID_FIELD."""
    expected = ("INVALID_FIELD", "access_token must be a properly formatted, non-empty string")
    assert caller.refused({"access_token": token}) == expected


@pytest.mark.parametrize("options", [None, 1, "account_ids", True, [], [{"account_ids": []}]])
def test_options_of_another_type_are_refused(caller: Caller, options: object) -> None:
    """Options that are no object are an INVALID_FIELD."""
    expected = ("INVALID_FIELD", "options must be an object")
    assert caller.refused({**BODY, "options": options}) == expected


@pytest.mark.parametrize(
    "token",
    [
        "",
        "unknown",
        TOKEN.upper(),
        f" {TOKEN}",
        f"{TOKEN}\n",
        f"{TOKEN}-",
        "access-sandbox-",
        "access-staging-0123",
        "public-sandbox-0123",
        "access-sandbox-\x00",
        "access-sandbox-é",
        "\ud800",
        "x" * 100_000,
    ],
)
def test_a_token_of_another_form_is_refused(caller: Caller, token: str) -> None:
    """A token that no environment could have issued is told the form that is expected."""
    assert caller.refused({"access_token": token}) == WRONG_FORM


@pytest.mark.parametrize(
    "token",
    [
        "access-sandbox-0000",
        "access-production-8ab976e6-64bc-4b38-98f7-731e7a349970",
        TOKEN[:-1],
        f"{TOKEN}0",
        TOKEN.replace("ab", "AB"),
        "access-sandbox-" + "0" * 100_000,
    ],
)
def test_a_token_that_was_never_issued_is_refused(caller: Caller, token: str) -> None:
    """A token of the right form opens nothing unless it is an issued one, character for character."""
    assert caller.refused({"access_token": token}) == NOT_ISSUED


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
def test_the_first_failing_check_answers(caller: Caller, body: object, code: str) -> None:
    """Checks run in the documented order: credentials, fields, token, the Item's error, filter."""
    assert caller.refused(body)[0] == code
