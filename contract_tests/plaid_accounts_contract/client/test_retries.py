"""Transient failures are retried, as often and as late as documented; no test waits."""

import email.utils
import time
from collections.abc import Callable
from typing import Any, Final

import httpx
import pytest
from httpx_retries import Retry

from plaid_accounts_contract.client import bodies
from plaid_accounts_contract.client.calls import BASE_URL, call, errors, installed
from plaid_accounts_contract.client.documents import ERROR
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.recorder import Server

STYLES: Final = ("sync", "async")
RETRIED: Final = (408, 429, 500, 502, 503, 504, httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.WriteError,
                  httpx.CloseError, httpx.RemoteProtocolError)  # fmt: skip
NOT_RETRIED: Final = (400, 401, 403, 404, 405, 409, 418, 422, 499, 501, 505, 520, 599, httpx.ReadTimeout, httpx.WriteTimeout,
                      httpx.PoolTimeout, "malformed")  # fmt: skip
CAP: Final = 30.0


def failing(failure: Any, **headers: str) -> httpx.Response | Exception:
    """Return an error of the API with this status, or the exception of this class."""
    if isinstance(failure, int):
        shown = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Response(failure, headers=shown, json=bodies.complete(ERROR))
    error: Exception = failure("broken")
    return error


def success() -> httpx.Response:
    """Return accounts."""
    return httpx.Response(200, json=bodies.complete())


def default(handler: Callable[[httpx.Request], httpx.Response], **settings: Any) -> Any:
    """Create a client with the default retries."""
    return installed().Client(
        client_id="i", secret="s", base_url=BASE_URL, transport=httpx.MockTransport(handler), **settings
    )


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("failure", RETRIED)
@guarantee("retries")
def test_a_passing_failure_is_tried_twice_more(waits: list[float], failure: Any, style: Any) -> None:
    """After a transient status, or a failed or broken connection, the request is sent again, twice at most."""
    server = Server([failing(failure)])
    error = call(default(server), style).failure(errors().PlaidAccountsError)
    assert failure in (getattr(error, "status_code", None), type(error.__cause__))
    assert len(server.requests) == 3
    assert len({request.content for request in server.requests}) == 1
    for good in (1, 2):
        server = Server([failing(failure)] * good + [success()])
        assert call(default(server), style).model
        assert len(server.requests) == good + 1


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("failure", NOT_RETRIED)
@guarantee("retries")
def test_a_lasting_failure_is_not_retried(waits: list[float], failure: Any, style: Any) -> None:
    """A request with a permanent status, a timeout other than of connecting, or an undecodable 200, is sent once."""
    server = Server([httpx.Response(200, html="<html>") if failure == "malformed" else failing(failure)])
    assert call(default(server), style).failure(errors().PlaidAccountsError)
    assert len(server.requests) == 1
    assert waits == []


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("retries", [0, 1, 2, 5])
@guarantee("retries")
def test_the_number_of_retries_is_the_caller_s(waits: list[float], retries: int, style: Any) -> None:
    """`retries` is the number of retries; 0 means none."""
    for response in (failing(503), httpx.ConnectError("broken")):
        server = Server([response])
        call(default(server, retries=retries), style).failure(errors().PlaidAccountsError)
        assert len(server.requests) == retries + 1
    assert len(waits) <= 2 * retries


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("header", "seconds"), [("1", 1.0), ("7", 7.0), ("29", 29.0), ("31", CAP), ("86400", CAP)])
@guarantee("retries")
def test_retry_after_is_waited_for_within_bounds(waits: list[float], header: str, seconds: float, style: Any) -> None:
    """The client waits for Retry-After, half a minute at most."""
    server = Server([failing(429, Retry_After=header), failing(503, Retry_After=header), success()])
    assert call(default(server, total_timeout=None), style).model
    assert waits == [seconds, seconds]


@pytest.mark.parametrize("style", STYLES)
@guarantee("retries")
def test_a_date_in_retry_after_is_waited_for(waits: list[float], style: Any) -> None:
    """The client waits for a Retry-After date, unless it is past."""
    coming = email.utils.formatdate(time.time() + 20, usegmt=True)
    server = Server([failing(503, Retry_After=coming), success()])
    assert call(default(server), style).model
    assert len(waits) == 1
    assert 0 < waits[0] <= 21
    server = Server([failing(503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"), success()])
    assert call(default(server), style).model
    assert waits[1] <= 1 if len(waits) > 1 else True


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "header", ["soon", "-5", "", "1e3", "NaN", "inf", "9" * 400, "Wed, 99 Oct 2015", "\x7f", "\u0661"]
)
@guarantee("retries")
def test_a_invalid_retry_after_does_no_harm(waits: list[float], header: str, style: Any) -> None:
    """With an invalid Retry-After the client waits within bounds, and succeeds."""
    response = httpx.Response(503, headers=[(b"Retry-After", header.encode())], json=bodies.complete(ERROR))
    server = Server([response, response, success()])
    assert call(default(server), style).model
    assert all(0 <= seconds <= CAP for seconds in waits)


@pytest.mark.parametrize("style", STYLES)
@guarantee("retries")
def test_waits_without_retry_after_grow_and_differ(waits: list[float], style: Any) -> None:
    """Without Retry-After the waits grow, differ from call to call, and stay within bounds."""
    for _ in range(20):
        count("retries")
        call(default(Server([failing(500)]), retries=10), style)
    each = [waits[start : start + 10] for start in range(0, 200, 10)]
    assert len({seconds[2] for seconds in each}) > 10, "no jitter"
    assert min(seconds[5] for seconds in each) > max(seconds[0] for seconds in each), "no growth"
    assert all(0 < seconds <= CAP for seconds in waits)


@pytest.mark.skipif(not hasattr(Retry(), "total_timeout"), reason="httpx-retries before 0.5 has no total timeout")
@pytest.mark.parametrize("style", STYLES)
@guarantee("retries")
def test_a_policy_bounds_all_waits_together(waits: list[float], style: Any) -> None:
    """The waits of a call add up to no more than the total timeout of the Retry passed."""
    policy = Retry(total=9, allowed_methods=["POST"], backoff_factor=4, backoff_jitter=0, total_timeout=10)
    call(default(Server([failing(503)]), retries=policy), style).failure(errors().ApiError)
    assert (len(waits), sum(waits)) == (2, 10)


@pytest.mark.parametrize("style", STYLES)
@guarantee("retries")
def test_a_policy_of_the_caller_s_own_is_used(waits: list[float], style: Any) -> None:
    """A Retry can be passed instead of a number, and each call starts with a fresh one."""
    policy = Retry(total=3, allowed_methods=["POST"], status_forcelist=[418], backoff_factor=0)
    server = Server([failing(418)])
    made = default(server, retries=policy)
    for calls_made in (1, 2):
        assert call(made, style).failure(errors().ApiError).status_code == 418
        assert len(server.requests) == 4 * calls_made
    server = Server([failing(503)])
    call(default(server, retries=policy), style)
    assert len(server.requests) == 1
