"""Request bodies that are no JSON object, too large, or late."""

import asyncio
import gzip
import json
import tracemalloc
from collections.abc import Iterator

import pytest
from starlette.types import Message

from meta.reference_server.caller import JSON, KEYS, Caller, Chunks
from plaid_accounts_contract.reference_server import create_app, data
from plaid_accounts_contract.reference_server.bodies import BodyLimit

BODY = json.dumps({"access_token": data.EVERYDAY.access_token}).encode()
NOT_JSON = ("INVALID_BODY", "body could not be parsed as JSON")
TOO_LARGE = ("INVALID_BODY", "body is larger than 1048576 bytes")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"access_token",
        BODY[:-1],
        BODY + b"}",
        BODY + BODY,
        BODY.replace(b'"', b"'"),
        b"\xef\xbb\xbf" + BODY,
        BODY.decode().encode("utf-16"),
        BODY.decode().encode("utf-32-le"),
        b'{"access_token": "\xff"}',
        b'{"access_token": "\xed\xa0\x80"}',
        b'{"access_token": "a\x00"}',
        b'{"access_token": "a\n"}',
        b'{"access_token": NaN}',
        b'{"x": Infinity}',
        b'{"x": -Infinity}',
        b'{"x": 01}',
        b'{"x": ' + b"9" * 10_000 + b"}",
        b'{"access_token": "a", "access_token": "b"}',
        b'{"options": {"account_ids": [], "account_ids": []}}',
        b"[" * 100_000,
        b'{"x":' * 100_000 + b"1" + b"}" * 100_000,
        b"\x00",
        gzip.compress(BODY),
        b"access_token=access-sandbox-0",
        b"<xml/>",
    ],
    ids=range(27),
)
def test_a_body_that_is_no_json_is_refused(caller: Caller, body: bytes) -> None:
    """Truncated, trailing, mis-encoded, ambiguous, endless or binary text is an INVALID_BODY."""
    assert caller.refused(body) == NOT_JSON


@pytest.mark.parametrize("value", [None, True, 1, 1.5, "x", [], [{"access_token": "x"}]])
def test_json_that_is_no_object_is_refused(caller: Caller, value: object) -> None:
    """A body must be an object at its top."""
    assert caller.refused(value) == ("INVALID_BODY", "body must be a JSON object")


def test_numbers_beyond_floats_do_not_matter(caller: Caller) -> None:
    """A number that no float holds is refused for the field it stands in."""
    assert caller.refused(b'{"access_token": 1e999}')[0] == "INVALID_FIELD"


def test_white_space_and_escapes_do_not_matter(caller: Caller) -> None:
    """A body may be indented, and its letters escaped."""
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in data.EVERYDAY.access_token)
    assert caller.post(f'\r\n\t {{ "access_token" :\n"{escaped}" }} \n'.encode()).status_code == 200


def _chunks(size: int) -> Iterator[bytes]:
    yield BODY
    for _ in range(size // 65_536):
        yield b" " * 65_536


def test_a_body_of_the_largest_size_is_read(caller: Caller) -> None:
    """A body of exactly one mebibyte is accepted, and one byte more is not."""
    assert caller.post(BODY.ljust(2**20)).status_code == 200
    assert caller.refused(BODY.ljust(2**20 + 1)) == TOO_LARGE


def test_a_body_in_chunks_is_read(caller: Caller) -> None:
    """A body without Content-Length is accepted up to the same size."""
    assert caller.post(Chunks(_chunks(2**19))).status_code == 200
    assert caller.refused(Chunks(_chunks(2**20))) == TOO_LARGE
    assert caller.refused(Chunks(_chunks(2**23))) == TOO_LARGE


async def _endless(app_messages: list[Message]) -> int:
    """Give the size of an endless body that the server takes in before it answers."""
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        taken += 65_536
        assert taken < 2**26, "the server would read for ever"
        return {"type": "http.request", "body": bytes(65_536), "more_body": True}

    async def send(message: Message) -> None:
        await asyncio.sleep(0)
        app_messages.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in {**JSON, **KEYS}.items()]
    scope = {"type": "http", "method": "POST", "path": "/accounts/get", "query_string": b"", "headers": headers}
    await create_app()(scope, receive, send)
    return taken


def test_an_endless_body_is_given_up() -> None:
    """A body without end is refused after a bounded number of bytes and without keeping them in memory."""
    messages: list[Message] = []
    tracemalloc.start()
    try:
        taken = asyncio.run(_endless(messages))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [message.get("status") for message in messages] == [400, None]
    assert (b"connection", b"close") in messages[0]["headers"]
    assert taken <= 17 * 2**20
    assert peak < 8 * 2**20


def test_a_body_that_does_not_arrive_is_given_up() -> None:
    """A body shorter than announced is refused once its time is over."""
    messages: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        await asyncio.sleep(0)
        messages.append(message)

    headers = [(b"content-type", b"application/json"), (b"content-length", b"10")]
    scope = {"type": "http", "method": "POST", "path": "/accounts/get", "query_string": b"", "headers": headers}
    asyncio.run(create_app(body_limit=BodyLimit(seconds=0.01))(scope, receive, send))
    assert messages[0]["status"] == 400
    assert json.loads(messages[1]["body"])["error_message"] == "body did not arrive whole within 0.01 seconds"
