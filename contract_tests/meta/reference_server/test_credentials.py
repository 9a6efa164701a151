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
Name = Literal["client_id", "secret"]
each_credential = pytest.mark.parametrize("name", ["client_id", "secret"])


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (IN_BODY, {**KEYS, **JSON}),
        ({**TOKEN, "secret": SECRET}, {"PLAID-CLIENT-ID": CLIENT_ID, **JSON}),
        ({**TOKEN, "client_id": CLIENT_ID}, {"plaid-secret": SECRET, **JSON}),
    ],
    ids=["both", "secret-in-body", "client-id-in-body"],
)
def test_credentials_may_be_in_both_places(caller: Caller, body: dict[str, str], headers: dict[str, str]) -> None:
    """Credentials in header and body together, or one in each, are accepted."""
    assert caller.post(body, headers).status_code == 200


@pytest.mark.parametrize(
    ("body", "headers", "missing"),
    [
        (TOKEN, JSON, "client_id, secret"),
        (TOKEN, {**JSON, "PLAID-CLIENT-ID": CLIENT_ID}, "secret"),
        ({**TOKEN, "secret": SECRET}, JSON, "client_id"),
    ],
)
def test_missing_credentials_are_named(
    caller: Caller, body: dict[str, str], headers: dict[str, str], missing: str
) -> None:
    """MISSING_FIELDS names each credential that is in neither place."""
    expected = ("MISSING_FIELDS", f"the following required fields are missing: {missing}")
    assert caller.rejected(body, headers) == expected


@each_credential
@pytest.mark.parametrize("value", ["\x00", " ", "\ud800", "é", f" {SECRET}"])
def test_an_unusual_credential_in_the_body_is_rejected(caller: Caller, name: Name, value: str) -> None:
    """NUL, blanks, lone surrogates and letters outside ASCII are compared like any other text."""
    assert caller.rejected({**IN_BODY, name: value}, JSON) == WRONG_KEYS


@each_credential
@pytest.mark.parametrize("value", [b"\xff", b"\xc3\xa9"])
def test_a_credential_outside_ascii_in_a_header_is_rejected(caller: Caller, name: Name, value: bytes) -> None:
    """A header that is not ASCII is compared byte for byte."""
    assert caller.rejected(TOKEN, {**JSON, **KEYS, HEADER[name]: value}) == WRONG_KEYS


@each_credential
@pytest.mark.parametrize("value", [None, 1, ""])
def test_a_credential_of_another_type_is_named(caller: Caller, name: Name, value: object) -> None:
    """One that is empty or not a string is an INVALID_FIELD that names it, whatever the headers are."""
    expected = ("INVALID_FIELD", f"{name} must be a properly formatted, non-empty string")
    assert caller.rejected({**IN_BODY, name: value}, JSON) == expected
    assert caller.rejected({**TOKEN, name: value}) == expected
    assert caller.rejected(IN_BODY, {**JSON, HEADER[name]: ""}) == expected


@each_credential
def test_header_and_body_that_contradict_each_other_are_rejected(caller: Caller, name: Name) -> None:
    """A request with a right and a wrong value is rejected, whichever is where."""
    assert caller.rejected(IN_BODY, {**JSON, **KEYS, HEADER[name]: "wrong"}) == WRONG_KEYS
    assert caller.rejected({**IN_BODY, name: "wrong"}, {**JSON, **KEYS}) == WRONG_KEYS


@pytest.mark.parametrize("second", ["wrong", SECRET])
def test_each_of_two_headers_must_be_right(caller: Caller, second: str) -> None:
    """Two headers of one name are two values, and both must be right."""
    pairs = [*KEYS.items(), *JSON.items(), ("PLAID-SECRET", second)]
    response = caller.http.post("/accounts/get", json=TOKEN, headers=pairs)
    assert response.status_code == (200 if second == SECRET else 400)


def test_credentials_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every value is compared by hmac.compare_digest, in bytes, also after one that is wrong."""
    compared: list[tuple[bytes, bytes]] = []

    def record(sent: bytes, issued: bytes) -> bool:
        compared.append((sent, issued))
        return hmac.compare_digest(sent, issued)

    monkeypatch.setattr(credentials, "hmac", SimpleNamespace(compare_digest=record))
    issued = credentials.Credentials("id", "key")
    with pytest.raises(ApiError, match="INVALID_API_KEYS"):
        issued.check([(b"PLAID-Client-ID", b"wrong"), (b"plaid-secret", b"key")], {"secret": "\ud800"})
    assert compared == [(b"wrong", b"id"), (b"key", b"key"), (b"\xed\xa0\x80", b"key")]


def test_no_value_is_compared_in_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """The result of compare_digest alone decides: where it is always True, any credentials pass."""

    def agree(_sent: bytes, _issued: bytes) -> bool:
        return True

    monkeypatch.setattr(credentials, "hmac", SimpleNamespace(compare_digest=agree))
    credentials.Credentials("id", "key").check([(b"plaid-secret", b"other")], {"client_id": "another"})
