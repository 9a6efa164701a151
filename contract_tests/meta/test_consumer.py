"""A typed service against the reference server."""

from __future__ import annotations

import asyncio

from meta.consumer import names, reason, total_by_currency
from plaid_accounts import Client
from plaid_accounts_contract.plugin import ReferenceServer


def test_a_typed_service_works(plaid_reference_server: ReferenceServer) -> None:
    """What the type checkers accept also runs: balances, a filter with await, and errors told apart."""
    server = plaid_reference_server
    with Client(client_id=server.client_id, secret=server.secret, base_url=server.url) as client:
        assert set(total_by_currency(client, server.access_token)) == {"USD"}
        response = client.accounts_get(access_token=server.access_token)
        first = response.accounts[0]
        assert asyncio.run(_names(client, server.access_token, first.account_id)) == [first.name]
        assert reason(client, server.error_token("ITEM_LOGIN_REQUIRED")) == "user action required: ITEM_LOGIN_REQUIRED"
        assert reason(client, "access-sandbox-none").startswith("INVALID_INPUT INVALID_ACCESS_TOKEN 400")
        assert reason(client, server.access_token) == ""


async def _names(client: Client, access_token: str, account_id: str) -> list[str]:
    async with client:
        return await names(client, access_token, [account_id])
