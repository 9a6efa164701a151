"""How many requests the server answers within a time, for each Item and for each client_id."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.errors import ApiError, ErrorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """The requests allowed in any stretch of `seconds`; `None` sets no limit. `clock` gives seconds, never going back.

    Raises:
        ValueError: a limit below 1, or a stretch of no length.
    """

    per_item: int | None = None
    per_client: int | None = None
    seconds: float = 60.0
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        for name, limit in (("per_item", self.per_item), ("per_client", self.per_client)):
            if limit is not None and limit < 1:
                raise ValueError(f"{name} is {limit}; give 1 or more, or None for no limit")
        if self.seconds <= 0:
            raise ValueError(f"seconds is {self.seconds}; give more than 0")


SANDBOX_RATE_LIMIT: Final = RateLimit(per_item=100, per_client=5_000)
"""What Plaid allows in Sandbox. Source: https://plaid.com/docs/errors/rate-limit-exceeded/."""

PRODUCTION_RATE_LIMIT: Final = RateLimit(per_item=15, per_client=15_000)
"""What Plaid allows in Production. Source: https://plaid.com/docs/errors/rate-limit-exceeded/."""

SANDBOX_BALANCE_RATE_LIMIT: Final = RateLimit(per_item=25, per_client=100)
"""What Plaid allows of `/accounts/balance/get` in Sandbox. Source: as above."""

PRODUCTION_BALANCE_RATE_LIMIT: Final = RateLimit(per_item=5, per_client=1_200)
"""What Plaid allows of `/accounts/balance/get` in Production. Source: as above."""


class SlidingWindow:
    """Admits a number of requests per key in any stretch of time. Those it turns away don't count."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._admitted: defaultdict[str, deque[float]] = defaultdict(deque)

    def admits(self, key: str) -> bool:
        """Count a request for the key and say whether it is within the limit."""
        now = self._clock()
        times = self._admitted[key]
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._limit:
            return False
        times.append(now)
        return True


class Windows:
    """The windows of one RateLimit, and the errors of those who use them up."""

    def __init__(self, rate: RateLimit, client_error: ErrorKind, item_error: ErrorKind) -> None:
        self._item = None if rate.per_item is None else SlidingWindow(rate.per_item, rate.seconds, rate.clock)
        self._client = None if rate.per_client is None else SlidingWindow(rate.per_client, rate.seconds, rate.clock)
        self._client_error = client_error
        self._item_error = item_error

    def check_client(self, client_id: str) -> None:
        """Raise an ApiError if the client has used up its requests."""
        if self._client is not None and not self._client.admits(client_id):
            raise ApiError(self._client_error)

    def check_item(self, item_id: str) -> None:
        """Raise an ApiError if the requests for the Item are used up."""
        if self._item is not None and not self._item.admits(item_id):
            raise ApiError(self._item_error)


class Limits:
    """The windows of one server: `/accounts/balance/get` has its own, all other operations share the rest."""

    def __init__(self, rate: RateLimit, balance: RateLimit | None = None) -> None:
        self._shared = Windows(rate, errors.RATE_LIMIT, errors.ACCOUNTS_LIMIT)
        self._balance = Windows(balance or RateLimit(), errors.ACCOUNTS_BALANCE_GET_LIMIT, errors.BALANCE_LIMIT)

    def of(self, operation_id: str) -> Windows:
        """Give the windows that count the requests to an operation."""
        return self._balance if operation_id == "accountsBalanceGet" else self._shared
