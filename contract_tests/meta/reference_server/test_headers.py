"""Request headers, apart from credentials, and methods and paths."""

import gzip
import json

import httpx
import pytest

from meta.reference_server.caller import JSON, KEYS, PATH, Caller, check_error
from plaid_accounts_contract.reference_server import data

BODY = {"access_token": data.EVERYDAY.access_token}


@pytest.mark.parametrize(
    "value",
    [
        "application/json",
        "Application/JSON",
        "application/json;charset=utf-8",
        'application/json; Charset="UTF-8"',
        "application/json ; charset=Utf-8",
    ],
)
def test_json_is_accepted_by_any_of_its_names(caller: Caller, value: str) -> None:
    """Case and a charset of UTF-8 do not matter in the Content-Type."""
    assert caller.post(BODY, {**KEYS, "Content-Type": value}).status_code == 200


@pytest.mark.parametrize(
    "value",
    [
        "",
        "text/plain",
        "text/json",
        "application/json2",
        "application/x-www-form-urlencoded",
        "application/problem+json",
        "application/json, application/json",
        "application/json/json",
        "application/json; charset=latin-1",
        "application/json; charset*=utf-8''x",
        "json",
        ";",
        b"application/json\xff",
        b"\xe9",
    ],
)
def test_another_content_type_is_refused(caller: Caller, value: str) -> None:
    """A body that is not announced as JSON in UTF-8 is INVALID_HEADERS."""
    expected = ("INVALID_HEADERS", "Content-Type must be application/json")
    assert caller.refused(BODY, {**KEYS, "Content-Type": value}) == expected


def test_a_missing_content_type_is_refused(caller: Caller) -> None:
    """A request without Content-Type is INVALID_HEADERS."""
    assert caller.refused(BODY, KEYS)[0] == "INVALID_HEADERS"


def test_two_content_types_are_refused(caller: Caller) -> None:
    """A request with two Content-Types is INVALID_HEADERS, even if they agree."""
    headers = [*KEYS.items(), *JSON.items(), *JSON.items()]
    response = caller.http.post(PATH, content=json.dumps(BODY), headers=headers)
    assert (response.status_code, response.json()["error_code"]) == (400, "INVALID_HEADERS")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "identity, gzip", "x"])
def test_an_encoded_body_is_refused(caller: Caller, coding: str) -> None:
    """A Content-Encoding is INVALID_HEADERS, so that no body can grow while it is read."""
    headers = {**KEYS, **JSON, "Content-Encoding": coding}
    code, message = caller.refused(gzip.compress(bytes(2**20)), headers)
    assert (code, message) == ("INVALID_HEADERS", "Content-Encoding is not supported, send the body as it is")


def test_the_identity_encoding_is_no_encoding(caller: Caller) -> None:
    """A Content-Encoding of identity changes nothing."""
    assert caller.post(BODY, {**KEYS, **JSON, "Content-Encoding": "Identity"}).status_code == 200


def test_the_version_of_the_contract_is_accepted(caller: Caller) -> None:
    """Plaid-Version 2020-09-14 changes nothing."""
    assert caller.post(BODY, {**KEYS, **JSON, "Plaid-Version": "2020-09-14"}).status_code == 200


@pytest.mark.parametrize("version", ["2019-05-29", "2020-9-14", "", "latest", "2020-09-14x", b"\xff"])
def test_another_version_is_refused(caller: Caller, version: str) -> None:
    """A Plaid-Version that this server does not speak is INVALID_HEADERS."""
    expected = ("INVALID_HEADERS", "Plaid-Version must be 2020-09-14, or be left out")
    assert caller.refused(BODY, {**KEYS, **JSON, "Plaid-Version": version}) == expected


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"])
def test_another_method_is_refused(caller: Caller, method: str) -> None:
    """The endpoint answers POST only: 405 with Allow and an error."""
    response = caller.http.request(method, PATH, json=BODY, headers=KEYS)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    check_error(response.json(), 405)


def test_head_is_refused_without_a_body(caller: Caller) -> None:
    """HEAD is answered as GET is, but for the body."""
    response = caller.http.head(PATH)
    assert (response.status_code, response.headers["allow"], response.content) == (405, "POST", b"")


@pytest.mark.parametrize("path", ["/", "/accounts", "/accounts/get/", "/Accounts/Get", "/accounts/other/get", "/%ff"])
def test_another_path_is_not_found(caller: Caller, path: str) -> None:
    """Another path, one with a slash at its end too, is a 404 with the documented error and no redirection."""
    response = caller.http.post(path, json=BODY, headers=KEYS)
    assert response.status_code == 404
    assert response.json()["error_code"] == "NOT_FOUND"
    check_error(response.json(), 404)


def test_a_query_does_not_matter(caller: Caller) -> None:
    """A query string is not read."""
    response: httpx.Response = caller.http.post(f"{PATH}?account_ids=x", json=BODY, headers=KEYS)
    assert response.status_code == 200
