"""The limits on requests for an Item and by a client."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import httpx
import pytest

from meta.reference_server.caller import Caller
from plaid_accounts_contract.reference_server import RateLimit, create_app, data, running


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time that was set."""
        return self.now


@contextmanager
def _limited(limit: RateLimit) -> Generator[Caller]:
    with running(create_app(rate_limit=limit)) as served, httpx.Client(base_url=served.url) as http:
        yield Caller(http)


def _outcomes(caller: Caller, token: str, times: int) -> list[str]:
    responses = [caller.post({"access_token": token}) for _ in range(times)]
    return [response.json().get("error_code", "") for response in responses]


def test_an_item_is_limited_by_itself() -> None:
    """The request beyond the limit is a 429 ACCOUNTS_LIMIT, and other Items are not affected."""
    with _limited(RateLimit(per_item=2)) as caller:
        assert _outcomes(caller, data.EVERYDAY.access_token, 4) == ["", "", "ACCOUNTS_LIMIT", "ACCOUNTS_LIMIT"]
        assert _outcomes(caller, data.BUSINESS.access_token, 1) == [""]


def test_an_item_in_error_is_limited_too() -> None:
    """The limit is checked before the Item's own error."""
    with _limited(RateLimit(per_item=1)) as caller:
        assert _outcomes(caller, data.error_token("NO_ACCOUNTS"), 2) == ["NO_ACCOUNTS", "ACCOUNTS_LIMIT"]


def test_a_client_is_limited_over_all_items() -> None:
    """The request beyond the client's limit is a 429 RATE_LIMIT, whatever its token."""
    with _limited(RateLimit(per_client=2)) as caller:
        assert _outcomes(caller, data.EVERYDAY.access_token, 2) == ["", ""]
        assert _outcomes(caller, "unknown", 1) == ["RATE_LIMIT"]


def test_a_request_with_wrong_credentials_does_not_count() -> None:
    """Only requests with the right credentials count."""
    with _limited(RateLimit(per_client=1, per_item=1)) as caller:
        body = {"access_token": data.EVERYDAY.access_token, "secret": "wrong"}
        assert caller.rejected(body)[0] == "INVALID_API_KEYS"
        assert caller.post({"access_token": data.EVERYDAY.access_token}).status_code == 200


def test_the_window_slides() -> None:
    """A request is admitted as soon as the one that filled the window is a minute old."""
    clock = Clock()
    with _limited(RateLimit(per_item=2, clock=clock)) as caller:
        assert _outcomes(caller, data.EVERYDAY.access_token, 1) == [""]
        clock.now += 30
        assert _outcomes(caller, data.EVERYDAY.access_token, 2) == ["", "ACCOUNTS_LIMIT"]
        clock.now += 30
        assert _outcomes(caller, data.EVERYDAY.access_token, 2) == ["", "ACCOUNTS_LIMIT"]


def test_servers_do_not_share_their_counts() -> None:
    """Each server counts for itself."""
    limit = RateLimit(per_item=1)
    with _limited(limit) as one, _limited(limit) as other:
        assert _outcomes(one, data.EVERYDAY.access_token, 2) == ["", "ACCOUNTS_LIMIT"]
        assert _outcomes(other, data.EVERYDAY.access_token, 1) == [""]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RateLimit(per_item=0), "invalid per_item 0: must be at least 1, or None for no limit"),
        (lambda: RateLimit(per_client=-1), "invalid per_client -1: must be at least 1, or None for no limit"),
        (lambda: RateLimit(seconds=0), "invalid seconds 0: must be above 0"),
    ],
)
def test_an_invalid_limit_is_rejected(make: Callable[[], RateLimit], message: str) -> None:
    """A limit that would admit nothing is a ValueError."""
    with pytest.raises(ValueError, match=message):
        make()
