"""The state of one server, its sessions of Link among it, and the steps with which every operation begins."""

import re
import threading
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

import attrs
from starlette.requests import Request

from plaid_accounts_contract.reference_server import errors, requests
from plaid_accounts_contract.reference_server.dataset import Dataset
from plaid_accounts_contract.reference_server.errors import ApiError
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.rate_limits import Limits
from plaid_accounts_contract.reference_server.records import Content, JsonObject
from plaid_accounts_contract.reference_server.requests import BodyLimit
from plaid_accounts_contract.reference_server.webhooks import Signer

_ISSUABLE: Final = re.compile(r"access-(sandbox|development|production)-[0-9A-Za-z]+(-[0-9A-Za-z]+)*")
_WRONG_FORM: Final = "provided access token is in an invalid format. expected format: access-<environment>-<identifier>"
# How long a link_token of update mode is valid. Source: https://plaid.com/docs/api/link/.
_UPDATE_MODE_SECONDS: Final = 1800


@attrs.frozen
class LinkSession:
    """One link_token: its Item, whether the user selects accounts, and until when it is valid."""

    link_token: str = attrs.field(repr=False)
    access_token: str = attrs.field(repr=False)
    selects_accounts: bool
    expiration: datetime


class Links:
    """The sessions of one server."""

    def __init__(self) -> None:
        self._sessions: dict[str, LinkSession] = {}
        self._lock = threading.Lock()

    def begin(self, access_token: str, *, selects_accounts: bool) -> LinkSession:
        """Start a session."""
        expiration = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=_UPDATE_MODE_SECONDS)
        session = LinkSession(f"link-sandbox-{uuid.uuid4()}", access_token, selects_accounts, expiration)
        with self._lock:
            self._sessions[session.link_token] = session
        return session

    def end(self, link_token: str) -> LinkSession:
        """Complete a session; raise LookupError if its link_token is unknown, used already or expired."""
        with self._lock:
            session = self._sessions.pop(link_token, None)
        if session is None or session.expiration <= datetime.now(UTC):
            raise LookupError("this link_token is unknown, was used already, or has expired after half an hour")
        return session


@attrs.define
class ServerState:
    """The state of one server. `dataset` is immutable, and is replaced when an Item changes.

    `links` holds the link_tokens that were issued, `signer` the keys that webhooks are signed with.
    """

    dataset: Dataset
    limits: Limits
    body_limit: BodyLimit
    links: Links = attrs.field(factory=Links)
    signer: Signer = attrs.field(factory=Signer)
    _changing: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    def change(self, access_token: str, what: Callable[[Item], Item]) -> Item:
        """Replace the Item of a token, safely across threads, and return the new one."""
        with self._changing:
            item = what(self.item_of(access_token))
            self.dataset = self.dataset.with_item(item)
        return item

    async def authenticate(
        self, request: Request, operation_id: str = "accountsGet", *, has_body: bool = True, has_keys: bool = True
    ) -> JsonObject:
        """Return the body of a request, empty without one, after the checks that come before its fields.

        They run in this order, and the first that fails decides the error: headers; body (size, JSON, an object);
        credentials (each well-formed, none missing, all right); the client's rate limit. So a caller without
        credentials learns nothing about fields, Items or account ids.
        """
        body: JsonObject = {}
        if has_body:
            requests.check_headers(request)
            body = requests.decode(await requests.read(request, self.body_limit))
        else:
            requests.check_version(request)
        if not has_keys:
            return body
        headers = request.headers.raw
        client = next((one for one in self.dataset.other_clients if one.knows(headers, body)), self.dataset.credentials)
        client.check(headers, body)
        self.limits.check_client(client.client_id, operation_id)
        if client is not self.dataset.credentials and body.get("access_token") in [*self.dataset.items]:
            raise ApiError(errors.INVALID_ACCESS_TOKEN)
        return body

    def item_of(self, access_token: str) -> Item:
        """Return the Item of a token, uncounted; raise INVALID_ACCESS_TOKEN, with another message for another form."""
        if access_token in self.dataset.items:
            return self.dataset.items[access_token]
        if not _ISSUABLE.fullmatch(access_token):
            raise ApiError(errors.INVALID_ACCESS_TOKEN.with_message(_WRONG_FORM))
        raise ApiError(errors.INVALID_ACCESS_TOKEN)

    def counted_item(self, access_token: str, operation_id: str = "accountsGet") -> Item:
        """Return the Item of a token, and count the request for it."""
        item = self.item_of(access_token)
        self.limits.check_item(item.details.item_id, operation_id)
        return item

    def healthy_item(self, access_token: str, operation_id: str = "accountsGet") -> Item:
        """Return the Item of a token that has no error of its own, and count the request for it."""
        item = self.counted_item(access_token, operation_id)
        item.check_healthy(operation_id)
        return item


Handler: TypeAlias = Callable[[Request, ServerState], Awaitable[Content]]
"""Handles one operation: returns the content of a 200, or raises an ApiError."""
