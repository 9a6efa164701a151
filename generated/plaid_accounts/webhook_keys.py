"""The keys that webhooks are signed with, fetched from the API and cached."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .connections import forget_after_fork, running_loop
from .errors import (
    ApiError,
    ConfigurationError,
    PlaidAccountsError,
    WebhookKeyUnavailableError,
)

if TYPE_CHECKING:
    from .client import Client
    from .models.webhook_verification_key import WebhookVerificationKey

UNKNOWN: Final = "INVALID_WEBHOOK_VERIFICATION_KEY_ID"
"""The error_code for an id that no key has."""

UNKNOWN_SECONDS: Final = 60.0
"""How long an id that no key has is not looked up again."""

UNKNOWN_KEPT: Final = 32
"""How many ids that no key has are looked up in that time: few beside the API's limit of calls a minute."""


class _Kept(NamedTuple):
    key: WebhookVerificationKey
    due: float


class _Lookup:
    """A lookup under way, for others that need the same key to wait for."""

    _key: WebhookVerificationKey | None

    def __init__(self, done: Any) -> None:
        self.done = done
        self.is_complete = False
        self._error: PlaidAccountsError | None = None

    def complete(self, key: WebhookVerificationKey | None, error: PlaidAccountsError | None = None) -> None:
        """Set the outcome; a lookup that was cancelled has none."""
        self._key, self._error, self.is_complete = key, error, True

    @property
    def failed(self) -> bool:
        """Whether it is unknown if there is such a key."""
        return self._error is not None

    def result(self) -> WebhookVerificationKey | None:
        """Return the key, or None if there is none.

        Raises:
            PlaidAccountsError: The API call failed.
        """
        if self._error is not None:
            raise copy(self._error)
        return self._key


class KeyCache:
    """Looks up keys by id and keeps each for an hour: long enough to be fast, and to notice that one has expired.

    One cache serves any number of threads and tasks, `verify` as well as `verify_async`; a key that several need at the same
    time is looked up once for all threads, and once for each event loop. Anybody can send a token with a made-up id, so such
    ids are remembered, and few are looked up in a minute: nobody can exhaust the limits of the API that way, or lock out a
    key that is known. A new key that arrives at such a time can't be looked up; Plaid sends its webhook again.
    """

    def __init__(self, client: Client, *, max_age: float = 3600.0) -> None:
        """Set up an empty cache; nothing is sent.

        Args:
            client: Fetches the keys. Its environment must be the one that the webhooks come from.
            max_age: Seconds after which a key is refreshed. If that fails, the known one stays in use.

        Raises:
            ConfigurationError: max_age is not a positive number.
        """
        self._client = client
        self._max_age = _seconds(max_age)
        self._keys: dict[str, _Kept] = {}
        self._unknown: dict[str, float] = {}
        self.after_fork()
        forget_after_fork(self)

    def after_fork(self) -> None:
        """Forget the lookups of threads that a child process does not have."""
        self._lock = threading.Lock()
        self._lookups: dict[tuple[Any, str], _Lookup] = {}

    def __call__(self, key_id: str) -> WebhookVerificationKey | None:
        """Return the key of this id, or None if there is none.

        Raises:
            WebhookKeyUnavailableError: Too many unknown ids were looked up in the last minute.
            PlaidAccountsError: The API call failed.
        """
        while True:
            key, lookup, is_ours = self._begin(key_id, None, threading.Event)
            if lookup is None:
                return key
            if is_ours:
                try:
                    lookup.complete(self._client.webhook_verification_key_get(key_id=key_id).key)
                except PlaidAccountsError as error:
                    lookup.complete(None, _unless_unknown(error))
                finally:
                    self._end(key_id, None, lookup)
            else:
                lookup.done.wait()
            if lookup.is_complete:
                return lookup.result()

    async def look_up_async(self, key_id: str) -> WebhookVerificationKey | None:
        """Do what calling the cache does, with `await`."""
        from anyio import Event

        loop = running_loop()
        while True:
            key, lookup, is_ours = self._begin(key_id, loop, Event)
            if lookup is None:
                return key
            if is_ours:
                try:
                    lookup.complete((await self._client.webhook_verification_key_get_async(key_id=key_id)).key)
                except PlaidAccountsError as error:
                    lookup.complete(None, _unless_unknown(error))
                finally:
                    self._end(key_id, loop, lookup)
            else:
                await lookup.done.wait()
            if lookup.is_complete:
                return lookup.result()

    def _begin(
        self, key_id: str, owner: Any, event: Callable[[], Any]
    ) -> tuple[WebhookVerificationKey | None, _Lookup | None, bool]:
        """Return what is known of a key, or the lookup to wait for and whether it is the caller's to do."""
        now = time.monotonic()
        with self._lock:
            for name in [name for name, until in self._unknown.items() if until <= now]:
                del self._unknown[name]
            kept = self._keys.get(key_id)
            if (kept is not None and now < kept.due) or key_id in self._unknown:
                return kept and kept.key, None, False
            lookup = self._lookups.get((owner, key_id))
            if lookup is not None:
                # Nobody waits for the refresh of a known key.
                return (kept.key, None, False) if kept else (None, lookup, False)
            # Reserved before the lookup, so that many at the same time count too. Refreshing a known key is free.
            guesses = len(self._unknown) + sum(name not in self._keys for _, name in self._lookups)
            if kept is None and guesses >= UNKNOWN_KEPT:
                raise WebhookKeyUnavailableError(
                    f"the key was not looked up, because {UNKNOWN_KEPT} unknown ids were looked up in the last {UNKNOWN_SECONDS:g} s:"
                    " respond with 500, and the webhook is sent again"
                )
            lookup = self._lookups[owner, key_id] = _Lookup(event())
            return None, lookup, True

    def _end(self, key_id: str, owner: Any, lookup: _Lookup) -> None:
        """Keep the outcome of a lookup, and wake those who wait for it."""
        now = time.monotonic()
        with self._lock:
            self._lookups.pop((owner, key_id), None)
            kept = self._keys.get(key_id)
            if lookup.failed and kept is not None:
                # A known key stays in use until it has been refreshed.
                lookup.complete(kept.key)
                self._keys[key_id] = _Kept(kept.key, now + UNKNOWN_SECONDS)
            elif lookup.is_complete and not lookup.failed:
                key = lookup.result()
                if key is None:
                    self._keys.pop(key_id, None)
                    self._unknown[key_id] = now + UNKNOWN_SECONDS
                else:
                    self._keys[key_id] = _Kept(key, now + self._max_age)
        lookup.done.set()


def _unless_unknown(error: PlaidAccountsError) -> PlaidAccountsError | None:
    """Return an error, unless it says that there is no such key."""
    return None if isinstance(error, ApiError) and error.error_code == UNKNOWN else error


def _seconds(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not given > 0:
        raise ConfigurationError("max_age= takes a positive number of seconds")
    return given
