"""The client_id and the secret, in the headers and in the body."""

import hmac
from types import SimpleNamespace
from typing import Literal

import pytest

from meta.reference_server.caller import CLIENT_ID, JSON, KEYS, SECRET, Caller
from plaid_accounts_contract.reference_server import credentials, data
from plaid_accounts_contract.reference_server.errors import ApiError

TOKEN = {"access_token": data.EVERYDAY.access_token}
IN_BODY = {**TOKEN, "client_id": CLIENT_ID, "secret": SECRET}
WRONG_KEYS = ("INVALID_API_KEYS", "invalid client_id or secret provided")
HEADER = {"client_id": "PLAID-CLIENT-ID", "secret": "PLAID-SECRET"}
VALUE = {"client_id": CLIENT_ID, "secret": SECRET}
Name = Literal["client_id", "secret"]
each_credential = pytest.mark.parametrize("name", ["client_id", "secret"])


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (TOKEN, {**KEYS, **JSON}),
        (IN_BODY, JSON),
        (IN_BODY, {**KEYS, **JSON}),
        ({**TOKEN, "secret": SECRET}, {"PLAID-CLIENT-ID": CLIENT_ID, **JSON}),
        ({**TOKEN, "client_id": CLIENT_ID}, {"plaid-secret": SECRET, **JSON}),
    ],
    ids=["headers", "body", "both", "secret-in-body", "client-id-in-body"],
)
def test_credentials_are_taken_from_either_place(caller: Caller, body: dict[str, str], headers: dict[str, str]) -> None:
    """Headers, body, both, or one in each: all are accepted, and give the same answer."""
    response = caller.post(body, headers)
    assert response.status_code == 200
    assert len(response.json()["accounts"]) == len(data.EVERYDAY.accounts)


@pytest.mark.parametrize(
    ("body", "headers", "missing"),
    [
        (TOKEN, JSON, "client_id, secret"),
        (TOKEN, {**JSON, "PLAID-CLIENT-ID": CLIENT_ID}, "secret"),
        (TOKEN, {**JSON, "PLAID-SECRET": SECRET}, "client_id"),
        ({**TOKEN, "client_id": CLIENT_ID}, JSON, "secret"),
        ({**TOKEN, "secret": SECRET}, JSON, "client_id"),
        ({}, JSON, "client_id, secret"),
    ],
)
def test_missing_credentials_are_named(
    caller: Caller, body: dict[str, str], headers: dict[str, str], missing: str
) -> None:
    """MISSING_FIELDS names each credential that stands in neither place."""
    expected = ("MISSING_FIELDS", f"the following required fields are missing: {missing}")
    assert caller.refused(body, headers) == expected


def _near_misses(value: str) -> dict[str, str]:
    return {
        "prefix": value[:-1],
        "longer": f"{value}0",
        "upper": value.upper(),
        "last": value[:-1] + ("0" if value[-1] != "0" else "1"),
        "long": value * 1000,
        "other": "0" * len(value),
        "hash": str(hash(value)),
    }


@each_credential
@pytest.mark.parametrize("change", ["prefix", "longer", "upper", "last", "long", "other", "hash"])
def test_a_credential_that_differs_anywhere_is_refused(caller: Caller, name: Name, change: str) -> None:
    """A prefix, an extension, another case or one other character is INVALID_API_KEYS, in header and in body."""
    value = _near_misses(VALUE[name])[change]
    assert value != VALUE[name]
    assert caller.refused(TOKEN, {**JSON, **KEYS, HEADER[name]: value}) == WRONG_KEYS
    assert caller.refused({**IN_BODY, name: value}, JSON) == WRONG_KEYS


@each_credential
@pytest.mark.parametrize("value", ["\x00", " ", "\ud800", "é", "密" * 20, f" {SECRET}"])
def test_an_odd_credential_in_the_body_is_refused(caller: Caller, name: Name, value: str) -> None:
    """NUL, blanks, lone surrogates and letters outside ASCII are compared like any other text."""
    assert caller.refused({**IN_BODY, name: value}, JSON) == WRONG_KEYS


@each_credential
@pytest.mark.parametrize("value", [b"\xff", b"\xc3\xa9", b"a\xe9b"])
def test_a_credential_outside_ascii_in_a_header_is_refused(caller: Caller, name: Name, value: bytes) -> None:
    """A header that is no ASCII is compared byte for byte."""
    assert caller.refused(TOKEN, {**JSON, **KEYS, HEADER[name]: value}) == WRONG_KEYS


@each_credential
@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], {}, [SECRET], ""])
def test_a_credential_of_another_type_is_refused(caller: Caller, name: Name, value: object) -> None:
    """One that is empty or no string is an INVALID_FIELD that names it, whatever the headers say."""
    expected = ("INVALID_FIELD", f"{name} must be a properly formatted, non-empty string")
    assert caller.refused({**IN_BODY, name: value}, JSON) == expected
    assert caller.refused({**TOKEN, name: value}) == expected


@each_credential
def test_an_empty_header_is_refused(caller: Caller, name: Name) -> None:
    """An empty header is an INVALID_FIELD, even beside a right value in the body."""
    expected = ("INVALID_FIELD", f"{name} must be a properly formatted, non-empty string")
    assert caller.refused(IN_BODY, {**JSON, HEADER[name]: ""}) == expected


@each_credential
def test_header_and_body_that_contradict_each_other_are_refused(caller: Caller, name: Name) -> None:
    """Where both are given and one is wrong, the request is refused, whichever it is."""
    assert caller.refused(IN_BODY, {**JSON, **KEYS, HEADER[name]: "wrong"}) == WRONG_KEYS
    assert caller.refused({**IN_BODY, name: "wrong"}, {**JSON, **KEYS}) == WRONG_KEYS


def test_swapped_credentials_are_refused(caller: Caller) -> None:
    """The secret for the client_id and the client_id for the secret is INVALID_API_KEYS."""
    assert caller.refused({**TOKEN, "client_id": SECRET, "secret": CLIENT_ID}, JSON) == WRONG_KEYS


@pytest.mark.parametrize("second", ["wrong", SECRET])
def test_a_header_given_twice_is_right_only_if_both_are(caller: Caller, second: str) -> None:
    """Two headers of one name are two values, and both must be right."""
    pairs = [*KEYS.items(), *JSON.items(), ("PLAID-SECRET", second)]
    response = caller.http.post("/accounts/get", json=TOKEN, headers=pairs)
    assert response.status_code == (200 if second == SECRET else 400)


def test_credentials_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every given value is compared by hmac.compare_digest, in bytes, also after one that is wrong."""
    compared: list[tuple[bytes, bytes]] = []

    def record(given: bytes, issued: bytes) -> bool:
        compared.append((given, issued))
        return hmac.compare_digest(given, issued)

    monkeypatch.setattr(credentials, "hmac", SimpleNamespace(compare_digest=record))
    issued = credentials.Credentials("id", "key")
    with pytest.raises(ApiError, match="INVALID_API_KEYS"):
        issued.check([(b"PLAID-Client-ID", b"wrong"), (b"plaid-secret", b"key")], {"secret": "\ud800"})
    assert compared == [(b"wrong", b"id"), (b"key", b"key"), (b"\xed\xa0\x80", b"key")]


def test_no_value_is_compared_in_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """What compare_digest says decides alone: where it agrees to everything, any credentials pass."""

    def agree(_given: bytes, _issued: bytes) -> bool:
        return True

    monkeypatch.setattr(credentials, "hmac", SimpleNamespace(compare_digest=agree))
    credentials.Credentials("id", "key").check([(b"plaid-secret", b"other")], {"client_id": "another"})
