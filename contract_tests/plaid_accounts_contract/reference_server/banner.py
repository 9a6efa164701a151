"""What the server prints once it listens."""

import json

from .items import Item
from .running import Running
from .world import World


def banner(server: Running, world: World) -> str:
    """Give the URL, credentials, tokens and a request to copy. Only for worlds whose credentials are no secret."""
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
            *(f"  {line}" for line in _curl(server, world, linked or failing)),
            "",
            "Ctrl-C stops it.",
        ]
    )


def _line(item: Item) -> str:
    return f"  {item.access_token:<52}  {item.title}"


def _curl(server: Running, world: World, items: list[Item]) -> list[str]:
    return [
        f"curl {server.url}/accounts/get -H 'Content-Type: application/json' \\",
        f"  -H 'PLAID-CLIENT-ID: {world.credentials.client_id}' -H 'PLAID-SECRET: {world.credentials.secret}' \\",
        f"  -d '{json.dumps({'access_token': items[0].access_token})}'",
    ]
