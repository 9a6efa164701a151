"""The keys that webhooks are signed with: asked of the API, kept for their time, and not asked for in vain."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from importlib.util import find_spec
from typing import Any

import attrs
import httpx
import pytest

from plaid_accounts_contract.client import calls
from plaid_accounts_contract.client.calls import answering, client, errors, installed
from plaid_accounts_contract.client.guarantees import guarantee

if find_spec("jwt") is None or find_spec("cryptography") is None:
    pytest.skip('the extra is not installed: pip install "plaid-accounts[webhooks]"', allow_module_level=True)

from plaid_accounts_contract.client.forging import HEADER, ITEM_ID, KEY_ID, NOW, Sender, body

PLAID = Sender()
BODY = body()
UNKNOWN = {
    "error_type": "INVALID_INPUT",
    "error_code": "INVALID_WEBHOOK_VERIFICATION_KEY_ID",
    "error_message": "invalid key_id provided",
    "display_message": None,
    "request_id": "r",
}


@attrs.define
class Api:
    """The API of keys: answers for one id, and keeps what it was asked."""

    key: dict[str, Any] = attrs.field(factory=PLAID.key)
    asked: list[str] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        assert request.url.path == "/webhook_verification_key/get"
        self.asked.append(json.loads(request.content)["key_id"])
        if self.asked[-1] != KEY_ID:
            return answering(UNKNOWN, 400)(request)
        return answering({"key": self.key, "request_id": "r"})(request)


@attrs.define
class Clock:
    """A clock that stands until it is moved."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let the time be the one at which the tokens were issued, and stand still."""
    stopped = Clock()
    monkeypatch.setattr(time, "time", lambda: float(NOW))
    monkeypatch.setattr(time, "monotonic", stopped)
    return stopped


def cache(api: Any, **settings: Any) -> Any:
    """Make a cache that asks this API."""
    return installed().webhooks.KeyCache(client(api), **settings)


def verify(keys: Any, token: str) -> Any:
    """Verify a webhook with these keys."""
    return installed().webhooks.verify(BODY, {HEADER: token}, keys)


@guarantee("webhook-keys")
def test_a_key_is_asked_for_once_an_hour(clock: Clock) -> None:
    """A key is asked of the API by its id, kept for an hour, and then asked for again."""
    api = Api()
    keys = cache(api)
    for seconds, times in ((0, 1), (3599.5, 1), (0.5, 2), (10, 2)):
        clock.seconds += seconds
        assert verify(keys, PLAID.token(BODY)).item_id == ITEM_ID
        assert api.asked == [KEY_ID] * times


@guarantee("webhook-keys")
def test_a_key_that_expires_is_noticed(clock: Clock) -> None:
    """A key that ceased to be used is refused once it is asked for again."""
    api = Api()
    keys = cache(api, max_age=60)
    verify(keys, PLAID.token(BODY))
    api.key = PLAID.key(expired_at=NOW - 1)
    clock.seconds += 61
    with pytest.raises(errors().WebhookKeyExpiredError):
        verify(keys, PLAID.token(BODY))


@guarantee("webhook-keys")
def test_the_cache_serves_await_too(clock: Clock) -> None:
    """The same cache serves verify and verify_async, and asks once for both."""
    api = Api()
    made = client(api)
    keys = installed().webhooks.KeyCache(made)

    async def twice() -> list[Any]:
        headers = {HEADER: PLAID.token(BODY)}
        found = [await installed().webhooks.verify_async(BODY, headers, keys) for _ in range(2)]
        await made.aclose()
        return found

    assert [event.item_id for event in asyncio.run(twice())] == [ITEM_ID] * 2
    assert verify(keys, PLAID.token(BODY)).item_id == ITEM_ID
    assert api.asked == [KEY_ID]


@guarantee("webhook-keys")
def test_an_unknown_id_is_asked_for_once_a_minute(clock: Clock) -> None:
    """An id that no key has is refused, and not asked for again within a minute."""
    api = Api()
    keys = cache(api)
    for seconds, times in ((0, 1), (59.5, 1), (0.5, 2)):
        clock.seconds += seconds
        with pytest.raises(errors().WebhookKeyUnknownError):
            verify(keys, PLAID.token(BODY, header={"kid": "nobody"}))
        assert api.asked == ["nobody"] * times


@guarantee("webhook-keys")
def test_an_unknown_id_is_refused_with_await_too(clock: Clock) -> None:
    """With await too an id that no key has is refused, and remembered."""
    api = Api()
    made = client(api)
    keys = installed().webhooks.KeyCache(made)

    async def ask() -> None:
        headers = {HEADER: PLAID.token(BODY, header={"kid": "nobody"})}
        for _ in range(2):
            with pytest.raises(errors().WebhookKeyUnknownError):
                await installed().webhooks.verify_async(BODY, headers, keys)
        await made.aclose()

    asyncio.run(ask())
    assert api.asked == ["nobody"]


@guarantee("webhook-keys")
def test_a_flood_of_unknown_ids_asks_for_few(clock: Clock) -> None:
    """A thousand tokens with made-up ids ask for 32 keys and fill no memory; known keys are served meanwhile."""
    api = Api()
    keys = cache(api)
    verify(keys, PLAID.token(BODY))
    for number in range(1000):
        with pytest.raises(errors().WebhookKeyUnknownError):
            verify(keys, PLAID.token(BODY, header={"kid": f"made-up-{number}"}))
    assert len(api.asked) == 1 + 32
    assert verify(keys, PLAID.token(BODY)).item_id == ITEM_ID
    clock.seconds += 61
    with pytest.raises(errors().WebhookKeyUnknownError):
        verify(keys, PLAID.token(BODY, header={"kid": "later"}))
    assert api.asked[-1] == "later"


@guarantee("webhook-keys")
def test_a_key_that_cannot_be_asked_for_is_not_unknown(clock: Clock) -> None:
    """What keeps the API from answering is raised as it is, so that the webhook can be sent again."""
    limited = {**UNKNOWN, "error_type": "RATE_LIMIT_EXCEEDED", "error_code": "RATE_LIMIT"}
    with pytest.raises(errors().RateLimitExceededError):
        verify(cache(answering(limited, 429)), PLAID.token(BODY))

    def break_off(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no way")

    with pytest.raises(errors().TransportConnectionError):
        verify(cache(break_off), PLAID.token(BODY))


@guarantee("webhook-keys")
def test_a_key_that_cannot_be_asked_for_with_await_is_not_unknown(clock: Clock) -> None:
    """With await too an error of the API is raised as it is, and nothing is remembered."""
    limited = {**UNKNOWN, "error_type": "RATE_LIMIT_EXCEEDED", "error_code": "RATE_LIMIT"}
    made = client(answering(limited, 429))
    keys = installed().webhooks.KeyCache(made)

    async def ask() -> None:
        for _ in range(2):
            with pytest.raises(errors().RateLimitExceededError):
                await installed().webhooks.verify_async(BODY, {HEADER: PLAID.token(BODY)}, keys)
        await made.aclose()

    asyncio.run(ask())


@guarantee("webhook-keys")
def test_the_cache_serves_threads(clock: Clock) -> None:
    """One cache serves many threads."""
    keys, found = cache(Api()), list[str]()
    token = PLAID.token(BODY)
    threads = [threading.Thread(target=lambda: found.append(verify(keys, token).item_id)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [ITEM_ID] * 8


@guarantee("webhook-keys")
def test_a_key_may_be_kept_for_less_than_a_second(clock: Clock) -> None:
    """Any positive number of seconds is an age."""
    api = Api()
    keys = cache(api, max_age=0.5)
    for seconds, times in ((0, 1), (0.25, 1), (0.25, 2)):
        clock.seconds += seconds
        verify(keys, PLAID.token(BODY))
        assert len(api.asked) == times


@pytest.mark.parametrize("max_age", [0, -1, True, "60", None, float("nan")])
@guarantee("webhook-keys")
def test_an_unusable_age_is_refused(max_age: Any) -> None:
    """An age that is no positive number is refused by name."""
    with pytest.raises(errors().ConfigurationError, match="max_age="):
        cache(Api(), max_age=max_age)


@pytest.mark.parametrize("missing", ["jwt", "cryptography"])
@guarantee("webhook-keys")
def test_without_the_extra_it_says_what_to_install(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the libraries are not installed, the package imports, and verifying names the command to install them."""
    if missing == "jwt":
        monkeypatch.setitem(sys.modules, "jwt", None)
    else:
        monkeypatch.setattr("jwt.algorithms.has_crypto", False)
    with pytest.raises(calls.errors().ConfigurationError, match=r"pip install .plaid-accounts\[webhooks\]."):
        verify({}.get, "a.b.c")
