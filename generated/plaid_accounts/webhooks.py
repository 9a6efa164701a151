"""Webhooks: whether a request to your own address is genuine, and what it tells.

    keys = KeyCache(client)
    event = verify(body, headers, keys)

`body` is what came, byte for byte, before anything parses it. What Plaid asks for is done in its order: the header
Plaid-Verification is there; its token is signed by ES256 and nothing else, with a key that is in use; it was issued in
the last five minutes; and the SHA-256 of the body is the one that it names. It needs the extra `webhooks`:
`pip install "plaid-accounts[webhooks]"`.

Every webhook of an Item comes to the same address. Those that the contract does not describe raise
`errors.WebhookUnlistedError`, which has the whole body, when they are found genuine.
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
"""What the contract describes."""

EVENTS: Final[dict[tuple[str, str], type[Event]]] = {
    ("ITEM", "NEW_ACCOUNTS_AVAILABLE"): NewAccountsAvailableWebhook,
}
"""The model of each, by webhook_type and webhook_code."""

Headers = Mapping[str, str] | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]
"""The headers of a request, in any of the ways that frameworks give them; upper and lower case are the same."""

Key = WebhookVerificationKey | Mapping[str, object]
"""A JSON Web Key, as the model or as its JSON."""

KeyLookup = Callable[[str], Key | None]
"""Gives the key of an id, or None if there is none."""

AsyncKeyLookup = Callable[[str], Awaitable[Key | None]]
"""Gives the key of an id, or None if there is none."""


class Seen(Protocol):
    """Where deliveries are remembered, so that none is taken twice."""

    def add(self, delivery: Delivery) -> bool:
        """Remembers a delivery in one step; False if it was remembered before.

        A set of Redis with NX, or an INSERT that a unique column may refuse, will do. `delivery.token_sha256` is
        different for each that was signed anew, and none is taken again after `delivery.forgettable_at`.
        """
        ...


class AsyncSeen(Protocol):
    """What `Seen` is, for use with `await`."""

    async def add(self, delivery: Delivery) -> bool:
        """Remembers a delivery in one step; False if it was remembered before."""
        ...


def verify(body: bytes, headers: Headers, key_lookup: KeyLookup, *, seen: Seen | None = None) -> Event:
    """Tells what a webhook says, if it is genuine.

    Answer with 200 once what it says is done or written down, with 400 for a WebhookError, and with 500 for anything
    else: then it is sent again, signed anew. It carries no id of its own, so the same news may come more than once.

    Args:
        body: The bytes of the request, as they came.
        headers: The headers of the request.
        key_lookup: A `KeyCache`, or another function from a key's id to the key.
        seen: Where deliveries are remembered, if the same request must not be taken twice.

    Raises:
        ConfigurationError: The extra `webhooks` is not installed.
        ArgumentError: The body is not bytes.
        WebhookError: It is not to be acted on; a class for each reason.
        MalformedResponseError: It is genuine, and no JSON or of another shape than the contract's (DecodeError).
        ApiError: The key could not be looked up; so also TransportError. It is not known whether it is genuine.
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
    """Does what `verify` does, with `await` for the key and for what is remembered."""
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
            f"body= takes the bytes of the request as they came, not {type(body).__name__}: written again, JSON differs"
        )
    return body


def _require_new(new: object) -> None:
    if not new:
        raise WebhookDuplicateError("the same delivery was taken before: answer with 200 and do nothing")


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
        raise WebhookUnlistedError(kind, code, payload)
    return model.from_dict(payload)
