"""Deliveries of webhooks: the same one is taken once, where the caller remembers them."""

from __future__ import annotations

import asyncio
import hashlib
import time
from importlib.util import find_spec
from typing import Any

import pytest

from plaid_accounts_contract.client.calls import errors
from plaid_accounts_contract.client.guarantees import guarantee

if find_spec("jwt") is None or find_spec("cryptography") is None:
    pytest.skip('the extra is not installed: pip install "plaid-accounts[webhooks]"', allow_module_level=True)

from plaid_accounts_contract.client.forging import HEADER, ITEM_ID, NOW
from plaid_accounts_contract.client.test_webhooks import BODY, KEY, PLAID, REFUSALS, given, module


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be the time at which the tokens were issued."""
    monkeypatch.setattr(time, "time", lambda: float(NOW))


class Remembered(set[str]):
    """Where deliveries are remembered, as a caller may write it."""

    def add(self, delivery: Any) -> bool:  # type: ignore[override]
        """Remember a delivery; False if it was remembered before."""
        new = delivery.token_sha256 not in self
        super().add(delivery.token_sha256)
        return new


@guarantee("webhook-once")
def test_the_same_delivery_is_taken_once() -> None:
    """The same request again is refused; the same news signed anew, as after a failure, is taken."""
    seen, headers = Remembered(), {HEADER: PLAID.token(BODY)}
    assert module().verify(BODY, headers, given(KEY), seen=seen).item_id == ITEM_ID
    with pytest.raises(errors().WebhookDuplicateError, match="taken before"):
        module().verify(BODY, headers, given(KEY), seen=seen)
    assert module().verify(BODY, {HEADER: PLAID.token(BODY)}, given(KEY), seen=seen).item_id == ITEM_ID


@guarantee("webhook-once")
def test_the_same_delivery_is_taken_once_with_await() -> None:
    """With await too the same request again is refused, whether what remembers is awaited or not."""

    class Awaited:
        def __init__(self) -> None:
            self.seen = Remembered()

        async def add(self, delivery: Any) -> bool:
            return self.seen.add(delivery)

    async def look_up(_: str) -> Any:
        return KEY

    for seen in (Remembered(), Awaited()):
        headers = {HEADER: PLAID.token(BODY)}
        assert asyncio.run(module().verify_async(BODY, headers, look_up, seen=seen)).item_id == ITEM_ID
        with pytest.raises(errors().WebhookDuplicateError, match="taken before"):
            asyncio.run(module().verify_async(BODY, headers, look_up, seen=seen))


@guarantee("webhook-once")
def test_only_what_is_genuine_is_remembered() -> None:
    """A delivery that is refused is not remembered, so nobody can keep the genuine one out."""
    seen = Remembered()
    for content, token, key, expected in REFUSALS.values():
        if expected != "WebhookUnlistedError":
            with pytest.raises(errors().WebhookError):
                module().verify(content, {} if token is None else {HEADER: token}, given(key), seen=seen)
    assert not seen


@guarantee("webhook-once")
def test_a_delivery_says_how_long_to_remember_it() -> None:
    """A delivery has the digests of token and body, and the time after which it is refused anyway."""
    kept: list[Any] = []

    class Kept:
        def add(self, delivery: Any) -> bool:
            kept.append(delivery)
            return True

    token = PLAID.token(BODY)
    module().verify(BODY, {HEADER: token}, given(KEY), seen=Kept())
    assert kept[0].token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert kept[0].body_sha256 == hashlib.sha256(BODY).hexdigest()
    assert (kept[0].issued_at, kept[0].forgettable_at) == (NOW, NOW + 300)
