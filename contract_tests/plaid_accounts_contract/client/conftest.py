"""Fixtures of the client's tests. `check-client` loads this module as a plugin, since it runs without conftest files."""

import asyncio
import functools
import ssl
import time
from collections.abc import Iterator

import anyio
import pytest


@pytest.fixture(scope="session", autouse=True)
def certificates_read_once() -> Iterator[None]:
    """Share one TLS context among all connections: reading the certificates takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the waits between two attempts, in seconds, instead of waiting."""
    kept: list[float] = []

    async def pass_on(seconds: float) -> None:
        if seconds:
            kept.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(time, "sleep", kept.append)
    monkeypatch.setattr(anyio, "sleep", pass_on)
    return kept


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the time to that of the tokens of webhooks."""
    from plaid_accounts_contract.client.webhook_signing import NOW  # noqa: PLC0415 - needs the extra

    monkeypatch.setattr(time, "time", lambda: float(NOW))
