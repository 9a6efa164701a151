"""Webhooks: verifying that a request to your own address is genuine, and decoding its event.

    keys = KeyCache(client)
    event = verify(body, headers, keys)

`body` is the request's body as received, before any parsing. The checks are those that Plaid asks for, in its order: the
header Plaid-Verification is present; its token is signed with ES256 and nothing else, by a key in use; it was issued in
the last five minutes; and it contains the SHA-256 of the body. This needs the extra `webhooks`:
`pip install "plaid-accounts[webhooks]"`.

All webhooks of an Item are sent to the same address. Genuine ones that the contract does not describe raise
`errors.WebhookUnlistedError`, which has the whole body.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from inspect import isawaitable
from typing import Any, Final, Protocol

from .decode import as_object, read, wrong
from .errors import ArgumentError, WebhookDuplicateError, WebhookUnlistedError
from .models.new_accounts_available_webhook import NewAccountsAvailableWebhook
from .models.webhook_verification_key import WebhookVerificationKey
from .webhook_keys import KeyCache
from .webhook_tokens import HEADER, Delivery, Token

__all__ = (
    "EVENTS",
    "HEADER",
    "AsyncKeyLookup",
    "AsyncSeen",
    "Delivery",
    "Event",
    "Headers",
    "KeyCache",
    "KeyLookup",
    "Seen",
    "verify",
    "verify_async",
)

Event = NewAccountsAvailableWebhook
"""The events that the contract describes."""

EVENTS: Final[dict[tuple[str, str], type[Event]]] = {
    ("ITEM", "NEW_ACCOUNTS_AVAILABLE"): NewAccountsAvailableWebhook,
}
"""The model of each event, by webhook_type and webhook_code."""

Headers = Mapping[str, str] | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]
"""The headers of a request in any form that frameworks use; case is ignored."""

Key = WebhookVerificationKey | Mapping[str, object]
"""A JSON Web Key, as the model or as its JSON."""

KeyLookup = Callable[[str], Key | None]
"""Returns the key with an id, or None if there is none."""

AsyncKeyLookup = Callable[[str], Awaitable[Key | None]]
"""Returns the key with an id, or None if there is none."""


class Seen(Protocol):
    """Remembers deliveries, so that none is accepted twice."""

    def add(self, delivery: Delivery) -> bool:
        """Remember a delivery in one atomic step; return False if it is already remembered.

        SET NX of Redis, or an INSERT into a unique column, will do. `delivery.token_sha256` differs for each delivery and
        attempt, and none is accepted after `delivery.forgettable_at`.
        """
        ...


class AsyncSeen(Protocol):
    """Does what `Seen` does, with `await`."""

    async def add(self, delivery: Delivery) -> bool:
        """Remember a delivery in one atomic step; return False if it is already remembered."""
        ...


def verify(body: bytes, headers: Headers, key_lookup: KeyLookup, *, seen: Seen | None = None) -> Event:
    """Return the event of a webhook, if it is genuine.

    Respond with 200 once the event is handled or stored, with 400 to a WebhookError, and with 500 to anything else: then
    Plaid sends the webhook again, with a new signature. An event has no id, so the same one can arrive more than once.

    Args:
        body: The body of the request as received.
        headers: The headers of the request.
        key_lookup: A `KeyCache`, or another function from a key's id to the key.
        seen: Remembers deliveries, if a replayed request must not be accepted.

    Raises:
        ConfigurationError: The extra `webhooks` is not installed.
        ArgumentError: The body is not bytes.
        WebhookError: It must not be acted on; a class for each reason.
        WebhookKeyUnavailableError: The key was not looked up. It is unknown whether the webhook is genuine.
        MalformedResponseError: It is genuine, but not JSON or of another shape than the contract's (DecodeError).
        ApiError: The key could not be looked up; likewise TransportError.
    """
    token = Token.of(headers)
    delivery = token.check(_bytes(body), key_lookup(token.key_id))
    if seen is not None:
        _require_new(seen.add(delivery))
    return _event(body)


async def verify_async(
    body: bytes,
    headers: Headers,
    key_lookup: KeyCache | AsyncKeyLookup,
    *,
    seen: Seen | AsyncSeen | None = None,
) -> Event:
    """Do what `verify` does, with `await` for the key and for remembered deliveries."""
    look_up = key_lookup.look_up_async if isinstance(key_lookup, KeyCache) else key_lookup
    token = Token.of(headers)
    delivery = token.check(_bytes(body), await look_up(token.key_id))
    if seen is not None:
        new = seen.add(delivery)
        _require_new(await new if isawaitable(new) else new)
    return _event(body)


def _bytes(body: object) -> bytes:
    if not isinstance(body, bytes):
        raise ArgumentError(
            f"body= takes the bytes of the request as received, not {type(body).__name__}: JSON that is written again differs"
        )
    return body


def _require_new(new: object) -> None:
    if not new:
        raise WebhookDuplicateError("the same delivery was accepted before: respond with 200 and do nothing")


def _event(body: bytes) -> Event:
    return read(body, _decode)


def _decode(value: Any) -> Event:
    payload = as_object(value)
    for name in ("webhook_type", "webhook_code"):
        if payload.get(name).__class__ is not str:
            raise wrong(payload.get(name), "a string", name)
    kind, code = payload["webhook_type"], payload["webhook_code"]
    model = EVENTS.get((kind, code))
    if model is None:
        raise WebhookUnlistedError(webhook_type=kind, webhook_code=code, payload=payload)
    return model.from_dict(payload)
