"""Forks: a child process never reads a response that belongs to its parent or to a sibling."""

import asyncio
import json
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from plaid_accounts_contract.client import bodies
from plaid_accounts_contract.client.calls import client
from plaid_accounts_contract.client.certificates import tls_contexts
from plaid_accounts_contract.client.forks import exit_statuses
from plaid_accounts_contract.client.guarantees import guarantee
from plaid_accounts_contract.client.misbehaving_servers import Connection, complete, serving

CHILDREN: Final = 4
CALLS: Final = 20
TOKEN: Final = "canary-access-token-of-{}"

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork"),
    # From Python 3.12 on; the child of these tests only makes calls and exits.
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]


def _echo(connection: Connection) -> None:
    """Respond with the access token of the request as the account's name, after a moment in which others can interfere."""
    while True:
        request = json.loads(connection.request().partition(b"\r\n\r\n")[2])
        body = bodies.complete()
        body["accounts"][0]["name"] = request["access_token"]
        connection.ended.wait(0.001)
        connection.send(complete(json.dumps(body).encode()))


def _wrong(made: Any, name: str, *, awaiting: bool) -> int:
    async def calls() -> list[Any]:
        try:
            return [await made.accounts_get_async(access_token=f"{name}-{number}") for number in range(CALLS)]
        finally:
            await made.aclose()

    if awaiting:
        responses = asyncio.run(calls())
    else:
        responses = [made.accounts_get(access_token=f"{name}-{number}") for number in range(CALLS)]
    return sum(response.accounts[0].name != f"{name}-{number}" for number, response in enumerate(responses))


@contextmanager
def _busy(made: Any) -> Generator[list[int]]:
    """Make calls in another thread until the block ends; yield the number of wrong responses, once."""
    ended, wrong = threading.Event(), list[int]()

    def work() -> None:
        while not ended.is_set():
            wrong.append(_wrong(made, TOKEN.format("thread"), awaiting=False))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield wrong
    finally:
        ended.set()
        thread.join()


@pytest.mark.parametrize("awaiting", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("encrypted", [False, True], ids=["http", "https"])
@guarantee("forks")
def test_a_fork_gets_its_own_responses(tmp_path: Path, *, encrypted: bool, awaiting: bool) -> None:
    """Children forked between two calls, or in the middle of another thread's call, and the parent get their own responses."""
    server_context, client_context = tls_contexts(tmp_path) if encrypted else (None, None)
    with serving(_echo, tls=server_context) as url:
        # Without it, two processes that read from one connection could wait for each other's responses for long.
        made = client(base_url=url, ssl_context=client_context, timeout=5)
        work = [partial(_wrong, made, TOKEN.format(number), awaiting=awaiting) for number in range(CHILDREN)]
        assert _wrong(made, TOKEN.format("parent"), awaiting=False) == 0
        assert exit_statuses(work) == [0] * CHILDREN
        with _busy(made) as wrong:
            assert exit_statuses(work) == [0] * CHILDREN
        assert set(wrong) == {0}
        assert _wrong(made, TOKEN.format("parent"), awaiting=awaiting) == 0
        made.close()
