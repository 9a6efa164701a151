"""Plain values that faults work on: a request, a response, and the data that the faulty server has."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any, Final

import attrs

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.wire.strict_json import encode

Json = Any
Headers = tuple[tuple[bytes, bytes], ...]

CREDENTIALS: Final = {"client_id": "plaid-client-id", "secret": "plaid-secret"}
"""The credentials by the name of their property in the body, with the name of their header."""


@attrs.frozen
class Item:
    """An Item as the server has it, in the JSON that it responds with; `failing` if its token gets an error."""

    token: str = attrs.field(repr=False)
    details: Json
    accounts: tuple[Json, ...]
    closed: tuple[Json, ...]
    failing: bool

    @property
    def ids(self) -> list[str]:
        """The ids of the open accounts."""
        return [account["account_id"] for account in self.accounts]


@attrs.frozen
class ServerData:
    """Everything that the faulty server knows; the first key id is that of the key in use, the second has expired."""

    client_id: str
    secret: str = attrs.field(repr=False)
    items: Mapping[str, Item] = attrs.field(repr=False)
    key_ids: tuple[str, ...] = ()
    other_keys: tuple[str, ...] = attrs.field(default=(), repr=False)

    @property
    def first(self) -> Item:
        """The first Item."""
        return next(iter(self.items.values()))


@attrs.frozen
class Request:
    """A request with its complete body, and the data of the server that it goes to. Header names are in lower case."""

    method: str
    headers: Headers = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    data: ServerData = attrs.field(repr=False)

    @cached_property
    def json(self) -> Json:
        """The value of the body, or None if it isn't JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @cached_property
    def fields(self) -> dict[str, Json]:
        """The properties of the body; none if it isn't an object."""
        value = self.json
        return value if isinstance(value, dict) else {}

    @property
    def token(self) -> Json:
        """The access_token, of whatever type; None if there is none."""
        return self.fields.get("access_token")

    @property
    def item(self) -> Item | None:
        """The Item that the token belongs to."""
        return self.data.items.get(self.token) if isinstance(self.token, str) else None

    @property
    def options(self) -> dict[str, Json]:
        """The options; empty if they aren't an object."""
        options = self.fields.get("options")
        return options if isinstance(options, dict) else {}

    @property
    def account_ids(self) -> Json:
        """The filter options.account_ids, of whatever type; None if there is none."""
        return self.options.get("account_ids")

    @cached_property
    def wanted(self) -> list[str]:
        """The ids that the filter names."""
        ids = self.account_ids
        return [entry for entry in ids if isinstance(entry, str)] if isinstance(ids, list) else []

    @property
    def media_type(self) -> str:
        """The media type without its parameters."""
        return (self.header("content-type") or "").split(";")[0].strip()

    def header(self, name: str) -> str | None:
        """Return the first value of a header, or None."""
        return next((value.decode("latin-1") for key, value in self.headers if key == name.encode()), None)

    def given(self, credential: str) -> Json:
        """Return the `client_id` or `secret` that the request has, in its headers or else in its body; None without."""
        in_header = self.header(CREDENTIALS[credential])
        return self.fields.get(credential) if in_header is None else in_header

    def issued(self, credential: str) -> str:
        """Return the right `client_id` or `secret`."""
        return self.data.client_id if credential == "client_id" else self.data.secret

    @property
    def in_headers(self) -> bool:
        """Whether a credential is in the headers."""
        return any(self.header(name) is not None for name in CREDENTIALS.values())

    @property
    def in_body(self) -> bool:
        """Whether a credential is in the body."""
        return any(name in self.fields for name in CREDENTIALS)

    def with_json(self, value: Json) -> Request:
        """Return the request with another body, written as JSON."""
        return attrs.evolve(self, body=json.dumps(value).encode())

    def with_fields(self, **changes: Json) -> Request:
        """Return the request with some properties of its body replaced or added."""
        return self.with_json({**self.fields, **changes})

    def without(self, *names: str) -> Request:
        """Return the request without some properties of its body."""
        fields = {name: value for name, value in self.fields.items() if name not in names}
        return self if len(fields) == len(self.fields) else self.with_json(fields)

    def with_filter(self, account_ids: list[str] | None) -> Request:
        """Return the request with another filter, or without."""
        options = {name: value for name, value in self.options.items() if name != "account_ids"}
        return self.with_fields(options=options if account_ids is None else {**options, "account_ids": account_ids})

    def with_header(self, name: str, value: str | None) -> Request:
        """Return the request with a header replaced, or removed if `value` is None."""
        kept = tuple((key, old) for key, old in self.headers if key != name.encode())
        added = () if value is None else ((name.encode(), value.encode("latin-1")),)
        return attrs.evolve(self, headers=(*kept, *added))

    def with_credential(self, credential: str, value: str) -> Request:
        """Return the request with another `client_id` or `secret`, where it has one."""
        in_header = self.header(CREDENTIALS[credential]) is not None
        request = self.with_header(CREDENTIALS[credential], value) if in_header else self
        return request.with_fields(**{credential: value}) if credential in request.fields else request

    def authenticated(self) -> Request:
        """Return the request with the right credentials in its headers and none in its body."""
        request = self.without(*CREDENTIALS)
        for credential, header in CREDENTIALS.items():
            request = request.with_header(header, self.issued(credential))
        return request


@attrs.frozen
class Response:
    """A response with its complete body.

    `announced` is the Content-Length if it isn't that of the body; `pieces` is the number of chunks in which the body is
    sent without Content-Length, 0 to send it in one piece with its length.
    """

    status: int
    headers: Headers = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    announced: int | None = None
    pieces: int = 0

    @property
    def json(self) -> Json:
        """The value of the body, or None if it isn't JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def error_code(self) -> Json:
        """The error_code of an error, else None."""
        body = self.json
        return body.get("error_code") if isinstance(body, dict) else None

    def with_json(self, value: Json) -> Response:
        """Return the response with another body, written as JSON."""
        return self.with_body(encode(value))

    def with_body(self, body: bytes) -> Response:
        """Return the response with another body."""
        return attrs.evolve(self, body=body)

    def with_status(self, status: int) -> Response:
        """Return the response with another status."""
        return attrs.evolve(self, status=status)

    def with_header(self, name: str, value: str | None) -> Response:
        """Return the response with a header replaced, or removed if `value` is None."""
        kept = tuple((key, old) for key, old in self.headers if key.lower() != name.lower().encode())
        added = () if value is None else ((name.encode(), value.encode("latin-1")),)
        return attrs.evolve(self, headers=(*kept, *added))


def error(code: str) -> Response:
    """Return a documented error, with the type and the status that the contract lists for its code."""
    listed = _contract().error_codes[code]
    body = {"error_type": listed.type, "error_code": code, "error_message": "rejected", "display_message": None}
    content = encode({**body, "request_id": uuid.uuid4().hex[:15]})
    return Response(listed.status, ((b"content-type", b"application/json"),), content)


def page(status: int, text: str = "") -> Response:
    """Return a page of HTML, as a proxy sends it."""
    return Response(status, ((b"content-type", b"text/html; charset=utf-8"),), text.encode())


@cache
def _contract() -> Contract:
    return Contract.load()
