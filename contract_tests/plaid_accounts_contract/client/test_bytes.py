"""Arbitrary bytes, media types and statuses give a model or a documented exception."""

import gzip
import json
from typing import Final

import httpx
import pytest
from hypothesis import strategies

from plaid_accounts_contract.client import bodies, broken_bodies, comparison, leaks, type_hints
from plaid_accounts_contract.client.calls import SECRETS, attempt, call, client, errors, responding
from plaid_accounts_contract.client.documents import ERROR, SUCCESS
from plaid_accounts_contract.client.effort import generated
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.packages import Parser, package, parsers

STATUSES: Final = (200, 201, 202, 203, 204, 206, 226, 299, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 408,
                   409, 410, 413, 418, 422, 425, 429, 431, 451, 499, 500, 501, 502, 503, 504, 511, 520, 522, 530, 599, 600,
                   799, 999)  # fmt: skip
MEDIA_TYPES: Final = ("application/json", "application/json; charset=utf-8", "Application/JSON;charset=latin-1",
                      "application/problem+json", "text/html", "text/plain", "application/octet-stream", "text/json", "json",
                      "", ";", "application/json, text/html", "application/jsonp", "image/png", None)  # fmt: skip
ENCODINGS: Final = (None, None, None, "identity", "gzip", "deflate", "br", "zstd", "gzip, gzip", "unknown", "")
TEXTS: Final = [json.dumps(body).encode() for body in (*bodies.successes(), *bodies.errors())]

_FLIPPED = strategies.tuples(strategies.sampled_from(TEXTS), strategies.integers(0), strategies.integers(0, 255)).map(
    lambda drawn: _flip(*drawn)
)
_CUT = strategies.tuples(strategies.sampled_from(TEXTS), strategies.integers(0)).map(
    lambda drawn: drawn[0][: drawn[1] % len(drawn[0])]
)
_ENCODED = strategies.tuples(
    strategies.sampled_from(TEXTS), strategies.sampled_from(("utf-16", "utf-8-sig", "utf-32", "cp037"))
).map(lambda drawn: drawn[0].decode().encode(drawn[1]))
CONTENT: Final = strategies.one_of(
    strategies.binary(max_size=200),
    broken_bodies.any_json().map(lambda value: json.dumps(value).encode()),
    strategies.text(max_size=50).map(lambda text: text.encode()),
    strategies.sampled_from(TEXTS),
    _FLIPPED,
    _CUT,
    _ENCODED,
    strategies.sampled_from(TEXTS).map(gzip.compress),
)


def _flip(text: bytes, place: int, byte: int) -> bytes:
    place %= len(text)
    return text[:place] + bytes([byte]) + text[place + 1 :]


@generated(
    400,
    content=CONTENT,
    status=strategies.sampled_from(STATUSES) | strategies.integers(200, 999),
    media_type=strategies.sampled_from(MEDIA_TYPES) | strategies.text('abc/+;=-. "\\é', max_size=12),
    encoding=strategies.sampled_from(ENCODINGS),
    parser=strategies.sampled_from(parsers()),
)
@guarantee("error-tree-only")
def test_anything_ends_in_a_model_or_a_documented_exception(
    content: bytes, status: int, media_type: str | None, encoding: str | None, parser: Parser
) -> None:
    """Whatever is received, the call returns accounts that match the annotations, or raises a documented exception."""
    headers = [("Content-Type", media_type), ("Content-Encoding", encoding)]
    sent = [(name.encode(), value.encode()) for name, value in headers if value is not None]
    made = client(lambda _: httpx.Response(status, headers=sent, stream=httpx.ByteStream(content)), parser=parser)
    outcome = call(made, parser=parser)
    if outcome.error is None:
        assert 200 <= status < 300
        type_hints.check(outcome.model)
        return
    error = outcome.failure(errors(parser).PlaidAccountsError)
    assert isinstance(error, (errors(parser).ApiError, errors(parser).MalformedResponseError))
    assert error.status_code == status
    assert isinstance(error, errors(parser).MalformedResponseError) or status >= 400
    leaks.check(error, SECRETS)


@pytest.mark.parametrize("status", [200, 201, 203, 206, 226, 299])
@guarantee("error-tree-only")
def test_any_success_is_a_response(status: int) -> None:
    """Accounts are returned with any success status."""
    comparison.check(SUCCESS, bodies.complete(), call(client(responding(bodies.complete(), status))).model.to_dict())


@pytest.mark.parametrize(
    ("name", "status"),
    [*((SUCCESS, status) for status in (400, 402, 418, 499, 500, 520, 599, 600, 999)), (ERROR, 200), (ERROR, 299)],
)
@guarantee("error-tree-only")
def test_a_body_that_contradicts_its_status_is_an_error(name: str, status: int) -> None:
    """Accounts with an error status, and an error body with a success status, are a DecodeError."""
    call(client(responding(bodies.complete(name), status))).failure(errors().DecodeError)


WRONG: Final[dict[str, tuple[bytes, str]]] = {
    "empty": (b"", "empty"),
    "a page": (b"<html></html>", "JSON"),
    "blank": (b" \r\n", "JSON"),
    "cut short": (TEXTS[0][:-1], "JSON"),
    "two texts": (TEXTS[0] * 2, "JSON"),
    "a comma too many": (TEXTS[0][:-1] + b",}", "JSON"),
    "a comment": (b"/**/" + TEXTS[0], "JSON"),
    "single quotes": (b"{'accounts': []}", "JSON"),
    **{
        name: (b'{"accounts": %s}' % name.encode(), f"{name} is not a number")
        for name in ("NaN", "Infinity", "-Infinity")
    },
    "a control character": (b'{"accounts": "\n"}', "JSON"),
    "not UTF-8": (b'{"accounts": "\xff"}', "UTF-8"),
    "UTF-16": (TEXTS[0].decode().encode("utf-16"), "UTF-8"),
    "a byte order mark": (b"\xef\xbb\xbf" + TEXTS[0], "JSON"),
    "nested too deeply": (b"[" * 100_000 + b"]" * 100_000, "nested"),
    "nested too deeply in objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested"),
    "a number of very many digits": (b'{"accounts": ' + b"9" * 5_000 + b"}", "JSON"),
}


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("status", [200, 400, 502])
@pytest.mark.parametrize("kind", WRONG)
@guarantee("error-tree-only")
def test_a_body_that_is_not_json_is_named(kind: str, status: int, parser: Parser) -> None:
    """The error for a body that is not JSON in UTF-8 names the problem, the status, and what to check."""
    content, word = WRONG[kind]
    error = call(client(responding(content, status), parser=parser), parser=parser).failure(
        errors(parser).MalformedResponseError
    )
    assert word in error.problem
    assert error.status_code == status
    assert str(status) in str(error)
    assert "base_url" in str(error)


@pytest.mark.parametrize("parser", parsers())
@guarantee("malformed-named")
def test_a_response_for_which_the_stack_is_too_short_is_named(parser: Parser) -> None:
    """A response that exhausts the rest of the caller's stack is an error that it is nested too deeply."""

    def exhausted(_: object) -> None:
        raise RecursionError

    decode = package(parser).decode
    error = attempt(lambda: decode.read(b"{}", exhausted)).failure(errors(parser).MalformedResponseError)
    assert error.problem == "the JSON is nested too deeply"


@pytest.mark.parametrize(
    ("media_type", "shown"),
    [*((name, name) for name in ("text/html", "text/plain", "text/xml", "application/xml", "application/octet-stream")),
     ("text/x", "of another media type"), ("application/jsonp", "of another media type"), ("", "of no media type"),
     (None, "of no media type")],
)  # fmt: skip
@guarantee("error-tree-only")
def test_another_media_type_is_an_error(media_type: str | None, shown: str) -> None:
    """A body that is not declared as JSON is an error, which names media types of proxies and repeats no other."""
    headers = {} if media_type is None else {"Content-Type": media_type}
    for status in (200, 400, 500):
        error = call(client(responding(bodies.complete(), status, headers))).failure(errors().MalformedResponseError)
        assert type(error) is errors().MalformedResponseError
        assert error.problem.startswith(f"the body is {shown}, not application/json. ")


@pytest.mark.parametrize("media_type", ["application/json", "APPLICATION/JSON", "application/json;charset=UTF-8",
                                        "application/json ; charset=x", "application/problem+json"])  # fmt: skip
@guarantee("error-tree-only")
def test_any_form_of_the_media_type_is_read(media_type: str) -> None:
    """The media type of JSON is accepted in any case and with any parameter."""
    assert call(client(responding(bodies.complete(), 200, {"Content-Type": media_type}))).model


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("kind", ["array", "object"])
@guarantee("error-tree-only")
def test_nesting_in_unknown_properties_is_kept_or_refused(kind: str, parser: Parser) -> None:
    """An unknown property may be nested, up to the depth at which it could not be encoded again."""
    for levels in (1, 50, 99, 100, 101, 102, 200, 900, 1_100, 5_000):
        text = json.dumps(bodies.complete())[:-1] + ', "novelty": ' + _deep_text(levels, kind) + "}"
        outcome = call(client(responding(text.encode()), parser=parser), parser=parser)
        if levels <= 100:
            comparison.check(SUCCESS, json.loads(text), outcome.model.to_dict())
        else:
            outcome.failure(errors(parser).MalformedResponseError)


def _deep_text(levels: int, kind: str) -> str:
    opening, closing = ("[", "]") if kind == "array" else ('{"a":', "}")
    return opening * levels + "null" + closing * levels


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("text", ["1e400", "-1e999", "1e309"])
@guarantee("error-tree-only")
def test_a_number_beyond_all_floats_is_an_error(text: str, parser: Parser) -> None:
    """A number beyond all floats is an error, in fields and in unknown properties."""
    for place in (("accounts", 0, "balances", "available"), ("novelty",), ("item", "novelty")):
        body = broken_bodies.changed(bodies.complete(), place, "NUMBER")
        content = json.dumps(body).replace('"NUMBER"', text).encode()
        call(client(responding(content), parser=parser), parser=parser).failure(errors(parser).MalformedResponseError)
