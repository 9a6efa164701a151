"""Exceptions: their classes, attributes and messages, which describe what happened and what to do."""

import email.utils
import inspect
import json
import re
import time
from collections.abc import Callable
from typing import Any, Final

import httpx
import pytest

from plaid_accounts_contract.client import bodies, documents, type_hints
from plaid_accounts_contract.client.calls import BASE_URL, call, client, errors, read, responding
from plaid_accounts_contract.client.comparison import copies
from plaid_accounts_contract.client.documents import CONTRACT, ERROR
from plaid_accounts_contract.client.guarantees import count, guarantee

TYPES = documents.schemas()["PlaidErrorType"]["enum"]
CODES = documents.CONTRACT.error_codes
ACTIONS = documents.schemas()["PlaidError"]["properties"]["error_code"]["x-error-actions"]
PLAIN = {"error_type": "ITEM_ERROR", "error_code": "NO_ACCOUNTS", "error_message": "m", "display_message": None}


def every_class() -> list[type[Exception]]:
    """Return all exceptions of the package."""
    found = [value for value in vars(errors()).values() if inspect.isclass(value) and issubclass(value, Exception)]
    return [value for value in found if value.__module__ == errors().__name__]


def one_of_each() -> list[Any]:
    """Return exceptions of every kind, as they are raised."""
    body, wrong = bodies.complete(ERROR), b"<html>"
    raised = [read(body | {"error_type": name}, 400).error for name in (*TYPES, "NOVELTY")]
    raised += [
        outcome.error for outcome in (read(wrong), read({"accounts": 1}), read(b""), read({}, 302), read([], 500))
    ]
    raised += [call(client(), access_token=None).error]
    raised += [call(client(base_url="http://127.0.0.1:9", timeout=0.5)).error]
    return raised


@pytest.mark.parametrize("error_type", TYPES)
@guarantee("error-by-type")
def test_each_error_type_has_a_class(error_type: str) -> None:
    """Each error_type of the contract raises its own class, documented in the tree, with the type and its error_codes."""
    error = read(PLAIN | {"error_type": error_type}, 400).failure(errors().ApiError)
    assert type(error).__bases__ == (errors().ApiError,)
    words = set(re.findall(r"\w+", type(error).__doc__ or ""))
    assert error_type in words
    assert words & set(CODES) == {code for code, entry in CODES.items() if entry.type == error_type}
    listed = [line for line in errors().__doc__.splitlines() if line.strip(" │├└─").startswith(type(error).__name__)]
    assert [line.split()[-1] for line in listed] == [error_type]
    assert error.error_type == error_type
    assert error.error_type.is_known


@guarantee("error-by-type")
def test_an_unlisted_error_type_raises_the_base_class() -> None:
    """An error_type that the contract does not list raises ApiError itself, and is kept."""
    for name in ("NOVELTY", "", "item_error", "ApiError"):
        error = read(PLAIN | {"error_type": name}, 400).failure(errors().ApiError)
        assert type(error) is errors().ApiError
        assert error.error_type == name
        assert not error.error_type.is_known


@guarantee("error-by-type")
def test_the_tree_is_the_one_drawn() -> None:
    """Every exception of the package is in the docstring of `errors`, below its base."""
    drawn = {}
    above: list[tuple[int, str]] = []
    for line in errors().__doc__.splitlines():
        word = line.strip(" │├└─").split(" ")[0]
        if word.isidentifier() and hasattr(errors(), word) and line.startswith("    "):
            depth = len(line) - len(line.lstrip(" │├└─"))
            above = [entry for entry in above if entry[0] < depth]
            drawn[word] = above[-1][1] if above else "Exception"
            above.append((depth, word))
    assert drawn == {kind.__name__: kind.__bases__[0].__name__ for kind in every_class()}


@pytest.mark.parametrize("status", [400, 401, 404, 418, 429, 499, 500, 503, 520, 599])
@guarantee("error-fields")
def test_an_error_has_what_the_response_said(status: int) -> None:
    """The exception has type, code, messages, request_id, status and the complete body, whatever the status."""
    body = bodies.complete(ERROR) | {"novelty": [1]}
    error = read(body, status).failure(errors().ApiError)
    names = ("error_type", "error_code", "error_message", "display_message", "request_id")
    assert {name: getattr(error, name) for name in names} == {name: body[name] for name in names}
    assert error.status_code == status
    assert error.body.to_dict()["novelty"] == [1]
    type_hints.check(error.body)


@guarantee("error-fields")
def test_what_an_error_lacks_is_none() -> None:
    """A missing request_id or display_message is None, not UNSET."""
    error = read(PLAIN, 400).failure(errors().ApiError)
    assert (error.request_id, error.display_message, error.retry_after) == (None, None, None)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0", 0.0), ("7", 7.0), (" 30 ", 30.0), ("86400", 86400.0), ("soon", None), ("", None), ("-1", None), ("\u0661", None),
     ("1e3", None), ("9" * 400, None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("Wed, 99 Oct 2015 07:28:00 GMT", None)],
)  # fmt: skip
@guarantee("error-fields")
def test_the_time_to_wait_is_read(header: str, seconds: float | None) -> None:
    """Retry-After in seconds or as a date is parsed to seconds; anything else to None."""
    headers = {"Content-Type": "application/json", "Retry-After": header.encode("latin-1", "ignore").decode("latin-1")}
    error = call(client(responding(PLAIN, 429, headers))).failure(errors().ApiError)
    assert error.retry_after == seconds


@guarantee("error-fields")
def test_a_date_to_wait_for_is_read() -> None:
    """Retry-After as a future date is the seconds until then."""
    headers = {"Content-Type": "application/json", "Retry-After": email.utils.formatdate(time.time() + 90, usegmt=True)}
    error = call(client(responding(PLAIN, 503, headers))).failure(errors().ApiError)
    assert 0 < error.retry_after <= 90


@pytest.mark.parametrize("code", CODES)
@guarantee("error-advice")
def test_each_documented_error_has_advice(code: str) -> None:
    """The message has type, code, status and request_id, and the contract's advice."""
    entry = CODES[code]
    body = PLAIN | {"error_type": entry.type, "error_code": code, "error_message": "words", "request_id": "r7"}
    text = str(read(body, entry.status).failure(errors().ApiError))
    for part in (entry.type, code, str(entry.status), "words", "r7"):
        assert part in text
    advice = text.partition("r7")[2].strip(")]. ")
    assert len(advice.split()) >= 3, f"{code}: no advice in {text!r}"
    known = ACTIONS.get(code, "")
    assert known.rstrip(".") in advice, f"{code}: the advice is not the contract's: {advice!r}"
    assert known in str(read(body, 418).failure(errors().ApiError)), f"{code}: the advice goes by the status"


@guarantee("error-advice")
def test_advice_differs_where_the_remedy_does() -> None:
    """Wrong keys, a wrong token, a new sign-in, a rate limit and a server error have different advice."""
    codes = (
        "INVALID_API_KEYS",
        "INVALID_ACCESS_TOKEN",
        "ITEM_LOGIN_REQUIRED",
        "ACCOUNTS_LIMIT",
        "INTERNAL_SERVER_ERROR",
    )
    texts = {
        str(read(PLAIN | {"error_type": "X", "error_code": code}, CODES[code].status).error).replace(code, "")
        for code in codes
    }
    assert len({text.partition("given")[2] for text in texts}) == len(codes)


@guarantee("error-advice")
def test_the_time_to_wait_is_part_of_the_advice() -> None:
    """The message has the Retry-After of the response."""
    headers = {"Content-Type": "application/json", "Retry-After": "41"}
    assert "41 s" in str(call(client(responding(PLAIN, 429, headers))).failure(errors().ApiError))


@guarantee("error-advice")
def test_messages_end_in_advice() -> None:
    """Every exception has a message of several words."""
    for error in one_of_each():
        count("error-advice")
        assert isinstance(error, errors().PlaidAccountsError), repr(error)
        assert len(str(error).split()) > 5, str(error)


@guarantee("error-fields")
def test_exceptions_can_be_copied_and_pickled() -> None:
    """A copy, an unpickled exception, and one made from the JSON of its args, as by Celery, have the same class and text."""
    for error in one_of_each():
        assert repr(error) == f"{type(error).__name__}({str(error)!r})"
        assert isinstance(getattr(error, "problem", ""), str)
        for copied in copies(error):
            count("error-fields")
            assert type(copied) is type(error)
            assert (str(copied), repr(copied)) == (str(error), repr(error))
            for name in ("body", "status_code", "retry_after", "path", "expected", "found", "request_id", "error_code"):
                assert getattr(copied, name, None) == getattr(error, name, None)
        restored = type(error)(*json.loads(json.dumps(error.args)))
        assert (type(restored), str(restored)) == (type(error), str(error))
        assert restored.attempts == 0
        has_headers = isinstance(getattr(restored, "headers", None), httpx.Headers)
        assert has_headers == isinstance(error, errors().ApiError)
        assert str(type(error)(f"{error} for user 7")).endswith("for user 7")


BROKEN: Final = (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError,
                 httpx.ProxyError)  # fmt: skip
LATE: Final = (httpx.ConnectTimeout, httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout)
OTHER: Final = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)


def raising(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    """Return a handler that raises this exception for every request."""

    def handle(_: httpx.Request) -> httpx.Response:
        raise error

    return handle


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("connection-errors")
def test_each_fault_of_a_connection_is_an_error_apart(style: Any) -> None:
    """A broken connection, a timeout and an unsendable request have different exceptions and messages."""
    kinds = errors()
    cases = [(BROKEN, kinds.TransportConnectionError, "Check base_url, the network and any proxy"),
             (LATE, kinds.TransportTimeoutError, "timeout="), (OTHER, kinds.TransportError, "Check base_url and http_client.")]  # fmt: skip
    for raised, kind, advice in cases:
        for fault in raised:
            count("connection-errors")
            error = call(client(raising(fault("refused."))), style).failure(kinds.TransportError)
            assert type(error) is kind
            assert str(error).startswith(f"{BASE_URL}{CONTRACT.primary.path}: ")
            assert fault.__name__ in str(error)
            assert advice in str(error)


@guarantee("connection-errors")
def test_the_descriptions_of_a_broken_connection_are_kept() -> None:
    """The message of a broken connection contains httpx's reason, without a second full stop, or a default."""
    words = {"refused.": "refused", "no way to X.": "no way to X", "": "the connection broke"}
    for text, shown in words.items():
        count("connection-errors")
        error = call(client(raising(httpx.ConnectError(text)))).failure(errors().TransportConnectionError)
        assert f"/get: {shown} (ConnectError). " in str(error)


@pytest.mark.parametrize("status", [300, 301, 304, 308, 399])
@guarantee("no-redirects")
def test_every_status_of_a_redirect_is_named(status: int) -> None:
    """A status from 300 to 399 is an error about a redirect, with advice."""
    error = read({}, status).failure(errors().MalformedResponseError)
    assert error.problem.startswith("the response is a redirect. ")
    assert (error.status_code, error.args) == (status, (str(error),))


@pytest.mark.parametrize("style", ["sync", "async"])
@pytest.mark.parametrize("limit", [1, 8])
@pytest.mark.parametrize("status", [200, 503])
@guarantee("size-limit")
def test_the_limit_is_exact(status: int, limit: int, style: Any) -> None:
    """A body of exactly the limit is read; the error for one byte more has the status, and names limit and argument."""
    made = client(responding(b"x" * limit, status), max_response_bytes=limit)
    assert "not JSON" in call(made, style).failure(errors().MalformedResponseError).problem
    made = client(responding(b"x" * (limit + 1), status), max_response_bytes=limit)
    error = call(made, style).failure(errors().MalformedResponseError)
    assert error.status_code == status
    assert f"longer than {limit} byte" in str(error)
    assert "max_response_bytes=" in str(error)


@pytest.mark.parametrize(
    ("status", "advice"),
    [(500, "Try again later"), (503, "Try again later"), (599, "Try again later"), (429, "Call less often."),
     (400, "look up the error_code"), (428, "look up the error_code"), (430, "look up the error_code"),
     (499, "look up the error_code")],
)  # fmt: skip
@guarantee("error-advice")
def test_a_code_that_is_not_listed_has_advice_by_its_status(status: int, advice: str) -> None:
    """An error_code that the contract does not list has advice by its status."""
    assert advice in str(read(PLAIN | {"error_code": "NOVELTY"}, status).failure(errors().ApiError))
