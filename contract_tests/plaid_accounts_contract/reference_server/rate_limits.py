"""Limits on the requests for each Item and of each client_id, in sliding windows."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

import attrs

from plaid_accounts_contract.reference_server import errors
from plaid_accounts_contract.reference_server.errors import ApiError, ErrorKind

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


class Limits:
    """The sliding windows of one server. `/accounts/balance/get`, which Plaid limits apart, has none."""

    def __init__(self, rate: RateLimit) -> None:
        self._rate = rate
        self._admitted: defaultdict[tuple[ErrorKind, str], deque[float]] = defaultdict(deque)

    def check_client(self, client_id: str, operation_id: str) -> None:
        """Count a request of the client; raise an ApiError beyond its limit."""
        self._check(operation_id, self._rate.per_client, errors.RATE_LIMIT, client_id)

    def check_item(self, item_id: str, operation_id: str) -> None:
        """Count a request for the Item; raise an ApiError beyond its limit."""
        self._check(operation_id, self._rate.per_item, errors.ACCOUNTS_LIMIT, item_id)

    def _check(self, operation_id: str, limit: int | None, error: ErrorKind, key: str) -> None:
        if limit is None or operation_id == _APART:
            return
        now, times = self._rate.clock(), self._admitted[error, key]
        while times and times[0] <= now - self._rate.seconds:
            times.popleft()
        # Rejected requests don't count.
        if len(times) >= limit:
            raise ApiError(error)
        times.append(now)
