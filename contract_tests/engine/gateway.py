"""A gateway between an engine and the reference server, so that the engine holds neither keys nor tokens."""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import attrs
import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from plaid_accounts_contract import reference_server

ITEMS: Final = 300


@attrs.define
class Gateway:
    """A gateway's address, the server behind it, and when each reference to an Item was used.

    A workflow names an Item by its number, which the gateway replaces by the Item's access_token.
    """

    server: reference_server.ReferenceServer
    url: str = ""
    calls: list[tuple[float, str]] = attrs.field(factory=list[tuple[float, str]])

    async def respond(self, request: Request) -> Response:
        """Add keys and token to a request, and pass it on."""
        values = await request.json()
        reference = values["access_token"]
        self.calls.append((time.monotonic(), reference))
        keys = {"PLAID-CLIENT-ID": self.server.client_id, "PLAID-SECRET": self.server.secret}
        sent = {**values, "access_token": token(reference)}
        async with httpx.AsyncClient(base_url=self.server.url, trust_env=False) as client:
            response = await client.post(request.url.path, headers=keys, json=sent)
        return Response(response.content, response.status_code, {"Content-Type": response.headers["Content-Type"]})

    def times_used(self) -> Counter[str]:
        """Return how often each reference was used."""
        return Counter(reference for _, reference in self.calls)

    def most_calls_within(self, seconds: float) -> int:
        """Return how many calls came in the busiest period of this length."""
        times = [moment for moment, _ in self.calls]
        return max(bisect_left(times, start + seconds) - number for number, start in enumerate(times))

    def reset(self) -> None:
        """Forget the calls and the script."""
        self.calls.clear()
        self.server.reset()


def token(reference: str) -> str:
    """Return the access_token of the Item that a workflow names."""
    return f"access-sandbox-{reference}"


@contextmanager
def gateway() -> Generator[Gateway]:
    """Run a gateway before a reference server with many Items."""
    credentials = reference_server.reference_dataset().credentials
    dataset = reference_server.Dataset.of(credentials, [_item(number) for number in range(ITEMS)])
    with reference_server.scripted_server(dataset=dataset) as server:
        started = Gateway(server)
        routes = [Route("/{path:path}", started.respond, methods=["POST"])]
        with reference_server.running(Starlette(routes=routes)) as front:
            started.url = front.url
            yield started


def _item(number: int) -> reference_server.Item:
    account = reference_server.Account(
        account_id=f"account{number:030}",
        balances=reference_server.Balances(available=number, current=number),
        name=f"Account {number}",
        type="depository",
        subtype="checking",
    )
    details = reference_server.ItemDetails(item_id=f"item{number:033}")
    return reference_server.Item(
        access_token=token(str(number)), title="one account", details=details, accounts=(account,)
    )
