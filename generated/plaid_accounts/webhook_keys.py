"""The keys that webhooks are signed with, asked of the API and kept."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from .errors import ApiError, ConfigurationError

if TYPE_CHECKING:
    from .client import Client
    from .models.webhook_verification_key import WebhookVerificationKey

UNKNOWN: Final = "INVALID_WEBHOOK_VERIFICATION_KEY_ID"
"""The error_code for an id that no key has."""

UNKNOWN_SECONDS: Final = 60.0
"""How long an id that no key has is not asked for again."""

UNKNOWN_KEPT: Final = 32
"""So many such ids in that time; then nothing is asked until the oldest is forgotten."""


class _Kept(NamedTuple):
    key: WebhookVerificationKey | None
    until: float


class KeyCache:
    """Looks up keys by their ids, and keeps each for an hour: long enough to be fast, and to notice that one expired.

    It serves any number of threads and tasks, `verify` as well as `verify_async`. Anybody can send a token with an id
    that does not exist, so such ids are remembered, and few are asked for in a minute: nobody can use up the limits of
    the API by that. A new key that comes at such a time is asked for when Plaid sends the webhook again.
    """

    def __init__(self, client: Client, *, max_age: float = 3600.0) -> None:
        """Sets up an empty cache; nothing is sent.

        Args:
            client: Who asks for keys. Its environment must be the one that the webhooks come from.
            max_age: Seconds after which a key is asked for again.

        Raises:
            ConfigurationError: max_age is no positive number.
        """
        self._client = client
        self._max_age = _seconds(max_age)
        self._lock = threading.Lock()
        self._keys: dict[str, _Kept] = {}
        self._unknown: dict[str, _Kept] = {}

    def __call__(self, key_id: str) -> WebhookVerificationKey | None:
        """The key of this id, or None if there is none.

        Raises:
            PlaidAccountsError: The API could not be asked.
        """
        kept = self._find(key_id)
        if kept is not None:
            return kept.key
        try:
            return self._keep(key_id, self._client.webhook_verification_key_get(key_id=key_id).key)
        except ApiError as error:
            if error.error_code != UNKNOWN:
                raise
        return self._keep(key_id, None)

    async def look_up_async(self, key_id: str) -> WebhookVerificationKey | None:
        """The key of this id, or None if there is none.

        Raises:
            PlaidAccountsError: The API could not be asked.
        """
        kept = self._find(key_id)
        if kept is not None:
            return kept.key
        try:
            return self._keep(key_id, (await self._client.webhook_verification_key_get_async(key_id=key_id)).key)
        except ApiError as error:
            if error.error_code != UNKNOWN:
                raise
        return self._keep(key_id, None)

    def _find(self, key_id: str) -> _Kept | None:
        now = time.monotonic()
        with self._lock:
            for kept in (self._keys, self._unknown):
                for name in [name for name, entry in kept.items() if entry.until <= now]:
                    del kept[name]
            found = self._keys.get(key_id) or self._unknown.get(key_id)
            if found is None and len(self._unknown) >= UNKNOWN_KEPT:
                return _Kept(None, now)
            return found

    def _keep(self, key_id: str, key: WebhookVerificationKey | None) -> WebhookVerificationKey | None:
        now = time.monotonic()
        with self._lock:
            if key is None:
                self._unknown[key_id] = _Kept(None, now + UNKNOWN_SECONDS)
            else:
                self._keys[key_id] = _Kept(key, now + self._max_age)
        return key


def _seconds(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not given > 0:
        raise ConfigurationError("max_age= takes a positive number of seconds")
    return given
