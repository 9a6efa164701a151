"""Requests that are malformed, too large, late or arbitrary, and methods and paths without an operation."""

import asyncio
import gzip
import json
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.types import Message

from meta.reference_server.caller import CLIENT_ID, JSON, KEYS, PATH, SECRET, Caller, check_error
from plaid_accounts_contract.reference_server import create_app, data
from plaid_accounts_contract.reference_server.requests import BodyLimit

VALUE = {"access_token": data.EVERYDAY.access_token}
BODY = json.dumps(VALUE).encode()
TOO_LARGE = ("INVALID_BODY", "body is larger than 1048576 bytes")
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
# What h11 accepts as the value of a header: visible characters, spaces inside, and bytes above ASCII.
HEADER_BYTES = st.binary().map(lambda raw: bytes(byte for byte in raw if byte >= 0x20 and byte != 0x7F).strip())
HEADER_VALUES = HEADER_BYTES | st.sampled_from(
    [b"application/json", b"2020-09-14", CLIENT_ID.encode(), SECRET.encode()]
)
ISSUED = {name.lower(): value for name, value in {**JSON, **KEYS}.items()}
HEADERS = st.dictionaries(HEADER_NAMES, HEADER_VALUES)
CASES = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + BODY,
        b'{"access_token": "\xed\xa0\x80"}',
        b'{"access_token": "a\x00"}',
        b'{"access_token": NaN}',
        b'{"x": -Infinity}',
        b'{"x": ' + b"9" * 10_000 + b"}",
        b'{"access_token": "a", "access_token": "b"}',
        b'{"options": {"account_ids": [], "account_ids": []}}',
        gzip.compress(BODY),
    ],
    ids=range(9),
)
def test_a_body_that_readers_disagree_about_is_rejected(caller: Caller, body: bytes) -> None:
    """Ambiguous, mis-encoded, endless or compressed JSON is an INVALID_BODY, as what no reader accepts is."""
    assert caller.rejected(body) == ("INVALID_BODY", "body could not be parsed as JSON")


def test_numbers_beyond_floats_are_parsed(caller: Caller) -> None:
    """A number that no float holds is rejected for its field."""
    assert caller.rejected(b'{"access_token": 1e999}')[0] == "INVALID_FIELD"


def _chunks(size: int) -> Iterator[bytes]:
    yield BODY
    for _ in range(size // 65_536):
        yield b" " * 65_536


def test_a_body_of_the_largest_size_is_read(caller: Caller) -> None:
    """A body of one mebibyte is accepted and a longer one rejected, with and without Content-Length."""
    assert caller.post(BODY.ljust(2**20)).status_code == 200
    assert caller.rejected(BODY.ljust(2**20 + 1)) == TOO_LARGE
    assert caller.post(_chunks(2**19)).status_code == 200
    assert caller.rejected(_chunks(2**20)) == TOO_LARGE
    assert caller.rejected(_chunks(2**23)) == TOO_LARGE


async def _responses(receive: Callable[[], Awaitable[Message]], limit: BodyLimit | None = None) -> list[Message]:
    """Return the ASGI messages that a request with this body gets."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        await asyncio.sleep(0)
        sent.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in {**JSON, **KEYS}.items()]
    scope = {"type": "http", "method": "POST", "path": PATH, "query_string": b"", "headers": headers}
    await create_app(body_limit=limit)(scope, receive, send)
    return sent


def test_an_endless_body_is_rejected() -> None:
    """A body without end is rejected after a bounded number of bytes, which are not kept in memory."""
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        taken += 65_536
        assert taken < 2**26, "the server would read for ever"
        return {"type": "http.request", "body": bytes(65_536), "more_body": True}

    tracemalloc.start()
    try:
        messages = asyncio.run(_responses(receive))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [message.get("status") for message in messages] == [400, None]
    assert (b"connection", b"close") in messages[0]["headers"]
    assert taken <= 17 * 2**20
    assert peak < 8 * 2**20


def test_a_body_that_does_not_arrive_is_rejected() -> None:
    """A request whose body does not arrive in time is rejected."""

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    messages = asyncio.run(_responses(receive, BodyLimit(seconds=0.01)))
    assert messages[0]["status"] == 400
    expected = "body did not arrive completely within 0.01 seconds"
    assert json.loads(messages[1]["body"])["error_message"] == expected


def test_two_content_types_are_rejected(caller: Caller) -> None:
    """A request with two Content-Types is INVALID_HEADERS, even if they agree."""
    response = caller.http.post(PATH, content=BODY, headers=[*KEYS.items(), *JSON.items(), *JSON.items()])
    assert (response.status_code, response.json()["error_code"]) == (400, "INVALID_HEADERS")


def test_an_encoded_body_is_rejected(caller: Caller) -> None:
    """A Content-Encoding other than identity is INVALID_HEADERS, so that no body can grow while it is read."""
    for coding in ("gzip", "identity, gzip", "x"):
        headers = {**KEYS, **JSON, "Content-Encoding": coding}
        expected = ("INVALID_HEADERS", "Content-Encoding is not supported")
        assert caller.rejected(gzip.compress(bytes(2**20)), headers) == expected
    assert caller.post(VALUE, {**KEYS, **JSON, "Content-Encoding": "Identity"}).status_code == 200


@pytest.mark.parametrize("version", ["2020-9-14", "", "2020-09-14x", b"\xff"])
def test_another_version_is_rejected(caller: Caller, version: str) -> None:
    """A Plaid-Version that this server does not support is INVALID_HEADERS."""
    expected = ("INVALID_HEADERS", "Plaid-Version must be 2020-09-14, or be left out")
    assert caller.rejected(VALUE, {**KEYS, **JSON, "Plaid-Version": version}) == expected


@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS", "TRACE", "QUERY", "HEAD"])
def test_another_method_is_rejected(caller: Caller, method: str) -> None:
    """Another method than POST is a 405 with Allow and an error, which HEAD leaves out."""
    response = caller.http.request(method, PATH, json=VALUE, headers=KEYS)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    if method == "HEAD":
        assert response.content == b""
    else:
        check_error(response.json(), 405)


@pytest.mark.parametrize("path", ["/", "/accounts", "/accounts/get/", "/Accounts/Get", "/%ff"])
def test_another_path_is_not_found(caller: Caller, path: str) -> None:
    """Another path, one with a trailing slash too, is a 404 with the documented error and not a redirect."""
    response = caller.http.post(path, json=VALUE, headers=KEYS)
    assert response.status_code == 404
    assert response.json()["error_code"] == "NOT_FOUND"
    check_error(response.json(), 404)


@given(body=BODIES, headers=HEADERS, first=st.sampled_from([{}, ISSUED]))
@example(body={"access_token": "\ud800", "\udfff": 1}, headers={}, first=ISSUED)
@CASES
def test_any_body_and_any_headers_get_a_documented_response(
    caller: Caller, body: object, headers: dict[str, bytes], first: dict[str, str]
) -> None:
    """Arbitrary bytes, JSON and headers get a documented status with its schema, and never one above 499."""
    response = caller.post(body, {**first, **headers})
    assert response.status_code in (200, 400)


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
