"""The operations and webhooks of a document, with the schemas of their requests and responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from compare import schemas
from compare.schemas import Schema
from plaid_accounts_contract.contract import Contract, Operation, Pointer

JSON: Final = "application/json"
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
Key = tuple[str, str]
"""Method and path, or `WEBHOOK` and name: what makes two endpoints of two documents the same."""
WEBHOOK: Final = "webhook"
REQUEST: Final = "request"
"""Stands for the body of a request where a status stands for that of a response."""
DELIVERED: Final = "200"
"""The status under which the body of a webhook is listed: the client decodes it like a response."""


@attrs.frozen
class Parameter:
    """A parameter of an operation, outside the body."""

    name: str
    where: str
    required: bool
    schema: Schema


@attrs.frozen
class Message:
    """A request or a documented response; without schema if it has no JSON body."""

    pointer: Pointer
    at: Pointer = ()
    """The place of the schema, references not followed."""
    schema: Schema | None = None
    nullable: bool = False
    """Whether the document lets the body as such be null; the schema does not, since no body is."""


@attrs.frozen(kw_only=True)
class Endpoint:
    """An operation or a webhook, with the messages that it exchanges."""

    operation: Operation
    request: Message | None = None
    request_required: bool = False
    responses: Mapping[str, Message]
    parameters: Mapping[tuple[str, str], Parameter] = attrs.field(factory=dict)
    """By where they are sent, and name in lower case."""

    @property
    def key(self) -> Key:
        """What makes it the same endpoint in another document."""
        return (self.operation.method.lower(), self.operation.path)

    @property
    def label(self) -> str:
        """The name for a reader."""
        path = self.operation.path
        return f"webhook `{path}`" if self.is_webhook else f"{self.operation.method} {path}"

    @property
    def is_webhook(self) -> bool:
        """Whether it is sent to the client's own address; then its path is its name."""
        return self.operation.method == WEBHOOK

    @property
    def model(self) -> str:
        """The component that is the body of a webhook."""
        schema = self.responses[DELIVERED].schema
        return (schema.name if schema else None) or self.operation.id

    def body(self, status: str) -> Schema | None:
        """Return the schema of the response with a status, or of the `REQUEST`; None where it has no JSON body."""
        message = self.request if status == REQUEST else self.responses.get(status)
        return message.schema if message else None


def endpoints(contract: Contract, statuses: Mapping[Key, tuple[str, ...]] | None = None) -> dict[Key, Endpoint]:
    """Return the endpoints of a document.

    `statuses` limits them to the operations that it names, and lists the statuses of each that `default` stands for.
    """
    found = [
        _operation(contract, path, method, (statuses or {}).get((method, path), ()))
        for path, item in contract.document["paths"].items()
        for method in _METHODS
        if method in item and (statuses is None or (method, path) in statuses)
    ]
    if statuses is None:
        found += [_webhook(contract, name) for name in contract.document.get("webhooks", ())]
    return {endpoint.key: endpoint for endpoint in found}


def _webhook(contract: Contract, name: str) -> Endpoint:
    pointer: Pointer = ("webhooks", name, "post")
    definition = contract.at(pointer)
    operation = Operation(
        id=definition.get("operationId", name), path=name, method=WEBHOOK, pointer=pointer, definition=definition
    )
    return Endpoint(operation=operation, responses={DELIVERED: _message(contract, (*pointer, "requestBody"))})


def _operation(contract: Contract, path: str, method: str, statuses: tuple[str, ...]) -> Endpoint:
    pointer: Pointer = ("paths", path, method)
    definition = contract.at(pointer)
    body = (*pointer, "requestBody") if "requestBody" in definition else None
    return Endpoint(
        operation=Operation(
            id=definition.get("operationId", f"{method} {path}"),
            path=path,
            method=method.upper(),
            pointer=pointer,
            definition=definition,
        ),
        request=_message(contract, body) if body else None,
        request_required=bool(body and contract.at(contract.follow(body)).get("required", False)),
        responses=dict(_responses(contract, (*pointer, "responses"), statuses)),
        parameters={(entry.where, entry.name.lower()): entry for entry in _parameters(contract, pointer, path)},
    )


def _responses(contract: Contract, pointer: Pointer, statuses: tuple[str, ...]) -> Iterator[tuple[str, Message]]:
    listed = contract.at(pointer)
    for status in listed:
        message = _message(contract, (*pointer, status))
        if str(status) != "default":
            yield str(status), message
        else:
            yield from ((other, message) for other in statuses if other not in map(str, listed))


def _message(contract: Contract, pointer: Pointer) -> Message:
    pointer = contract.follow(pointer)
    if JSON not in contract.at(pointer).get("content", {}):
        return Message(pointer)
    at = (*pointer, "content", JSON, "schema")
    schema = schemas.read(contract, at)
    # A component may be nullable for the sake of another place.
    return Message(pointer, at, attrs.evolve(schema, types=schema.types - {"null"}), schema.nullable)


def _parameters(contract: Contract, pointer: Pointer, path: str) -> Iterator[Parameter]:
    for owner in (("paths", path), pointer):
        for index in range(len(contract.at(owner).get("parameters", ()))):
            place = contract.follow((*owner, "parameters", index))
            entry = contract.at(place)
            schema = schemas.read(contract, (*place, "schema"))
            yield Parameter(entry["name"], entry["in"], entry.get("required", False), schema)
