"""One client in many threads, tasks and event loops; opened, closed and used again."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest

from plaid_accounts_contract.client import bodies, rude_servers
from plaid_accounts_contract.client.calls import ACCESS_TOKEN, Outcome, answering, call, client, errors
from plaid_accounts_contract.client.effort import scaled
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.test_live import connect
from plaid_accounts_contract.plugin import ReferenceServer

THREADS: Final = 8
CALLS: Final = min(scaled(160), 400)


def expected(server: ReferenceServer) -> dict[str, set[str]]:
    """Return the ids of the accounts that each token opens."""
    items = server.world.items
    return {token: set(items[token].account_ids()) for token in server.access_tokens}


def ids_of(model: Any) -> set[str]:
    """Return the ids of the accounts of an answer."""
    return {account.account_id for account in model.accounts}


@guarantee("threads")
def test_each_thread_gets_its_own_answer(plaid_reference_server: ReferenceServer) -> None:
    """Eight threads that share a client each get the accounts of their own token, and every request_id once."""
    wanted = expected(plaid_reference_server)
    tokens = [*wanted] * (CALLS // len(wanted) + 1)
    barrier = threading.Barrier(THREADS)

    def ask(turn: int) -> list[tuple[str, Any]]:
        barrier.wait(60)
        return [(token, made.accounts_get(access_token=token)) for token in tokens[turn::THREADS]]

    with connect(plaid_reference_server) as made, ThreadPoolExecutor(THREADS) as pool:
        answers = [pair for pairs in pool.map(ask, range(THREADS)) for pair in pairs]
    count("threads", len(answers))
    assert len(answers) == len(tokens)
    assert not [token for token, model in answers if ids_of(model) != wanted[token]]
    assert len({model.request_id for _, model in answers}) == len(answers)


@guarantee("threads")
def test_threads_make_one_httpx_client() -> None:
    """Threads that call for the first time at once share the connections of one httpx client."""
    made = client(answering(bodies.complete()))
    barrier = threading.Barrier(THREADS)

    def first(_: int) -> int:
        barrier.wait(60)
        return id(made.get_httpx_client())

    with ThreadPoolExecutor(THREADS) as pool:
        assert len(set(pool.map(first, range(THREADS)))) == 1


@guarantee("threads")
def test_a_failure_stays_in_its_thread(plaid_reference_server: ReferenceServer) -> None:
    """Errors of some threads leave the answers of the others alone, and each error is that of its own token."""
    server, wanted = plaid_reference_server, expected(plaid_reference_server)
    codes = {server.error_token(code): code for code in ("ITEM_LOGIN_REQUIRED", "NO_ACCOUNTS", "INVALID_ACCESS_TOKEN")
             if code != "INVALID_ACCESS_TOKEN"} | {"unknown": "INVALID_ACCESS_TOKEN"}  # fmt: skip
    tokens = [*wanted, *codes] * 8

    def ask(token: str) -> Outcome:
        return call(made, access_token=token)

    with connect(server) as made, ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(ask, tokens))
    for token, outcome in zip(tokens, outcomes, strict=True):
        count("threads")
        if token in codes:
            assert outcome.failure(errors().ApiError).error_code == codes[token]
        else:
            assert ids_of(outcome.model) == wanted[token]


@guarantee("tasks")
def test_each_task_gets_its_own_answer(plaid_reference_server: ReferenceServer) -> None:
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
    """One client works in one event loop after another, and in several threads with loops of their own."""
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
    """A task that is cancelled while it waits ends at once, and the client goes on."""

    async def cancel() -> Any:
        async with client(base_url=url) as made:
            waiting = asyncio.ensure_future(made.accounts_get_async(access_token=ACCESS_TOKEN))
            await arrived.wait()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            return await made.accounts_get_async(access_token=ACCESS_TOKEN)

    def hang_first(connection: rude_servers.Connection) -> None:
        if connection.number == 1:
            connection.request()
            loop[0].call_soon_threadsafe(arrived.set)
            connection.ended.wait()
        rude_servers.sound(connection)

    async def main() -> Any:
        loop.append(asyncio.get_running_loop())
        return await cancel()

    loop: list[asyncio.AbstractEventLoop] = []
    arrived = asyncio.Event()
    with rude_servers.serving(hang_first) as url:
        assert asyncio.run(main()).accounts
