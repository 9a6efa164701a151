"""Limits on the requests for each Item and of each client_id, in sliding windows."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

import attrs

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.errors import ApiError

_APART: Final = "accountsBalanceGet"


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


class SlidingWindow:
    """Admits a number of requests per key in any `seconds`, None any number. Rejected requests don't count."""

    def __init__(self, limit: int | None, seconds: float, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._admitted: defaultdict[str, deque[float]] = defaultdict(deque)

    def admits(self, key: str) -> bool:
        """Return whether a request for the key is within the limit, and count it if it is."""
        if self._limit is None:
            return True
        now = self._clock()
        times = self._admitted[key]
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._limit:
            return False
        times.append(now)
        return True


class Limits:
    """The windows of one server. `/accounts/balance/get`, which Plaid limits apart, has none."""

    def __init__(self, rate: RateLimit) -> None:
        self._item = SlidingWindow(rate.per_item, rate.seconds, rate.clock)
        self._client = SlidingWindow(rate.per_client, rate.seconds, rate.clock)

    def check_client(self, client_id: str, operation_id: str) -> None:
        """Count a request of the client; raise an ApiError beyond its limit."""
        if operation_id != _APART and not self._client.admits(client_id):
            raise ApiError(errors.RATE_LIMIT)

    def check_item(self, item_id: str, operation_id: str) -> None:
        """Count a request for the Item; raise an ApiError beyond its limit."""
        if operation_id != _APART and not self._item.admits(item_id):
            raise ApiError(errors.ACCOUNTS_LIMIT)
