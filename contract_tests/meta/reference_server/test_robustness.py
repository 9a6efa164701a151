"""Whatever arrives, the response is a documented one."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from meta.reference_server.caller import CLIENT_ID, JSON, KEYS, SECRET, Caller, check_error
from plaid_accounts_contract.reference_server import data

NAMES = st.sampled_from(["access_token", "client_id", "secret", "options", "account_ids"]) | st.text()
VALUES = st.sampled_from(
    [data.EVERYDAY.access_token, data.error_token("NO_ACCOUNTS"), CLIENT_ID, SECRET, *data.EVERYDAY.account_ids()]
)
# Text of Hypothesis has no lone surrogates by default, and JSON has.
TEXT = st.text(st.characters())
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXT | VALUES
JSON_VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner))
BODIES = st.binary() | st.dictionaries(NAMES, JSON_VALUES) | JSON_VALUES
HEADER_NAMES = st.sampled_from(
    ["content-type", "content-encoding", "plaid-version", "plaid-client-id", "plaid-secret", "accept", "x-other"]
)
# What h11 accepts as the value of a header: visible characters, blanks inside, and bytes above ASCII.
HEADER_BYTES = st.binary().map(lambda raw: bytes(byte for byte in raw if byte >= 0x20 and byte != 0x7F).strip())
HEADER_VALUES = HEADER_BYTES | st.sampled_from(
    [b"application/json", b"2020-09-14", CLIENT_ID.encode(), SECRET.encode()]
)
ISSUED = {name.lower(): value for name, value in {**JSON, **KEYS}.items()}
HEADERS = st.dictionaries(HEADER_NAMES, HEADER_VALUES)
CASES = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(body=BODIES, headers=HEADERS, first=st.sampled_from([{}, ISSUED]))
@example(body={"access_token": "\ud800", "\udfff": 1}, headers={}, first=ISSUED)
@CASES
def test_any_body_and_any_headers_get_a_documented_response(
    caller: Caller, body: object, headers: dict[str, bytes], first: dict[str, str]
) -> None:
    """Arbitrary bytes, JSON and headers get a documented status with its schema, and never one above 499."""
    response = caller.post(body, {**first, **headers})
    assert response.status_code in (200, 400)


@given(options=st.dictionaries(st.just("account_ids"), st.lists(VALUES | TEXT)) | JSON_VALUES)
@CASES
def test_any_options_get_a_documented_response(caller: Caller, options: Any) -> None:
    """With issued credentials and token, the options decide: a 200 lists exactly the requested ids, all else is 400."""
    response = caller.post({"access_token": data.EVERYDAY.access_token, "options": options})
    if response.status_code == 200:
        shown = {account["account_id"] for account in response.json()["accounts"]}
        assert shown == set(options.get("account_ids", data.EVERYDAY.account_ids()))
    else:
        assert response.status_code == 400


@given(
    method=st.sampled_from(["GET", "PUT", "DELETE", "POST", "PATCH", "OPTIONS"]), path=st.binary(), query=st.binary()
)
@CASES
def test_any_path_and_any_method_get_json(caller: Caller, method: str, path: bytes, query: bytes) -> None:
    """Arbitrary paths and queries are a 404 with an error, whatever the method."""
    url = f"/{quote(path)}?{quote(query)}"
    response = caller.http.request(method, url, content=b"{}")
    assert response.status_code == 404
    check_error(response.json(), 404)


@pytest.mark.parametrize("value", ["\x00", "\ud800", "\U0010ffff", "a" * 500_000, "\\", '"', "\u2028"])
@pytest.mark.parametrize("name", ["access_token", "client_id", "secret", "options", "unknown"])
def test_unusual_text_anywhere_is_rejected(caller: Caller, name: str, value: str) -> None:
    """NUL, lone surrogates, half a megabyte and characters that break other formats are rejected in every field."""
    assert caller.post({name: value}).status_code == 400
    assert caller.post({value: name}).status_code == 400
