"""One client in many threads, tasks and event loops; opened, closed and used again."""

import asyncio
import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest

from plaid_accounts_contract.client import bodies, misbehaving_servers
from plaid_accounts_contract.client.calls import ACCESS_TOKEN, Outcome, call, client, connect, errors, responding
from plaid_accounts_contract.client.effort import scaled
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.plugin import ReferenceServer

THREADS: Final = 8
CALLS: Final = min(scaled(160), 400)


def expected(server: ReferenceServer) -> dict[str, set[str]]:
    """Return the account ids of each token."""
    items = server.dataset.items
    return {token: set(items[token].account_ids()) for token in server.access_tokens}


def ids_of(model: Any) -> set[str]:
    """Return the account ids of a response."""
    return {account.account_id for account in model.accounts}


@guarantee("threads")
def test_each_thread_gets_its_own_response(plaid_reference_server: ReferenceServer) -> None:
    """Eight threads that share a client each get the accounts or the error of their own token, and every request_id once."""
    server, wanted = plaid_reference_server, expected(plaid_reference_server)
    codes = {server.error_token(code): code for code in ("ITEM_LOGIN_REQUIRED", "NO_ACCOUNTS")}
    codes["unknown"] = "INVALID_ACCESS_TOKEN"
    tokens = [*wanted, *codes] * (CALLS // len(wanted) + 1)
    barrier = threading.Barrier(THREADS)

    def ask(turn: int) -> list[tuple[str, Any]]:
        barrier.wait(60)
        return [(token, call(made, access_token=token)) for token in tokens[turn::THREADS]]

    with connect(server) as made, ThreadPoolExecutor(THREADS) as pool:
        outcomes = [pair for pairs in pool.map(ask, range(THREADS)) for pair in pairs]
    count("threads", len(outcomes))
    for token, outcome in outcomes:
        if token in codes:
            assert outcome.failure(errors().ApiError).error_code == codes[token]
        else:
            assert ids_of(outcome.model) == wanted[token]
    assert len({(outcome.error or outcome.model).request_id for _, outcome in outcomes}) == len(tokens)


@guarantee("threads")
def test_threads_make_one_httpx_client() -> None:
    """Threads that make the first call concurrently share one httpx client."""
    made = client(responding(bodies.complete()))
    barrier = threading.Barrier(THREADS)

    def first(_: int) -> int:
        barrier.wait(60)
        return id(made.get_httpx_client())

    with ThreadPoolExecutor(THREADS) as pool:
        assert len(set(pool.map(first, range(THREADS)))) == 1


@guarantee("tasks")
def test_each_task_gets_its_own_response(plaid_reference_server: ReferenceServer) -> None:
    """Many tasks that share a client each get the accounts of their own token."""
    wanted = expected(plaid_reference_server)
    tokens = [*wanted] * (CALLS // len(wanted) + 1)

    async def ask_all() -> list[Any]:
        async with connect(plaid_reference_server) as made:
            return await asyncio.gather(*(made.accounts_get_async(access_token=token) for token in tokens))

    models = asyncio.run(ask_all())
    count("tasks", len(models))
    assert not [token for token, model in zip(tokens, models, strict=True) if ids_of(model) != wanted[token]]
    assert len({model.request_id for model in models}) == len(models)


@guarantee("tasks")
def test_a_client_outlives_an_event_loop(plaid_reference_server: ReferenceServer) -> None:
    """One client works in one event loop after another, and in several threads with their own loops."""
    made = connect(plaid_reference_server)
    token = plaid_reference_server.access_token

    def ask(token: str) -> Outcome:
        return call(made, "async", access_token=token)

    for _ in range(3):
        assert ask(token).model
    with ThreadPoolExecutor(THREADS) as pool:
        for outcome in pool.map(ask, [token] * THREADS):
            count("tasks")
            assert outcome.model


@guarantee("tasks")
def test_a_cancelled_task_harms_no_other() -> None:
    """A task that is cancelled while it waits ends, and the client still works."""
    arrived = threading.Event()

    async def cancel() -> Any:
        async with client(base_url=url) as made:
            waiting = asyncio.ensure_future(made.accounts_get_async(access_token=ACCESS_TOKEN))
            await asyncio.to_thread(arrived.wait)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            return await made.accounts_get_async(access_token=ACCESS_TOKEN)

    with misbehaving_servers.serving(misbehaving_servers.then(misbehaving_servers.hanging(arrived))) as url:
        assert asyncio.run(cancel()).accounts


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("lifecycle")
def test_a_client_can_be_opened_more_than_once(style: Any, plaid_reference_server: ReferenceServer) -> None:
    """A client works in nested and repeated `with` blocks, and without one."""
    made, token = connect(plaid_reference_server), plaid_reference_server.access_token

    async def awaited() -> list[Any]:
        found = []
        for _ in range(2):
            async with made as again, made:
                assert again is made
                found.append(await made.accounts_get_async(access_token=token))
        found.append(await made.accounts_get_async(access_token=token))
        await made.aclose()
        await made.aclose()
        return found

    if style == "async":
        assert all(model.accounts for model in asyncio.run(awaited()))
        return
    for _ in range(2):
        with made:
            with made as again:
                assert again is made
                assert call(made, access_token=token).model
            assert call(made, access_token=token).model
    assert call(made, access_token=token).model
    made.close()
    made.close()


@guarantee("lifecycle")
def test_blocks_with_and_without_await_are_counted_apart() -> None:
    """The end of an `async with` block closes its connections, even inside a `with` block."""
    connections = misbehaving_servers.Open()

    async def awaited(made: Any) -> None:
        async with made:
            await made.accounts_get_async(access_token=ACCESS_TOKEN)

    with misbehaving_servers.serving(connections) as url, client(base_url=url) as made:
        asyncio.run(awaited(made))
        assert connections.become(0)


@pytest.mark.parametrize("style", ["sync", "async"])
@guarantee("lifecycle")
def test_closing_closes_connections(style: Any) -> None:
    """The end of the outermost block closes the connections, also when the block raises."""
    connections = misbehaving_servers.Open()

    def plain(url: str) -> None:
        with client(base_url=url) as made:
            with made:
                assert call(made).model
            assert call(made).model
            assert connections.accepted == 1, "the end of the inner block closes the connection"
            raise LookupError

    async def awaited(url: str) -> None:
        async with client(base_url=url) as made:
            async with made:
                await made.accounts_get_async(access_token=ACCESS_TOKEN)
            await made.accounts_get_async(access_token=ACCESS_TOKEN)
            assert connections.accepted == 1, "the end of the inner block closes the connection"
            raise LookupError

    with misbehaving_servers.serving(connections) as url:
        with pytest.raises(LookupError):
            asyncio.run(awaited(url)) if style == "async" else plain(url)
        assert connections.become(0)


@guarantee("lifecycle")
def test_an_event_loop_that_has_ended_is_let_go() -> None:
    """A client that outlives an event loop does not keep it in memory."""
    made = client(responding(bodies.complete()))

    async def awaited() -> weakref.ref[asyncio.AbstractEventLoop]:
        async with made, made:
            await made.accounts_get_async(access_token=ACCESS_TOKEN)
        return weakref.ref(asyncio.get_running_loop())

    loop = asyncio.run(awaited())
    gc.collect()
    assert loop() is None
