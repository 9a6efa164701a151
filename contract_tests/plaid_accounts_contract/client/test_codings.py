"""Compressed bodies: only what was offered, only once, and inflated within the limit."""

import gzip
import json
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import httpx
import pytest

from plaid_accounts_contract.client import bodies
from plaid_accounts_contract.client.calls import call, client, errors
from plaid_accounts_contract.client.guarantees import guarantee

STYLES: Final = ("sync", "async")
BODY: Final = json.dumps(bodies.complete()).encode()
BOMB: Final = b" " * 50_000_000
LIMIT: Final = 1_000_000


def _raw(content: bytes) -> bytes:
    """Compress as deflate without the header of zlib."""
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush()


class _Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that arrives in pieces of one size, as from the network."""

    def __init__(self, content: bytes, size: int) -> None:
        self._pieces = [content[start : start + size] for start in range(0, len(content), size)]

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


class _Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    def __init__(self, content: bytes, coding: str, size: int) -> None:
        self._made = (content, coding, size)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert request.content
        content, coding, size = self._made
        headers = {"Content-Type": "application/json", "Content-Encoding": coding}
        return httpx.Response(200, headers=headers, stream=_Stream(content, size))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


def _call(content: bytes, coding: str, style: Any = "sync", *, size: int = 65536, **settings: Any) -> Any:
    return call(client(transport=_Transport(content, coding, size), **settings), style)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [1, 7, 65536])
@pytest.mark.parametrize(
    ("content", "coding"),
    [
        (gzip.compress(BODY), "gzip"),
        (gzip.compress(BODY), "X-GZIP"),
        (gzip.compress(BODY[:100]) + gzip.compress(BODY[100:]), "gzip"),
        (zlib.compress(BODY), "deflate"),
        (_raw(BODY), "deflate"),
        (BODY, "identity"),
    ],
    ids=["gzip", "x-gzip", "two members", "zlib", "raw deflate", "identity"],
)
@guarantee("round-trip")
def test_an_offered_coding_is_decoded(content: bytes, coding: str, size: int, style: Any) -> None:
    """gzip, in one part or several, and deflate, with and without a header, are decoded in whatever pieces they arrive."""
    expected = _call(BODY, "identity").model
    assert expected.accounts
    assert _call(content, coding, style, size=size).model == expected


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,identity", "br", "zstd", "deflate, gzip", "none"])
@guarantee("malformed-named")
def test_a_coding_that_was_not_offered_is_rejected(coding: str) -> None:
    """A coding that was not offered, or two of them, raise MalformedResponseError with status and headers."""
    error = _call(gzip.compress(gzip.compress(BODY)), coding).failure(errors().MalformedResponseError)
    assert "Content-Encoding" in str(error)
    assert (error.status_code, error.headers["content-encoding"]) == (200, coding)


@pytest.mark.parametrize(
    "content",
    [gzip.compress(BODY)[:-12], gzip.compress(BODY)[:60], b"no gzip", gzip.compress(BODY) + b"x"],
    ids=["without its end", "a beginning", "not gzip", "with more behind"],
)
@guarantee("malformed-named")
def test_a_broken_coding_is_rejected(content: bytes) -> None:
    """A truncated body, or one that is not compressed as its header says, raises MalformedResponseError."""
    error = _call(content, "gzip").error
    assert type(error) is errors().MalformedResponseError
    assert "not compressed as its header says" in str(error)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("content", "coding"),
    [(gzip.compress(BOMB), "gzip"), (zlib.compress(BOMB), "deflate"), (_raw(BOMB), "deflate")],
    ids=["gzip", "zlib", "raw deflate"],
)
@guarantee("size-limit")
def test_the_limit_holds_while_inflating(content: bytes, coding: str, style: Any) -> None:
    """A body that inflates beyond the limit raises without taking much more memory than the limit."""
    _call(gzip.compress(BODY), "gzip", style)  # What the first call imports is not counted.
    tracemalloc.start()
    try:
        error = _call(content, coding, style, max_response_bytes=LIMIT).failure(errors().MalformedResponseError)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "max_response_bytes=" in str(error)
    assert peak < 3 * LIMIT


@pytest.mark.parametrize("style", STYLES)
@guarantee("size-limit")
def test_a_callers_client_stops_at_the_limit(style: Any) -> None:
    """The httpx client of a caller reads no more of a body than the limit allows."""
    read: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(100):
            read.append(number)
            yield b" " * 1000

    async def awaited_pieces() -> AsyncIterator[bytes]:
        for piece in pieces():
            yield piece

    given: dict[str, Any] = {
        "http_client": httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, content=pieces()))),
        "async_http_client": httpx.AsyncClient(
            transport=httpx.MockTransport(lambda _: httpx.Response(200, content=awaited_pieces()))
        ),
    }
    call(client(max_response_bytes=5000, **given), style).failure(errors().MalformedResponseError)
    assert len(read) < 10
