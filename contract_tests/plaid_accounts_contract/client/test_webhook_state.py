"""State between webhooks: keys are cached, and deliveries are accepted once."""

import asyncio
import base64
import hashlib
import json
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import attrs
import httpx
import pytest

from plaid_accounts_contract.client import calls
from plaid_accounts_contract.client.calls import client, errors, installed, responding
from plaid_accounts_contract.client.forks import exit_statuses
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.webhook_signing import (
    BODY,
    HEADER,
    ITEM_ID,
    KEY,
    KEY_ID,
    NOW,
    PLAID,
    REFUSALS,
    given,
    module,
)

pytestmark = pytest.mark.usefixtures("now")

UNKNOWN = {
    "error_type": "INVALID_INPUT",
    "error_code": "INVALID_WEBHOOK_VERIFICATION_KEY_ID",
    "error_message": "invalid key_id provided",
    "display_message": None,
    "request_id": "r",
}


@attrs.define
class Api:
    """The API of keys: knows one id, and records the requested ones."""

    key: dict[str, Any] = attrs.field(factory=PLAID.key)
    requested: list[str] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        assert request.url.path == "/webhook_verification_key/get"
        self.requested.append(json.loads(request.content)["key_id"])
        if self.requested[-1] != KEY_ID:
            return responding(UNKNOWN, 400)(request)
        return responding({"key": self.key, "request_id": "r"})(request)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that tests set."""
    stopped = SimpleNamespace(seconds=1000.0)
    monkeypatch.setattr(time, "monotonic", lambda: stopped.seconds)
    return stopped


def cache(api: Any, **settings: Any) -> Any:
    """Create a cache that requests keys from this API."""
    return installed().webhooks.KeyCache(client(api), **settings)


def verify(keys: Any, token: str, style: str = "sync", **settings: Any) -> Any:
    """Verify a webhook with these keys, with or without await."""
    if style == "async":
        return asyncio.run(installed().webhooks.verify_async(BODY, {HEADER: token}, keys, **settings))
    return installed().webhooks.verify(BODY, {HEADER: token}, keys, **settings)


@pytest.mark.parametrize("style", ["sync", "async"])
@pytest.mark.parametrize(
    ("key_id", "settings", "seconds"),
    [(KEY_ID, {}, 3600), (KEY_ID, {"max_age": 0.5}, 0.5), ("nobody", {}, 60)],
    ids=["by default", "max_age", "unknown"],
)
@guarantee("webhook-keys")
def test_a_key_is_requested_once_an_hour(
    clock: SimpleNamespace, key_id: str, settings: Any, seconds: float, style: str
) -> None:
    """A key is requested by its id and cached for an hour or max_age; an id that no key has is remembered for a minute."""
    api = Api()
    keys = cache(api, **settings)
    for passed, times in ((0, 1), (seconds - 0.25, 1), (0.25, 2), (seconds / 4, 2)):
        clock.seconds += passed
        found = asyncio.run(keys.look_up_async(key_id)) if style == "async" else keys(key_id)
        assert (found and found.kid) == (KEY_ID if key_id == KEY_ID else None)
        assert api.requested == [key_id] * times


@guarantee("webhook-keys")
def test_a_key_that_expires_is_noticed(clock: SimpleNamespace) -> None:
    """An expired key is rejected once it is requested again."""
    api = Api()
    keys = cache(api, max_age=60)
    verify(keys, PLAID.token(BODY))
    api.key = PLAID.key(expired_at=NOW - 1)
    clock.seconds += 61
    with pytest.raises(errors().WebhookKeyExpiredError):
        verify(keys, PLAID.token(BODY))


@guarantee("webhook-keys")
def test_the_cache_serves_await_too(clock: SimpleNamespace) -> None:
    """The same cache serves verify and verify_async, with one request for both."""
    api = Api()
    keys = cache(api)
    for style in ("async", "sync"):
        assert verify(keys, PLAID.token(BODY), style).item_id == ITEM_ID
    assert api.requested == [KEY_ID]


@guarantee("webhook-keys")
def test_a_flood_of_unknown_ids_asks_for_few(clock: SimpleNamespace) -> None:
    """A thousand tokens with made-up ids cause 32 requests; a known key is served meanwhile, and refreshed when it is due."""
    api = Api()
    keys = cache(api)
    verify(keys, PLAID.token(BODY))
    for number in range(1000):
        with pytest.raises(errors().WebhookKeyUnknownError if number < 32 else errors().WebhookKeyUnavailableError):
            verify(keys, PLAID.token(BODY, header={"kid": f"made-up-{number}"}))
    assert len(api.requested) == 1 + 32
    assert verify(keys, PLAID.token(BODY)).item_id == ITEM_ID
    clock.seconds += 3600
    for number in range(32):
        with pytest.raises(errors().WebhookKeyUnknownError):
            verify(keys, PLAID.token(BODY, header={"kid": f"again-{number}"}))
    assert verify(keys, PLAID.token(BODY)).item_id == ITEM_ID
    assert api.requested[-1] == KEY_ID
    clock.seconds += 61
    with pytest.raises(errors().WebhookKeyUnknownError):
        verify(keys, PLAID.token(BODY, header={"kid": "later"}))
    assert api.requested[-1] == "later"


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("webhook-keys")
def test_a_key_that_cannot_be_requested_is_not_unknown(clock: SimpleNamespace, style: str) -> None:
    """An error of the API propagates, so that the webhook can be sent again, and nothing is remembered."""
    limited = {**UNKNOWN, "error_type": "RATE_LIMIT_EXCEEDED", "error_code": "RATE_LIMIT"}
    keys = cache(responding(limited, 429))
    for _ in range(2):
        with pytest.raises(errors().RateLimitExceededError):
            verify(keys, PLAID.token(BODY), style)

    def break_off(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no way")

    with pytest.raises(errors().TransportConnectionError):
        verify(cache(break_off), PLAID.token(BODY), style)


@pytest.mark.parametrize("max_age", [0, -1, True, "60", None, float("nan")])
@guarantee("webhook-keys")
def test_an_invalid_age_is_an_error(max_age: Any) -> None:
    """A max_age that is not a positive number is an error that names it."""
    with pytest.raises(errors().ConfigurationError, match="max_age="):
        cache(Api(), max_age=max_age)


@pytest.mark.parametrize("missing", ["jwt", "cryptography"])
@guarantee("webhook-keys")
def test_without_the_extra_the_error_has_the_command(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, the package imports, and the error of verify has the command to install it."""
    if missing == "jwt":
        monkeypatch.setitem(sys.modules, "jwt", None)
    else:
        monkeypatch.setattr("jwt.algorithms.has_crypto", False)
    with pytest.raises(calls.errors().ConfigurationError, match=r"pip install .plaid-accounts\[webhooks\]."):
        verify({}.get, "a.b.c")


class Remembered(set[str]):
    """A store of deliveries, as a caller may write it."""

    def add(self, delivery: Any) -> bool:  # type: ignore[override]
        """Add a delivery; return False for one that was added before."""
        new = delivery.token_sha256 not in self
        super().add(delivery.token_sha256)
        return new


class AwaitedStore:
    """The same, for `await`."""

    def __init__(self) -> None:
        """Start empty."""
        self.seen = Remembered()

    async def add(self, delivery: Any) -> bool:
        """Add a delivery; return False for one that was added before."""
        return self.seen.add(delivery)


@pytest.mark.parametrize(("style", "store"), [("sync", Remembered), ("async", Remembered), ("async", AwaitedStore)])
@guarantee("webhook-once")
def test_the_same_delivery_is_taken_once(style: str, store: Any) -> None:
    """The same delivery is rejected the second time; the same event, signed again, is accepted."""

    async def look_up(_: str) -> Any:
        return KEY

    seen, token, keys = store(), PLAID.token(BODY), look_up if style == "async" else given(KEY)
    assert verify(keys, token, style, seen=seen).item_id == ITEM_ID
    with pytest.raises(errors().WebhookDuplicateError, match="accepted before"):
        verify(keys, token, style, seen=seen)
    assert verify(keys, PLAID.token(BODY, iat=NOW + 1), style, seen=seen).item_id == ITEM_ID


@guarantee("webhook-once")
def test_only_genuine_deliveries_are_remembered() -> None:
    """A rejected delivery is not remembered, so that nobody can block the genuine one."""
    seen = Remembered()
    for content, token, key, expected in REFUSALS.values():
        if expected != "WebhookUnlistedError":
            with pytest.raises(errors().WebhookError):
                module().verify(content, {} if token is None else {HEADER: token}, given(key), seen=seen)
    assert not seen


@guarantee("webhook-once")
def test_a_delivery_has_its_expiry() -> None:
    """A delivery has the digests of token and body, and the time when it expires."""
    kept: list[Any] = []

    class Kept:
        def add(self, delivery: Any) -> bool:
            kept.append(delivery)
            return True

    token = PLAID.token(BODY)
    module().verify(BODY, {HEADER: token}, given(KEY), seen=Kept())
    assert kept[0].token_sha256 == hashlib.sha256(token.rpartition(".")[0].encode()).hexdigest()
    assert kept[0].body_sha256 == hashlib.sha256(BODY).hexdigest()
    assert (kept[0].issued_at, kept[0].forgettable_at) == (NOW, NOW + 300)


ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256: with s, n - s is valid too."""


def respelt(token: str) -> list[str]:
    """Return other spellings of a token, each with a valid signature."""
    signed, signature = token.rsplit(".", 1)
    raw = base64.urlsafe_b64decode(signature + "==")
    turned = raw[:32] + (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    return [f"{token}=", f"{token}==", f"{signed}.{base64.urlsafe_b64encode(turned).rstrip(b'=').decode()}"]


@guarantee("webhook-once")
def test_another_spelling_is_a_duplicate() -> None:
    """A captured delivery with its signature padded, or with s replaced by n - s, is not accepted again."""
    seen, token = Remembered(), PLAID.token(BODY)
    assert module().verify(BODY, {HEADER: token}, given(KEY), seen=seen).item_id == ITEM_ID
    for other in respelt(token):
        with pytest.raises(errors().WebhookError):
            module().verify(BODY, {HEADER: other}, given(KEY), seen=seen)


@pytest.mark.parametrize("distinct", [False, True], ids=["one key", "many keys"])
@guarantee("webhook-keys")
def test_parallel_deliveries_cause_few_lookups(clock: SimpleNamespace, *, distinct: bool) -> None:
    """Of 300 deliveries at the same time, with await and in threads, one looks up a key; of made-up ids, 32."""
    names = [f"made-up-{number}" if distinct else KEY_ID for number in range(300)]
    api, gate = Api(), asyncio.Event()

    async def respond(request: httpx.Request) -> httpx.Response:
        await gate.wait()
        return api(request)

    async def deliver() -> list[Any]:
        keys = installed().webhooks.KeyCache(client(transport=httpx.MockTransport(respond)))
        tasks = [asyncio.ensure_future(keys.look_up_async(name)) for name in names]
        await asyncio.sleep(0)
        gate.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    found = asyncio.run(deliver())
    refused = [one for one in found if isinstance(one, errors().WebhookKeyUnavailableError)]
    assert (len(api.requested), len(refused)) == ((32, 268) if distinct else (1, 0))
    api, begun, go = Api(), threading.Event(), threading.Event()

    def wait(request: httpx.Request) -> httpx.Response:
        begun.set()
        go.wait()
        return api(request)

    keys = cache(wait)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(keys, KEY_ID) for _ in range(8)]
        begun.wait()
        go.set()
        assert {one.result().kid for one in waiting} == {KEY_ID}
    assert api.requested == [KEY_ID]


@guarantee("webhook-keys")
def test_a_known_key_stays_in_use_until_it_is_refreshed(clock: SimpleNamespace) -> None:
    """While a due key is refreshed, and if that fails, the known one is used; one that the API no longer knows is not."""
    api = Api()
    responses: list[Any] = [api, responding(UNKNOWN | {"error_code": "RATE_LIMIT"}, 429), responding(UNKNOWN, 400)]

    def respond(request: httpx.Request) -> Any:
        if keys._keys:
            assert keys._begin(KEY_ID, None, threading.Event)[0].kid == KEY_ID
        return responses[0](request)

    keys = cache(respond)
    for _ in range(2):
        assert verify(keys, PLAID.token(BODY)).item_id == ITEM_ID
        clock.seconds += 3601
        del responses[0]
        responses.append(responses[-1])
    with pytest.raises(errors().WebhookKeyUnknownError):
        verify(keys, PLAID.token(BODY))


@guarantee("webhook-keys")
def test_a_cancelled_lookup_is_done_by_the_next_task() -> None:
    """If the task that looks a key up is cancelled, one that waits for it looks the key up itself."""
    requested = asyncio.Event()

    async def handle(request: httpx.Request) -> httpx.Response:
        if not requested.is_set():
            requested.set()
            await asyncio.Event().wait()
        return responding({"key": PLAID.key(), "request_id": "r"})(request)

    async def look_up() -> Any:
        keys = cache(handle)
        first = asyncio.create_task(keys.look_up_async(KEY_ID))
        await requested.wait()
        second = asyncio.create_task(keys.look_up_async(KEY_ID))
        first.cancel()
        return await second

    found = asyncio.run(look_up())
    assert found is not None
    assert found.kid == KEY_ID


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform does not fork")
@guarantee("webhook-keys")
def test_a_child_does_not_wait_for_a_thread_of_its_parent() -> None:
    """A process that is forked while a thread looks a key up looks it up itself."""
    parent, requested, released = os.getpid(), threading.Event(), threading.Event()

    def handle(request: httpx.Request) -> httpx.Response:
        if os.getpid() == parent:
            requested.set()
            released.wait()
        return responding({"key": PLAID.key(), "request_id": "r"})(request)

    keys = cache(handle)
    thread = threading.Thread(target=keys, args=(KEY_ID,))
    thread.start()
    requested.wait()

    def look_up() -> int:
        signal.alarm(5)
        return int(keys(KEY_ID).kid != KEY_ID)

    statuses = exit_statuses([look_up])
    released.set()
    thread.join()
    assert statuses == [0]
