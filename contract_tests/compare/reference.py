"""What the reference server answers today: to each of its tokens, and with each of its errors."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache

import httpx

from compare.cases import Case
from compare.operations import Key
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server import create_app, error_token, reference_world

SERVED = "an answer of the reference server"
_ADDRESS = "http://127.0.0.1"


@cache
def answers(key: Key) -> Mapping[str, tuple[Case, ...]]:
    """Return the bodies of its answers to one operation, by status, as far as the contract documents that status."""
    contract = Contract.load()
    found: dict[str, tuple[Case, ...]] = {}
    for response in asyncio.run(_ask(key, contract)):
        status = str(response.status_code)
        found[status] = (*found.get(status, ()), Case((), SERVED, response.json()))
    documented = contract.at(("paths", key[1], key[0], "responses"))
    return {status: bodies for status, bodies in found.items() if status in documented}


async def _ask(key: Key, contract: Contract) -> list[httpx.Response]:
    method, path = key
    world = reference_world()
    keys = {"client_id": world.credentials.client_id, "secret": world.credentials.secret}
    tokens = [*world.items, *(error_token(code) for code in contract.error_codes), "access-sandbox-none"]
    transport = httpx.ASGITransport(create_app())
    async with httpx.AsyncClient(transport=transport, base_url=_ADDRESS) as caller:
        return [await caller.request(method, path, json=keys | {"access_token": token}) for token in tokens]
