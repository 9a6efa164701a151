"""The request that a visitor asks for: an operation of the contract, with a body and credentials, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, Literal

import attrs

from plaid_accounts_contract.contract import Contract, Operation
from plaid_accounts_contract.generation.request_builder import CLIENT_ID_HEADER, SECRET_HEADER
from plaid_accounts_contract.reference_page.destination import Destination
from plaid_accounts_contract.wire import strict_json
from plaid_accounts_contract.wire.exchange import Headers, Request

Place = Literal["header", "body", "none"]

_NAMES: Final = ("operation", "credentials", "client_id", "secret", "body")
_BEGINNING: Final = re.compile(r"\s*\{\s*")


class Unsendable(Exception):
    """The visitor asked for something that cannot be sent; the message says what to change."""


@attrs.frozen
class Wanted:
    """What the form holds: an operation, where the credentials go, the credentials, and the text of the body."""

    operation: str
    credentials: Place
    client_id: str = attrs.field(repr=False)
    secret: str = attrs.field(repr=False)
    body: str = attrs.field(repr=False)

    @classmethod
    def read(cls, data: bytes) -> Wanted:
        """Read what the page sent.

        Raises:
            Unsendable: it is not what the page sends.

        """
        value = strict_json.parse(data).value
        if not isinstance(value, Mapping) or set(value) != set(_NAMES):
            msg = f"a JSON object with {', '.join(_NAMES)} is wanted; reload the page"
            raise Unsendable(msg)
        if not all(isinstance(entry, str) for entry in value.values()):
            msg = f"{', '.join(_NAMES)} are strings; reload the page"
            raise Unsendable(msg)
        if value["credentials"] not in ("header", "body", "none"):
            msg = "credentials go in the header, in the body, or nowhere (none)"
            raise Unsendable(msg)
        return cls(**value)

    def request(self, contract: Contract, destination: Destination) -> tuple[Operation, Request]:
        """Write the request.

        Raises:
            Unsendable: there is no such operation, or a header or the body can't hold what it is to hold.

        """
        try:
            operation = contract.operation(self.operation)
        except LookupError as error:
            raise Unsendable(str(error.args[0])) from None
        pair = {"client_id": destination.filled(self.client_id), "secret": destination.filled(self.secret)}
        headers = (("Content-Type", "application/json"), *_versions(contract, operation))
        if self.credentials == "header":
            names = {"client_id": CLIENT_ID_HEADER, "secret": SECRET_HEADER}
            headers += tuple((names[name], _printable(name, value)) for name, value in pair.items() if value)
        body = destination.filled_body(self.body)
        if self.credentials == "body":
            body = _with(body, {name: value for name, value in pair.items() if value})
        mode = self.credentials
        return operation, Request(operation.method, operation.path, headers, _encoded(body), "Test request", mode)


def _versions(contract: Contract, operation: Operation) -> Headers:
    """Return the headers that the contract has a default for, which its client sends as well."""
    pointers = ((*operation.pointer, "parameters", index) for index in range(len(_parameters(operation))))
    parameters = [contract.at(contract.follow(pointer)) for pointer in pointers]
    return tuple(
        (str(entry["name"]), str(entry["schema"]["default"]))
        for entry in parameters
        if entry["in"] == "header" and "default" in entry["schema"]
    )


def _parameters(operation: Operation) -> list[Any]:
    parameters: list[Any] = operation.definition.get("parameters", [])
    return parameters


def _printable(name: str, value: str) -> str:
    if not value.isascii() or not value.isprintable():
        msg = f"{name} has characters that no header can hold; send the credentials in the body"
        raise Unsendable(msg)
    return value


def _with(body: str, members: Mapping[str, str]) -> str:
    """Put members at the beginning of the JSON object that a body is, and leave the rest as it was typed."""
    beginning = _BEGINNING.match(body)
    if beginning is None:
        msg = "the body is no JSON object, so it can't hold the credentials; send them in the header"
        raise Unsendable(msg)
    rest = body[beginning.end() :]
    written = ", ".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in members.items())
    separator = ", " if written and not rest.startswith("}") else ""
    return f"{beginning[0]}{written}{separator}{rest}"


def _encoded(body: str) -> bytes:
    try:
        return body.encode("utf-8")
    except UnicodeEncodeError:
        msg = "the body has half a character (a lone surrogate), which UTF-8 can't write; escape it as \\ud800 instead"
        raise Unsendable(msg) from None
