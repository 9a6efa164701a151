"""A genuine webhook gives its event, any other raises the exception for its reason."""

import asyncio
import json
import pickle
import re
import time
from typing import Any

import httpx
import pytest
from hypothesis import strategies

from plaid_accounts_contract.client import documents
from plaid_accounts_contract.client.calls import ACCESS_TOKEN, Outcome, attempt, errors, installed
from plaid_accounts_contract.client.effort import generated, scaled
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.webhook_signing import (
    BODY,
    EVENT,
    HEADER,
    ITEM_ID,
    KEY,
    KEY_ID,
    NOW,
    PLAID,
    REFUSALS,
    STRANGER,
    body,
    given,
    module,
)

pytestmark = pytest.mark.usefixtures("now")

# What the message of each contains, in any case.
WORDS = {
    "WebhookAlgorithmError": "ES256",
    "WebhookSignatureError": "signed with another key",
    "WebhookTooOldError": "issued more than 300 s ago|has expired, according to its exp",
    "WebhookFromFutureError": "this clock",
    "WebhookBodyError": "bytes as received",
    "WebhookKeyExpiredError": "no longer in use",
    "WebhookKeyUnknownError": "no key with the id",
    "WebhookKeyUnusableError": "not an ES256 key|another id",
    "WebhookHeaderMissingError": "no header Plaid-Verification",
    "WebhookTokenError": "Plaid-Verification|kid|iat|request_body_sha256|can't be parsed",
    "WebhookUnlistedError": "contract",
}


def verify(content: Any, headers: Any, key: Any = KEY) -> Outcome:
    """Verify with and without await, check that both agree, and return the result."""

    async def look_up(_: str) -> Any:
        return key

    plain = attempt(lambda: module().verify(content, headers, given(key)))
    awaited = attempt(lambda: asyncio.run(module().verify_async(content, headers, look_up)))
    assert repr(plain) == repr(awaited)
    return plain


@guarantee("webhook-genuine")
def test_a_genuine_webhook_gives_its_event() -> None:
    """A webhook signed as documented gives the model of its code, with the body's values."""
    event = verify(BODY, {HEADER: PLAID.token(BODY)}).model
    assert type(event) is installed().models.NewAccountsAvailableWebhook
    assert event.to_dict() == EVENT
    assert event.item_id == ITEM_ID
    assert event.environment is installed().models.WebhookEnvironment.SANDBOX


@guarantee("webhook-genuine")
def test_headers_may_come_in_any_form() -> None:
    """The header is found in dicts, pairs, bytes and the objects of frameworks, in capital or small letters."""
    token = PLAID.token(BODY)
    forms: list[Any] = [{name: token} for name in (HEADER, HEADER.lower(), HEADER.upper())]
    forms += [[("Content-Type", "application/json"), (HEADER, token)], iter([(b"plaid-verification", token.encode())])]
    forms += [httpx.Headers({HEADER: token})]
    for headers in forms:
        count("webhook-genuine")
        assert module().verify(BODY, headers, given(KEY)).item_id == ITEM_ID


@guarantee("webhook-genuine")
def test_a_key_may_be_a_model_or_json() -> None:
    """The key that is looked up may be the client's model, its JSON, or the plain members of a JSON Web Key."""
    plain = {name: KEY[name] for name in ("kty", "crv", "x", "y")}
    for key in (KEY, plain, installed().models.WebhookVerificationKey.from_dict(KEY), PLAID.key(expired_at=NOW + 1)):
        assert verify(BODY, {HEADER: PLAID.token(BODY)}, key).model.item_id == ITEM_ID


@guarantee("webhook-genuine")
def test_the_key_of_the_token_is_looked_up_once() -> None:
    """The look-up is called once, with the kid of the token."""
    requested: list[str] = []

    def look_up(key_id: str) -> Any:
        requested.append(key_id)
        return KEY

    module().verify(BODY, {HEADER: PLAID.token(BODY)}, look_up)
    assert requested == [KEY_ID]


@pytest.mark.parametrize("seconds", [-300, -299.5, 0, 60])
@guarantee("webhook-genuine")
def test_a_token_of_the_last_five_minutes_is_taken(seconds: float) -> None:
    """A token is valid for five minutes, and may come from a clock that is a minute ahead."""
    assert verify(BODY, {HEADER: PLAID.token(BODY, iat=NOW + seconds)}).model.item_id == ITEM_ID


@guarantee("webhook-genuine")
def test_the_clock_is_this_process_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """The age of a token is measured by the clock of this process alone."""
    later = 32_503_680_000
    monkeypatch.setattr(time, "time", lambda: float(later))
    assert verify(BODY, {HEADER: PLAID.token(BODY, iat=later)}).model.item_id == ITEM_ID


@guarantee("webhook-genuine")
def test_additional_claims_are_not_looked_at() -> None:
    """A token may have additional claims, also registered ones."""
    token = PLAID.token(BODY, aud="somebody", iss="plaid", sub=5, jti=5)
    assert verify(BODY, {HEADER: token}).model.item_id == ITEM_ID


@guarantee("webhook-genuine")
def test_an_id_of_128_characters_is_looked_up() -> None:
    """The longest id of a key that is looked up has 128 characters."""
    for key_id in ("k", "k" * 128):
        key = PLAID.key(kid=key_id)
        assert verify(BODY, {HEADER: PLAID.token(BODY, header={"kid": key_id})}, key).model.item_id == ITEM_ID


@guarantee("webhook-genuine")
def test_a_header_of_8192_characters_is_read() -> None:
    """The longest header that is read has 8192 characters; a longer one is an error before it is parsed."""
    made = [
        PLAID.token(BODY, header={"more": more}, pad="x" * pad) for more in ("", "x", "xx") for pad in range(5840, 5890)
    ]
    tokens = {len(token): token for token in made}
    assert verify(BODY, {HEADER: tokens[8192]}).model.item_id == ITEM_ID
    verify(BODY, {HEADER: tokens[8193]}).failure(errors().WebhookTokenError)


@generated(40, event=documents.bodies("NewAccountsAvailableWebhook"))
@guarantee("webhook-genuine")
def test_every_event_of_the_contract_is_read(event: Any) -> None:
    """Every webhook that the contract allows is decoded without loss, in any layout."""
    for content in (json.dumps(event, indent=2).encode(), json.dumps(event, ensure_ascii=False).encode()):
        time_of = PLAID.token(content, iat=int(time.time()))
        assert module().verify(content, {HEADER: time_of}, given(KEY)).to_dict() == event


@pytest.mark.parametrize("name", REFUSALS)
@guarantee("webhook-refused")
def test_whatever_is_wrong_has_an_exception(name: str) -> None:
    """Each deviation raises its own exception, described in the tree, with neither token nor body in message or cause."""
    content, token, key, expected = REFUSALS[name]
    error = verify(content, {} if token is None else {HEADER: token}, key).failure(errors().WebhookError)
    assert type(error).__name__ == expected
    assert re.search(WORDS[expected], str(error)), f"{expected} has the message {str(error)!r}"
    assert f"── {expected} " in errors().__doc__
    assert error.__cause__ is None
    text = f"{error} {error!r} {error.args} {error.__context__!r}"
    parts = [part for part in (token or "").split(".") if len(part) > 8]
    assert not [part for part in (*parts, "canary", KEY_ID, ACCESS_TOKEN) if part in text]


@guarantee("webhook-refused")
def test_every_exception_is_raised_by_something() -> None:
    """Every exception of webhooks has a case."""
    kinds = {kind.__name__ for kind in errors().WebhookError.__subclasses__()}
    assert kinds == {expected for *_, expected in REFUSALS.values()} | {"WebhookDuplicateError"}


@guarantee("webhook-refused")
def test_two_tokens_are_errors() -> None:
    """A request with two such headers is rejected: a proxy and the application may each use another one."""
    headers = [(HEADER, STRANGER.token(BODY)), (HEADER, PLAID.token(BODY))]
    verify(BODY, headers).failure(errors().WebhookTokenError)


@guarantee("webhook-refused")
def test_any_byte_changed_is_noticed() -> None:
    """A body with one byte changed, added or removed is never accepted."""
    token = PLAID.token(BODY)
    for place in range(0, len(BODY), max(1, len(BODY) // scaled(60))):
        count("webhook-refused", 3)
        changed = bytes([BODY[place] ^ 1])
        for content in (BODY[:place] + changed + BODY[place + 1 :], BODY[:place] + BODY[place + 1 :], BODY + changed):
            with pytest.raises(errors().WebhookBodyError):
                module().verify(content, {HEADER: token}, given(KEY))


@guarantee("webhook-refused")
def test_any_character_of_the_token_changed_is_noticed() -> None:
    """A token with one character changed is never accepted."""
    token = PLAID.token(BODY)
    # The last character of base64 carries two bits that mean nothing.
    for place in range(0, len(token) - 1, max(1, len(token) // scaled(60))):
        count("webhook-refused")
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(errors().WebhookError):
            module().verify(BODY, {HEADER: token[:place] + other + token[place + 1 :]}, given(KEY))


@generated(60, text=strategies.text() | strategies.from_regex(r"[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}"))
@guarantee("webhook-refused")
def test_no_header_breaks_it(text: str) -> None:
    """Any other header raises an exception of webhooks."""
    with pytest.raises(errors().WebhookError):
        module().verify(BODY, {HEADER: text}, given(KEY))


@pytest.mark.parametrize("content", [BODY.decode(), json.loads(BODY), bytearray(BODY), None])
@guarantee("webhook-refused")
def test_a_body_that_is_not_bytes_is_the_callers_mistake(content: Any) -> None:
    """A body that was decoded or parsed is an error with advice, since its bytes are lost."""
    error = verify(content, {HEADER: PLAID.token(BODY)}).failure(errors().ArgumentError)
    assert "bytes" in str(error)


@pytest.mark.parametrize(
    ("content", "path", "found"),
    [
        (b"[]", "", "an array"),
        (b'{"webhook_type":"ITEM"}', "webhook_code", "null"),
        (b'{"webhook_type":7}', "webhook_type", "an integer"),
        (body(item_id=5), "item_id", "an integer"),
    ],
)
@guarantee("webhook-refused")
def test_a_genuine_body_of_another_shape_is_named(content: bytes, path: str, found: str) -> None:
    """A body that Plaid signed and the contract does not allow raises DecodeError with the path, never the value."""
    error = verify(content, {HEADER: PLAID.token(content)}).failure(errors().DecodeError)
    assert (error.path, error.found) == (path, found)
    assert "canary" not in str(error)


@guarantee("webhook-refused")
def test_a_genuine_body_that_is_not_json_is_named() -> None:
    """A body that Plaid signed and that is not JSON raises MalformedResponseError."""
    for content in (b"", b"{", b"\xff", b"[" * 100_000):
        verify(content, {HEADER: PLAID.token(content)}).failure(errors().MalformedResponseError)


@guarantee("webhook-refused")
def test_an_unlisted_webhook_keeps_its_body() -> None:
    """A genuine webhook of another code has its type, code and body in the exception, also after a pickle."""
    content = body(webhook_code="PENDING_DISCONNECT", reason="canary")
    error = pickle.loads(pickle.dumps(verify(content, {HEADER: PLAID.token(content)}).error))  # noqa: S301 - made here
    sent = {"webhook_type": "ITEM", "webhook_code": "PENDING_DISCONNECT", "payload": json.loads(content)}
    assert {name: getattr(error, name, None) for name in sent} == sent
