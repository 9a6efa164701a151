"""The credentials in headers and body, and the fields of the body: the errors' messages, and the order of the checks."""

import hmac
from typing import Literal
from unittest.mock import Mock, call

import pytest

from meta.reference_server.caller import CLIENT_ID, JSON, KEYS, SECRET, Caller
from plaid_accounts_contract.reference_server import credentials, data
from plaid_accounts_contract.reference_server.errors import ApiError

TOKEN = data.EVERYDAY.access_token
BODY = {"access_token": TOKEN}
IDS = data.EVERYDAY.account_ids()
IN_BODY = {**BODY, "client_id": CLIENT_ID, "secret": SECRET}
WRONG_KEYS = ("INVALID_API_KEYS", "invalid client_id or secret provided")
HEADER = {"client_id": "PLAID-CLIENT-ID", "secret": "PLAID-SECRET"}
Name = Literal["client_id", "secret"]
each_credential = pytest.mark.parametrize("name", ["client_id", "secret"])


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (IN_BODY, {**KEYS, **JSON}),
        ({**BODY, "secret": SECRET}, {"PLAID-CLIENT-ID": CLIENT_ID, **JSON}),
        ({**BODY, "client_id": CLIENT_ID}, {"plaid-secret": SECRET, **JSON}),
    ],
    ids=["both", "secret-in-body", "client-id-in-body"],
)
def test_credentials_may_be_in_both_places(caller: Caller, body: dict[str, str], headers: dict[str, str]) -> None:
    """Credentials in header and body together, or one in each, are accepted."""
    assert caller.post(body, headers).status_code == 200


@pytest.mark.parametrize(
    ("body", "headers", "missing"),
    [
        (BODY, JSON, "client_id, secret"),
        (BODY, {**JSON, "PLAID-CLIENT-ID": CLIENT_ID}, "secret"),
        ({**BODY, "secret": SECRET}, JSON, "client_id"),
    ],
)
def test_missing_credentials_are_named(
    caller: Caller, body: dict[str, str], headers: dict[str, str], missing: str
) -> None:
    """MISSING_FIELDS names each credential that is in neither place."""
    expected = ("MISSING_FIELDS", f"the following required fields are missing: {missing}")
    assert caller.rejected(body, headers) == expected


@each_credential
@pytest.mark.parametrize("value", [b"\xff", b"\xc3\xa9"])
def test_a_credential_outside_ascii_in_a_header_is_rejected(caller: Caller, name: Name, value: bytes) -> None:
    """A header that is not ASCII is compared byte for byte."""
    assert caller.rejected(BODY, {**JSON, **KEYS, HEADER[name]: value}) == WRONG_KEYS


@each_credential
def test_header_and_body_that_contradict_each_other_are_rejected(caller: Caller, name: Name) -> None:
    """A request with a right and a wrong value is rejected, whichever is where."""
    assert caller.rejected(IN_BODY, {**JSON, **KEYS, HEADER[name]: "wrong"}) == WRONG_KEYS
    assert caller.rejected({**IN_BODY, name: "wrong"}, {**JSON, **KEYS}) == WRONG_KEYS


@pytest.mark.parametrize("second", ["wrong", SECRET])
def test_each_of_two_headers_must_be_right(caller: Caller, second: str) -> None:
    """Two headers of one name are two values, and both must be right."""
    pairs = [*KEYS.items(), *JSON.items(), ("PLAID-SECRET", second)]
    response = caller.http.post("/accounts/get", json=BODY, headers=pairs)
    assert response.status_code == (200 if second == SECRET else 400)


def test_credentials_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every value is compared by hmac.compare_digest, in bytes, also after one that is wrong."""
    recorded = Mock(wraps=hmac)
    monkeypatch.setattr(credentials, "hmac", recorded)
    issued = credentials.Credentials("id", "key")
    with pytest.raises(ApiError, match="INVALID_API_KEYS"):
        issued.check([(b"PLAID-Client-ID", b"wrong"), (b"plaid-secret", b"key")], {"secret": "\ud800"})
    compared = recorded.compare_digest.call_args_list
    assert compared == [call(b"wrong", b"id"), call(b"key", b"key"), call(b"\xed\xa0\x80", b"key")]


def test_no_value_is_compared_in_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """The result of compare_digest alone decides: where it is always True, any credentials pass."""
    monkeypatch.setattr(credentials, "hmac", Mock(compare_digest=Mock(return_value=True)))
    credentials.Credentials("id", "key").check([(b"plaid-secret", b"other")], {"client_id": "another"})


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({**BODY, "Access_Token": TOKEN}, "Access_Token"),
        ({**BODY, "b": None, "a": None}, "b, a"),
        ({**BODY, "x": 1, "options": {"account_ids": [], "y": 1}}, "x, options.y"),
        ({**BODY, "": 1}, '""'),
        ({**BODY, "numéro": 1}, '"num\\u00e9ro"'),
        ({**BODY, "\x00é": 1}, '"\\u0000\\u00e9"'),
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


@pytest.mark.parametrize("token", [f" {TOKEN}", f"{TOKEN}\n", "access-sandbox-", "access-staging-0123", "\ud800"])
def test_a_token_of_another_form_is_rejected(caller: Caller, token: str) -> None:
    """The error of a token that no environment could have issued names the expected form."""
    code, message = caller.rejected({"access_token": token})
    assert code == "INVALID_ACCESS_TOKEN"
    assert message.endswith("is in an invalid format. expected format: access-<environment>-<identifier>")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"client_id": "wrong", "secret": SECRET, "x": 1}, "INVALID_API_KEYS"),
        ({"client_id": "", "x": 1}, "INVALID_FIELD"),
        ({"access_token": ""}, "INVALID_FIELD"),
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
