"""How hard a task tries: the client's own timeouts and retries, so that both behave alike."""

from __future__ import annotations

import math

import attrs

from plaid_accounts import configuration

_DOUBLING = 2.0  # What httpx-retries multiplies each further wait with.


@attrs.frozen
class Effort:
    """Timeouts in whole seconds, `retries` after the first attempt, and the wait before the first of them, in seconds.

    Each further wait is `backoff_rate` times as long as the one before it.
    """

    connect_seconds: int
    read_seconds: int
    retries: int
    first_wait_seconds: int
    backoff_rate: float

    @classmethod
    def of_the_client(cls, method: str) -> Effort:
        """Take what a `plaid_accounts.Client` does if it is not told otherwise."""
        timeout = configuration.DEFAULT_TIMEOUT
        retry = configuration.retry(configuration.RETRIES, (method,))
        return cls(
            _whole(timeout.connect),
            _whole(timeout.read),
            retry.total,
            _whole(retry.backoff_factor * _DOUBLING),
            _DOUBLING,
        )


def _whole(seconds: float | None) -> int:
    assert seconds is not None  # The client's default sets every timeout.
    return max(1, math.ceil(seconds))
