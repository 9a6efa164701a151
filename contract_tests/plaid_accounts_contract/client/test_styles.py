"""The ways of calling, with and without `await`, by method and by function: the same requests, objects and errors."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from plaid_accounts_contract.client import bodies
from plaid_accounts_contract.client.calls import SECRETS, STYLES, answering, call, client, installed
from plaid_accounts_contract.client.guarantees import count, guarantee


@guarantee("sync-async-same")
def test_every_style_gives_the_same() -> None:
    """In each of the six ways of calling, an answer, an error and a malformed answer give the same request and result."""
    answers = [(200, body) for body in bodies.successes()] + [(400, body) for body in bodies.errors()]
    answers += [(200, {"accounts": 1}), (200, b"{"), (302, b""), (503, b"<html>"), (599, b"")]
    for status, body in answers:
        count("sync-async-same", len(STYLES))
        seen = []
        for style in STYLES:
            requests: list[httpx.Request] = []

            def handle(request: httpx.Request, kept: Any = requests, answer: Any = (body, status)) -> httpx.Response:
                kept.append(request)
                return answering(*answer)(request)

            outcome = call(client(handle), style, account_ids=["a", "b"])
            sent = requests[0]
            seen.append((outcome.summary(), sent.method, str(sent.url), sorted(sent.headers.items()), sent.content))
        assert all(repr(one) == repr(seen[0]) for one in seen)


@pytest.mark.parametrize("style", ["api.sync_detailed", "api.asyncio_detailed"])
@guarantee("sync-async-same")
def test_a_detailed_call_gives_status_headers_and_request_id(style: Any) -> None:
    """A `_detailed` call has status, headers, body, model and request_id."""
    body = bodies.complete()
    response = call(client(answering(body, 203, {"Content-Type": "application/json", "X-A": "b"})), style).value
    assert isinstance(response, installed().Response)
    assert response.status_code == 203
    assert response.headers["x-a"] == "b"
    assert response.request_id == body["request_id"]
    assert response.parsed == call(client(answering(body))).model
    assert not [secret for secret in SECRETS if secret in repr(response)]
