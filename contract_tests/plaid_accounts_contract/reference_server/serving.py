"""What one server has: its data, what it counted, and the steps with which every operation begins."""

import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from starlette.requests import Request

from plaid_accounts_contract.reference_server import bodies, headers
from plaid_accounts_contract.reference_server.bodies import BodyLimit
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.links import Links
from plaid_accounts_contract.reference_server.rate_limits import Limits
from plaid_accounts_contract.reference_server.records import JsonObject
from plaid_accounts_contract.reference_server.signing import Signer
from plaid_accounts_contract.reference_server.tokens import item_of
from plaid_accounts_contract.reference_server.world import World


@dataclass(slots=True)
class Serving:
    """The state of one server. `world` never changes by itself, and may be replaced while the server runs.

    `links` has the tokens of Link that were given out, `signer` the keys that webhooks are signed with.
    """

    world: World
    limits: Limits
    body_limit: BodyLimit
    links: Links = field(default_factory=Links)
    signer: Signer = field(default_factory=Signer)
    _changing: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def change(self, access_token: str, what: Callable[[Item], Item]) -> Item:
        """Put another Item in the place of the one with this token, whatever other threads change meanwhile.

        Raises:
            ApiError: the token opens no Item.
        """
        with self._changing:
            item = what(item_of(self.world, access_token))
            self.world = self.world.with_item(item)
        return item

    async def admitted(self, request: Request, operation_id: str = "accountsGet") -> JsonObject:
        """Give the body of a request that is in order up to its credentials.

        The checks run in this order, and the first that fails answers: headers; body (size, JSON, an object);
        credentials (each well-formed, none missing, all right); the client's rate limit. So a caller without
        credentials learns nothing of fields, Items or account ids.

        Raises:
            ApiError: any of the documented errors.
        """
        headers.check(request)
        body = bodies.decode(await bodies.read(request, self.body_limit))
        self.world.credentials.check(request.headers.raw, body)
        self.limits.of(operation_id).check_client(self.world.credentials.client_id)
        return body

    def item(self, access_token: str, operation_id: str = "accountsGet") -> Item:
        """Give the Item that a token opens, and count the request for it.

        Raises:
            ApiError: the token opens none, or the Item's rate limit is used up.
        """
        item = item_of(self.world, access_token)
        self.limits.of(operation_id).check_item(item.details.item_id)
        return item

    def opened(self, access_token: str, operation_id: str = "accountsGet") -> Item:
        """Give the sound Item that a token opens, and count the request for it.

        Raises:
            ApiError: the token opens none, the Item's rate limit is used up, or the Item stands for an error.
        """
        return self.item(access_token, operation_id).sound(operation_id)


Handler: TypeAlias = Callable[[Request, Serving], Awaitable[JsonObject]]
"""Answers one operation: gives the content of a 200 without its request_id, or raises an ApiError."""
