"""Limits on the requests for each Item and of each client_id, in sliding windows."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

import attrs

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.errors import ApiError, ErrorKind


@attrs.frozen(kw_only=True)
class RateLimit:
    """The requests allowed in any `seconds`; `None` is no limit. `clock` returns seconds and is monotonic.

    Raises:
        ValueError: a limit below 1, or `seconds` not above 0.
    """

    per_item: int | None = None
    per_client: int | None = None
    seconds: float = 60.0
    clock: Callable[[], float] = time.monotonic

    def __attrs_post_init__(self) -> None:
        for name, limit in (("per_item", self.per_item), ("per_client", self.per_client)):
            if limit is not None and limit < 1:
                raise ValueError(f"invalid {name} {limit}: must be at least 1, or None for no limit")
        if self.seconds <= 0:
            raise ValueError(f"invalid seconds {self.seconds}: must be above 0")


SANDBOX_RATE_LIMIT: Final = RateLimit(per_item=100, per_client=5_000)
"""Plaid's limit in Sandbox. Source: https://plaid.com/docs/errors/rate-limit-exceeded/."""

PRODUCTION_RATE_LIMIT: Final = RateLimit(per_item=15, per_client=15_000)
"""Plaid's limit in Production. Source: https://plaid.com/docs/errors/rate-limit-exceeded/."""


class SlidingWindow:
    """Admits a number of requests per key in any `seconds`. Rejected requests don't count."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._admitted: defaultdict[str, deque[float]] = defaultdict(deque)

    def admits(self, key: str) -> bool:
        """Return whether a request for the key is within the limit, and count it if it is."""
        now = self._clock()
        times = self._admitted[key]
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._limit:
            return False
        times.append(now)
        return True


class Windows:
    """The windows of one RateLimit, and the errors of requests beyond them."""

    def __init__(self, rate: RateLimit, client_error: ErrorKind, item_error: ErrorKind) -> None:
        self._item = None if rate.per_item is None else SlidingWindow(rate.per_item, rate.seconds, rate.clock)
        self._client = None if rate.per_client is None else SlidingWindow(rate.per_client, rate.seconds, rate.clock)
        self._client_error = client_error
        self._item_error = item_error

    def check_client(self, client_id: str) -> None:
        """Count a request of the client; raise an ApiError beyond its limit."""
        if self._client is not None and not self._client.admits(client_id):
            raise ApiError(self._client_error)

    def check_item(self, item_id: str) -> None:
        """Count a request for the Item; raise an ApiError beyond its limit."""
        if self._item is not None and not self._item.admits(item_id):
            raise ApiError(self._item_error)


class Limits:
    """The windows of one server: `/accounts/balance/get` has its own, all other operations share one set."""

    def __init__(self, rate: RateLimit, balance: RateLimit | None = None) -> None:
        self._shared = Windows(rate, errors.RATE_LIMIT, errors.ACCOUNTS_LIMIT)
        self._balance = Windows(balance or RateLimit(), errors.ACCOUNTS_BALANCE_GET_LIMIT, errors.BALANCE_LIMIT)

    def of(self, operation_id: str) -> Windows:
        """Return the windows that count the requests to an operation."""
        return self._balance if operation_id == "accountsBalanceGet" else self._shared
