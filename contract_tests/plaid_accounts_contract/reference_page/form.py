"""The form of Test request as the page sends it, and the request that it describes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final, Literal

import attrs

from plaid_accounts_contract.contract import Contract, Operation
from plaid_accounts_contract.generation.request_builder import CLIENT_ID_HEADER, SECRET_HEADER
from plaid_accounts_contract.reference_page.destination import Destination
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import Request

_FIELDS: Final = ("operation", "credentials", "client_id", "secret", "body")
_OBJECT_START: Final = re.compile(r"\s*\{\s*")


class InvalidForm(Exception):
    """The form describes a request that cannot be sent; the message says what to change."""


@attrs.frozen
class Form:
    """An operation, the place of the credentials, the credentials, and the text of the body; never an address."""

    operation: str
    credentials: Literal["header", "body", "none"]
    client_id: str = attrs.field(repr=False)
    secret: str = attrs.field(repr=False)
    body: str = attrs.field(repr=False)

    @classmethod
    def read(cls, data: bytes) -> Form:
        """Read the form from the body of the page's request, or raise InvalidForm."""
        value = strict_json.parse(data).value
        if not isinstance(value, Mapping) or set(value) != set(_FIELDS):
            raise InvalidForm(f"invalid form: must be a JSON object with {', '.join(_FIELDS)}; reload the page")
        if not all(isinstance(entry, str) for entry in value.values()):
            raise InvalidForm(f"invalid form: {', '.join(_FIELDS)} must be strings; reload the page")
        if value["credentials"] not in ("header", "body", "none"):
            raise InvalidForm("invalid credentials: must be header, body or none")
        return cls(**value)

    def request(self, contract: Contract, destination: Destination) -> tuple[Operation, Request]:
        """Return the operation and the request, with the destination's secrets in it, or raise InvalidForm."""
        try:
            operation = contract.operation(self.operation)
        except LookupError as error:
            raise InvalidForm(str(error.args[0])) from None
        keys = {"client_id": destination.filled(self.client_id), "secret": destination.filled(self.secret)}
        # The generated client sends those that the contract fixes as well.
        headers = (("Content-Type", "application/json"), *operation.fixed_headers.items())
        if self.credentials == "header":
            names = {"client_id": CLIENT_ID_HEADER, "secret": SECRET_HEADER}
            headers += tuple((names[name], _header_value(name, value)) for name, value in keys.items() if value)
        body = destination.filled_body(self.body)
        if self.credentials == "body":
            body = _with_members(body, {name: value for name, value in keys.items() if value})
        try:
            content = body.encode("utf-8")
        except UnicodeEncodeError:
            msg = r"invalid body: has a lone surrogate, which UTF-8 cannot encode; escape it as \ud800"
            raise InvalidForm(msg) from None
        return operation, Request(operation.method, operation.path, headers, content, "Test request", self.credentials)


def _header_value(name: str, value: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise InvalidForm(f"invalid {name}: has characters that a header cannot hold; send the credentials in the body")
    return value


def _with_members(body: str, members: Mapping[str, str]) -> str:
    """Insert members at the start of a JSON object and leave the rest as it was typed."""
    start = _OBJECT_START.match(body)
    if start is None:
        raise InvalidForm("invalid body: only a JSON object can hold the credentials; send them in the headers")
    rest = body[start.end() :]
    written = ", ".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in members.items())
    separator = ", " if written and not rest.startswith("}") else ""
    return f"{start[0]}{written}{separator}{rest}"
