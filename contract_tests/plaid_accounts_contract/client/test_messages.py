"""The words of exceptions that are no refusal of a shape: what happened, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import httpx
import pytest

from plaid_accounts_contract.client.calls import BASE_URL, answering, call, client, errors, read
from plaid_accounts_contract.client.documents import CONTRACT
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.test_errors import PLAIN, one_of_each

BROKEN: Final = (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError,
                 httpx.ProxyError)  # fmt: skip
LATE: Final = (httpx.ConnectTimeout, httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout)
OTHER: Final = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)


def raising(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    """Break every request with this exception."""

    def handle(_: httpx.Request) -> httpx.Response:
        raise error

    return handle


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("connection-faults")
def test_each_fault_of_a_connection_is_told_apart(style: Any) -> None:
    """A broken connection, a time limit and a request that cannot be sent have exceptions and words of their own."""
    kinds = errors()
    cases = [(BROKEN, kinds.TransportConnectionError, "Check base_url, the network and any proxy"),
             (LATE, kinds.TransportTimeoutError, "timeout="), (OTHER, kinds.TransportError, "Check base_url and http_client.")]  # fmt: skip
    for raised, kind, advice in cases:
        for fault in raised:
            count("connection-faults")
            error = call(client(raising(fault("refused."))), style).failure(kinds.TransportError)
            assert type(error) is kind
            assert str(error).startswith(f"{BASE_URL}{CONTRACT.primary.path}: ")
            assert fault.__name__ in str(error)
            assert advice in str(error)


@guarantee("connection-faults")
def test_the_words_of_a_broken_connection_are_kept() -> None:
    """What httpx says of a broken connection stands in the message, without a second full stop, and words where it says nothing."""
    words = {"refused.": "refused", "no way to X.": "no way to X", "": "the connection broke"}
    for said, shown in words.items():
        count("connection-faults")
        error = call(client(raising(httpx.ConnectError(said)))).failure(errors().TransportConnectionError)
        assert f"/get: {shown} (ConnectError). " in str(error)


@pytest.mark.parametrize("status", [300, 301, 304, 308, 399])
@guarantee("no-redirects")
def test_every_status_of_a_redirect_says_so(status: int) -> None:
    """A status from 300 to 399 is refused as a redirect, with what to do."""
    error = read({}, status).failure(errors().MalformedResponseError)
    assert error.problem.startswith("the answer is a redirect. ")
    assert (error.status_code, error.args) == (status, (error.problem,))


@pytest.mark.parametrize(
    ("media_type", "shown"),
    [*((name, name) for name in ("text/html", "text/plain", "text/xml", "application/xml", "application/octet-stream")),
     ("text/x", "of another media type"), ("", "of no media type")],
)  # fmt: skip
@guarantee("error-tree-only")
def test_a_usual_media_type_is_named(media_type: str, shown: str) -> None:
    """A media type that proxies use is named in the refusal, another is not repeated."""
    error = call(client(answering(b"x", 200, {"Content-Type": media_type}))).failure(errors().MalformedResponseError)
    assert error.problem.startswith(f"the body is {shown}, not application/json. ")


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
@guarantee("error-tree-only")
def test_a_word_in_place_of_a_number_is_named(constant: str) -> None:
    """NaN and Infinity, which some servers write, are named as no numbers."""
    error = read(f'{{"accounts": {constant}}}'.encode()).failure(errors().MalformedResponseError)
    assert f"{constant} is not a number" in error.problem


@pytest.mark.parametrize("status", [200, 503])
@guarantee("size-limit")
def test_a_body_that_is_too_long_keeps_its_status(status: int) -> None:
    """The refusal of a body beyond the limit has the status of the answer, and names limit and argument."""
    error = call(client(answering(b"x" * 9, status), max_response_bytes=8)).failure(errors().MalformedResponseError)
    assert error.status_code == status
    assert "longer than 8 bytes" in str(error)
    assert "max_response_bytes=" in str(error)


@pytest.mark.parametrize("limit", [1, 8])
@guarantee("size-limit")
def test_a_body_up_to_the_limit_is_read(limit: int) -> None:
    """The smallest limit is one byte, and a body of just as many bytes is not beyond it."""
    error = call(client(answering(b"x" * limit), max_response_bytes=limit)).failure(errors().MalformedResponseError)
    assert "no JSON" in error.problem


@pytest.mark.parametrize(
    ("status", "advice"),
    [(500, "Try again later"), (503, "Try again later"), (599, "Try again later"), (429, "Call less often."),
     (400, "look up the error_code"), (428, "look up the error_code"), (430, "look up the error_code"),
     (499, "look up the error_code")],
)  # fmt: skip
@guarantee("error-advice")
def test_a_code_that_is_not_listed_has_advice_by_its_status(status: int, advice: str) -> None:
    """An error_code that the contract does not list has the advice that fits its status."""
    assert advice in str(read(PLAIN | {"error_code": "NOVELTY"}, status).failure(errors().ApiError))


@guarantee("error-fields")
def test_a_repr_names_class_and_message() -> None:
    """The repr of an exception is its class with its message."""
    for error in one_of_each():
        count("error-fields")
        assert repr(error) == f"{type(error).__name__}({str(error)!r})"
        assert isinstance(getattr(error, "problem", ""), str)
