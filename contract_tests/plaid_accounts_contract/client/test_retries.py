"""Retries: what may pass is tried again, as often and as late as promised; no test waits for it."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs
import httpx
import pytest
from httpx_retries import Retry

from plaid_accounts_contract.client import bodies
from plaid_accounts_contract.client.calls import BASE_URL, call, client, errors, installed
from plaid_accounts_contract.client.documents import ERROR
from plaid_accounts_contract.client.guarantees import count, guarantee

STYLES: Final = ("sync", "async")
RETRIED: Final = (408, 429, 500, 502, 503, 504)
NOT_RETRIED: Final = (200, 400, 401, 403, 404, 405, 409, 418, 422, 499, 501, 505, 520, 599)
FAULTS: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.WriteError, httpx.CloseError,
                 httpx.RemoteProtocolError)  # fmt: skip
CAP: Final = 30.0
_ENOUGH: Final = 50


@attrs.define
class Server:
    """Answers in turn, the last answer for ever; an exception is raised."""

    answers: Sequence[httpx.Response | Exception]
    requests: list[httpx.Request] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        assert len(self.requests) < _ENOUGH, "the client does not stop trying"
        answer = self.answers[min(len(self.requests), len(self.answers) - 1)]
        self.requests.append(request)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def failing(status: int, **headers: str) -> httpx.Response:
    """Return an error of the API."""
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=shown, json=bodies.complete(ERROR))


def sound() -> httpx.Response:
    """Return accounts."""
    return httpx.Response(200, json=bodies.complete())


def default(handler: Callable[[httpx.Request], httpx.Response], **settings: Any) -> Any:
    """Make a client with the default retries."""
    return installed().Client(
        client_id="i", secret="s", base_url=BASE_URL, transport=httpx.MockTransport(handler), **settings
    )


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("status", RETRIED)
@guarantee("retries")
def test_a_passing_status_is_tried_twice_more(waits: list[float], status: int, style: Any) -> None:
    """After a status that may pass the request is sent again, twice at most, and then the error is raised."""
    server = Server([failing(status)])
    assert call(default(server), style).failure(errors().ApiError).status_code == status
    assert len(server.requests) == 3
    assert len({request.content for request in server.requests}) == 1
    for good in (1, 2):
        server = Server([failing(status)] * good + [sound()])
        assert call(default(server), style).model
        assert len(server.requests) == good + 1


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("fault", FAULTS)
@guarantee("retries")
def test_a_broken_connection_is_tried_twice_more(waits: list[float], fault: type[Exception], style: Any) -> None:
    """After a connection that could not be made or broke the request is sent again, twice at most."""
    server = Server([fault("broken")])
    error = call(default(server), style).failure(errors().TransportError)
    assert len(server.requests) == 3
    assert type(error.__cause__) is fault
    server = Server([fault("broken"), fault("broken"), sound()])
    assert call(default(server), style).model


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("status", NOT_RETRIED)
@guarantee("retries")
def test_a_lasting_status_is_not_tried_again(waits: list[float], status: int, style: Any) -> None:
    """After a status that will stay the same the request is sent once."""
    server = Server([sound() if status == 200 else failing(status)])
    call(default(server), style)
    assert len(server.requests) == 1
    assert waits == []


@pytest.mark.parametrize("style", STYLES)
@guarantee("retries")
def test_an_answer_that_is_malformed_is_not_tried_again(waits: list[float], style: Any) -> None:
    """A 200 that cannot be read is raised at once."""
    server = Server([httpx.Response(200, html="<html>")])
    call(default(server), style).failure(errors().MalformedResponseError)
    assert len(server.requests) == 1


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("retries", [0, 1, 2, 5])
@guarantee("retries")
def test_the_number_of_retries_is_the_caller_s(waits: list[float], retries: int, style: Any) -> None:
    """`retries` says how often it is tried again; 0 means not at all."""
    for answer in (failing(503), httpx.ConnectError("broken")):
        server = Server([answer])
        call(default(server, retries=retries), style).failure(errors().PlaidAccountsError)
        assert len(server.requests) == retries + 1
    assert len(waits) <= 2 * retries


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("header", "seconds"), [("1", 1.0), ("7", 7.0), ("29", 29.0), ("31", CAP), ("86400", CAP)])
@guarantee("retries")
def test_retry_after_is_waited_for_within_bounds(waits: list[float], header: str, seconds: float, style: Any) -> None:
    """The time that Retry-After asks for is waited, half a minute at most."""
    server = Server([failing(429, Retry_After=header), failing(503, Retry_After=header), sound()])
    assert call(default(server), style).model
    assert waits == [seconds, seconds]


@pytest.mark.parametrize("style", STYLES)
@guarantee("retries")
def test_a_date_in_retry_after_is_waited_for(waits: list[float], style: Any) -> None:
    """Retry-After as a date is waited for; a date that is past is not."""
    coming = email.utils.formatdate(time.time() + 20, usegmt=True)
    server = Server([failing(503, Retry_After=coming), sound()])
    assert call(default(server), style).model
    assert len(waits) == 1
    assert 0 < waits[0] <= 21
    server = Server([failing(503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"), sound()])
    assert call(default(server), style).model
    assert waits[1] <= 1 if len(waits) > 1 else True


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "header", ["soon", "-5", "", "1e3", "NaN", "inf", "9" * 400, "Wed, 99 Oct 2015", "\x7f", "\u0661"]
)
@guarantee("retries")
def test_a_senseless_retry_after_does_no_harm(waits: list[float], header: str, style: Any) -> None:
    """A Retry-After that is neither seconds nor a date is not waited for longer than promised, and breaks nothing."""
    answer = httpx.Response(503, headers=[(b"Retry-After", header.encode())], json=bodies.complete(ERROR))
    server = Server([answer, answer, sound()])
    assert call(default(server), style).model
    assert all(0 <= seconds <= CAP for seconds in waits)


@pytest.mark.parametrize("style", STYLES)
@guarantee("retries")
def test_waits_without_retry_after_grow_and_differ(waits: list[float], style: Any) -> None:
    """Without Retry-After the waits get longer, differ from call to call, and stay within bounds."""
    for _ in range(20):
        count("retries")
        call(default(Server([failing(500)]), retries=10), style)
    each = [waits[start : start + 10] for start in range(0, 200, 10)]
    assert len({seconds[2] for seconds in each}) > 10, "no jitter"
    assert min(seconds[5] for seconds in each) > max(seconds[0] for seconds in each), "no growth"
    assert all(0 < seconds <= CAP for seconds in waits)


@pytest.mark.parametrize("style", STYLES)
@guarantee("retries")
def test_a_policy_of_the_caller_s_own_is_used(waits: list[float], style: Any) -> None:
    """A Retry can be given in place of a number, and one client makes each call with a fresh one."""
    policy = Retry(total=3, allowed_methods=["POST"], status_forcelist=[418], backoff_factor=0)
    server = Server([failing(418)])
    made = default(server, retries=policy)
    for calls_made in (1, 2):
        assert call(made, style).failure(errors().ApiError).status_code == 418
        assert len(server.requests) == 4 * calls_made
    server = Server([failing(503)])
    call(default(server, retries=policy), style)
    assert len(server.requests) == 1


@pytest.mark.parametrize("given", [-1, 1.5, True, "2", None, Retry(), Retry(allowed_methods=["GET"])])
@guarantee("configuration")
def test_an_unusable_number_of_retries_is_refused(given: Any) -> None:
    """What is neither a number from 0 on nor a policy that repeats this call is refused by name."""
    with pytest.raises(errors().ConfigurationError, match="retries="):
        client(retries=given)
