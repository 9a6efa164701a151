"""Calls cancelled at any step: none leaves a connection open, or takes a place in the pool for good."""

import asyncio
import gc
import importlib
import itertools
import ssl
import types
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import anyio
import pytest

from plaid_accounts_contract.client import misbehaving_servers
from plaid_accounts_contract.client.calls import ACCESS_TOKEN, client, installed
from plaid_accounts_contract.client.certificates import tls_contexts
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.misbehaving_servers import Open, serving

KINDS: Final = [("http", False), ("http", True), ("https", False), ("https of httpcore", False)]
"""Scheme, with what encrypts other connections than asyncio's, and whether the connection has been used before."""


@types.coroutine
def _interrupted(call: Any, step: int, interrupt: Callable[..., object], *, late: bool) -> Generator[Any, Any, bool]:
    """Run a call, and interrupt it at a step; return whether it has ended before.

    Late is when the step has finished, but the call has not been resumed yet.
    """
    resume: Callable[[], Any] = partial(call.send, None)
    for number in itertools.count():
        try:
            waited_for = resume()
        except StopIteration:
            return number <= step
        if number == step:
            schedule = asyncio.get_running_loop().call_soon
            if late and waited_for is not None:
                schedule = waited_for.add_done_callback
            schedule(interrupt)
        try:
            yield waited_for
        except BaseException as error:  # noqa: BLE001 - passed on
            resume = partial(call.throw, error)
        else:
            resume = partial(call.send, None)
    raise AssertionError


async def _cancelled(made: Any, step: int, *, scoped: bool, late: bool) -> bool:
    """Cancel a call at a step, its task or as a total timeout does; return whether it has ended before."""
    call, task = made.accounts_get_async(access_token=ACCESS_TOKEN), asyncio.current_task()
    assert task is not None
    try:
        with anyio.CancelScope() as scope:
            return await _interrupted(call, step, lambda *_: (scope if scoped else task).cancel(), late=late)
    except asyncio.CancelledError:
        task.uncancel()
    return False


@contextmanager
def _served(tmp_path: Path, scheme: str) -> Generator[tuple[Open, dict[str, Any]]]:
    server: ssl.SSLContext | None = None
    settings: dict[str, Any] = {}
    if scheme != "http":
        server, settings["ssl_context"] = tls_contexts(tmp_path)
    connections = Open()
    misbehaving_servers.body()  # The first one takes too long for a server.
    with serving(connections, tls=server) as url:
        yield connections, {"base_url": url, **settings}


@pytest.mark.parametrize("scoped", [False, True], ids=["task", "scope"])
@pytest.mark.parametrize("late", [False, True], ids=["waiting", "late"])
@pytest.mark.parametrize(("scheme", "kept"), KINDS, ids=["new", "kept", "encrypted", "by httpcore"])
@guarantee("lifecycle")
def test_a_cancelled_call_leaves_no_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, *, kept: bool, late: bool, scoped: bool
) -> None:
    """Whenever a call is cancelled, at each of its steps, one connection at most stays open, and the next call uses it."""
    if "httpcore" in scheme:
        sockets = importlib.import_module(f"{installed().__name__}.sockets")
        monkeypatch.setattr(sockets, "_taken_over", sockets._Guarded)

    async def steps(connections: Open, settings: Any) -> int:
        for step in itertools.count():
            made = client(**settings)
            if kept:
                await made.accounts_get_async(access_token=ACCESS_TOKEN)
            ended = await _cancelled(made, step, scoped=scoped, late=late)
            assert await made.accounts_get_async(access_token=ACCESS_TOKEN)
            assert connections.become(1), f"after step {step}"
            await made.aclose()
            assert connections.become(0), f"after step {step}"
            if ended:
                return step
        raise AssertionError

    with _served(tmp_path, scheme) as (connections, settings), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert asyncio.run(steps(connections, settings)) > 1
        gc.collect()
    assert [str(warning.message) for warning in warned] == []
