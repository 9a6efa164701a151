"""What the tests of the client share: a pytest plugin, and by `conftest.py` also there where pytest is started by itself."""

from __future__ import annotations

import asyncio
import functools
import ssl
import time
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def certificates_read_once() -> Iterator[None]:
    """Let all connections share one TLS context: reading the certificates takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Keep the seconds that would have been waited between two attempts, and wait none of them."""
    kept: list[float] = []
    genuine = asyncio.sleep

    async def pass_on(seconds: float) -> None:
        if seconds:
            kept.append(seconds)
        await genuine(0)

    monkeypatch.setattr(time, "sleep", kept.append)
    monkeypatch.setattr(asyncio, "sleep", pass_on)
    return kept
