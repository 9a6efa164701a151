"""What the server prints once it listens."""

import json

from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.running import Running
from plaid_accounts_contract.reference_server.story import COMPLETE_LINK, OPEN_ACCOUNT
from plaid_accounts_contract.reference_server.world import World


def banner(server: Running, world: World, webhook_url: str | None = None) -> str:
    """Give the URL, credentials, tokens and requests to copy. Only for worlds whose credentials are no secret."""
    linked = [item for item in world.items.values() if item.failure is None]
    failing = [item for item in world.items.values() if item.failure is not None]
    return "\n".join(
        [
            f"Reference server at {server.url}",
            f"  client_id  {world.credentials.client_id}",
            f"  secret     {world.credentials.secret}",
            "",
            "Access tokens",
            *(_line(item) for item in linked),
            "",
            "Access tokens that answer with an error",
            *(_line(item) for item in failing),
            "",
            "Try it",
            *(f"  {line}" for line in _accounts_get(server, world, (linked or failing)[0])),
            "",
            *([] if webhook_url is None else _story(server, world, (linked or failing)[0], webhook_url)),
            "Ctrl-C stops it.",
        ]
    )


def _line(item: Item) -> str:
    return f"  {item.access_token:<52}  {item.title}"


def _accounts_get(server: Running, world: World, item: Item) -> list[str]:
    return _curl(server, world, "/accounts/get", {"access_token": item.access_token})


def _story(server: Running, world: World, item: Item, webhook_url: str) -> list[str]:
    opening = _curl(server, world, OPEN_ACCOUNT, {"access_token": item.access_token})
    completing = _curl(server, world, COMPLETE_LINK, {"link_token": "link-sandbox-…"})
    return [
        f"Webhooks go to {webhook_url}",
        "  Open an account, which sends one:",
        *(f"  {line}" for line in opening),
        "  Complete Link, with a link_token of /link/token/create:",
        *(f"  {line}" for line in completing),
        "",
    ]


def _curl(server: Running, world: World, path: str, body: dict[str, str]) -> list[str]:
    return [
        f"curl {server.url}{path} -H 'Content-Type: application/json' \\",
        f"  -H 'PLAID-CLIENT-ID: {world.credentials.client_id}' -H 'PLAID-SECRET: {world.credentials.secret}' \\",
        f"  -d '{json.dumps(body, ensure_ascii=False)}'",
    ]
