"""The limits on requests for an Item and by a client."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from unittest.mock import Mock

import httpx
import pytest

from meta.reference_server.caller import Caller
from plaid_accounts_contract.reference_server import RateLimit, create_app, data, running

EVERYDAY, BUSINESS = data.EVERYDAY.access_token, data.BUSINESS.access_token


@contextmanager
def _limited(limit: RateLimit) -> Generator[Caller]:
    with running(create_app(rate_limit=limit)) as served, httpx.Client(base_url=served.url) as http:
        yield Caller(http)


def _outcomes(caller: Caller, token: str, times: int) -> list[str]:
    responses = [caller.post({"access_token": token}) for _ in range(times)]
    return [response.json().get("error_code", "") for response in responses]


@pytest.mark.parametrize(
    ("limit", "tokens", "outcomes"),
    [
        (RateLimit(per_item=2), [EVERYDAY] * 4 + [BUSINESS], ["", "", "ACCOUNTS_LIMIT", "ACCOUNTS_LIMIT", ""]),
        (RateLimit(per_item=1), [data.error_token("NO_ACCOUNTS")] * 2, ["NO_ACCOUNTS", "ACCOUNTS_LIMIT"]),
        (RateLimit(per_client=2), [EVERYDAY, EVERYDAY, "unknown"], ["", "", "RATE_LIMIT"]),
    ],
    ids=["Item", "Item in error", "client"],
)
def test_requests_beyond_a_limit_are_rejected(limit: RateLimit, tokens: list[str], outcomes: list[str]) -> None:
    """Each Item is limited by itself, before its own error; a client over all Items, whatever the token."""
    with _limited(limit) as caller:
        assert [outcome for token in tokens for outcome in _outcomes(caller, token, 1)] == outcomes


def test_a_request_with_wrong_credentials_does_not_count() -> None:
    """Only requests with the right credentials count."""
    with _limited(RateLimit(per_client=1, per_item=1)) as caller:
        body = {"access_token": EVERYDAY, "secret": "wrong"}
        assert caller.rejected(body)[0] == "INVALID_API_KEYS"
        assert caller.post({"access_token": EVERYDAY}).status_code == 200


def test_the_window_slides() -> None:
    """A request is admitted as soon as the one that filled the window is a minute old."""
    clock = Mock(return_value=1000.0)
    with _limited(RateLimit(per_item=2, clock=clock)) as caller:
        assert _outcomes(caller, EVERYDAY, 1) == [""]
        clock.return_value += 30
        assert _outcomes(caller, EVERYDAY, 2) == ["", "ACCOUNTS_LIMIT"]
        clock.return_value += 30
        assert _outcomes(caller, EVERYDAY, 2) == ["", "ACCOUNTS_LIMIT"]


def test_servers_do_not_share_their_counts() -> None:
    """Each server counts for itself."""
    limit = RateLimit(per_item=1)
    with _limited(limit) as one, _limited(limit) as other:
        assert _outcomes(one, EVERYDAY, 2) == ["", "ACCOUNTS_LIMIT"]
        assert _outcomes(other, EVERYDAY, 1) == [""]


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
