"""The operations and webhooks of a contract as shapes: what a request may be, and each answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from compare import shapes
from compare.shapes import Shape
from plaid_accounts_contract.contract import Contract, Pointer

JSON: Final = "application/json"
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
Key = tuple[str, str]
WEBHOOK: Final = "webhook"
"""Stands in a key for the method."""
TOLD: Final = "200"
"""The status under which the body of a webhook stands: the client reads it as it reads an answer."""


@attrs.frozen
class Parameter:
    """A parameter of an operation, outside the body."""

    name: str
    where: str
    required: bool
    shape: Shape


@attrs.frozen
class Answer:
    """A documented answer: its body, and the place of the body's schema; None where it has no JSON body."""

    pointer: Pointer
    schema: Pointer | None
    shape: Shape | None
    nullable: bool = False
    """Whether the document lets the whole body be null; the shape does not, for no body is."""


@attrs.frozen(kw_only=True)
class Operation:
    """One method of one path, or one webhook."""

    id: str
    path: str
    method: str
    pointer: Pointer
    tags: tuple[str, ...]
    body: Answer | None
    body_required: bool
    answers: Mapping[str, Answer]
    parameters: Mapping[tuple[str, str], Parameter]
    """By place and name in small letters."""

    @property
    def key(self) -> Key:
        """What makes it the same operation in another contract."""
        return (self.method, self.path)

    @property
    def label(self) -> str:
        """The name for a reader."""
        return f"webhook `{self.path}`" if self.is_webhook else f"{self.method.upper()} {self.path}"

    @property
    def is_webhook(self) -> bool:
        """Whether it is sent to the client's own address; then its path is its name."""
        return self.method == WEBHOOK

    @property
    def model(self) -> str:
        """The component that is the body of a webhook."""
        shape = self.answers[TOLD].shape
        return (shape.name if shape else None) or self.id


def operations(contract: Contract, statuses: Mapping[Key, tuple[str, ...]] | None = None) -> dict[Key, Operation]:
    """Return the operations of a contract by method and path, and its webhooks by name.

    `statuses` limits them to operations named, and gives the statuses that a `default` answer stands for in each.
    """
    found: dict[Key, Operation] = {}
    for path, item in contract.document["paths"].items():
        for method in _METHODS:
            key = (method, path)
            if method in item and (statuses is None or key in statuses):
                found[key] = _operation(contract, key, (statuses or {}).get(key, ()))
    if statuses is None:
        found |= {(WEBHOOK, name): _webhook(contract, name) for name in contract.document.get("webhooks", ())}
    return found


def body_pointer(key: Key, status: str | None = None) -> Pointer:
    """Return the place of the request of an operation, of an answer, or of the body of a webhook."""
    method, path = key
    if method == WEBHOOK:
        return ("webhooks", path, "post", "requestBody")
    return ("paths", path, method, *(("requestBody",) if status is None else ("responses", status)))


def _webhook(contract: Contract, name: str) -> Operation:
    pointer: Pointer = ("webhooks", name, "post")
    definition = contract.at(pointer)
    return Operation(
        id=definition.get("operationId", name),
        path=name,
        method=WEBHOOK,
        pointer=pointer,
        tags=tuple(definition.get("tags", ())),
        body=None,
        body_required=False,
        answers={TOLD: _answer(contract, contract.follow(body_pointer((WEBHOOK, name))))},
        parameters={},
    )


def _operation(contract: Contract, key: Key, statuses: tuple[str, ...]) -> Operation:
    method, path = key
    pointer: Pointer = ("paths", path, method)
    definition = contract.at(pointer)
    body = definition.get("requestBody")
    parameters = {(entry.where, entry.name.lower()): entry for entry in _parameters(contract, pointer, path)}
    body_at = contract.follow((*pointer, "requestBody")) if body else ()
    return Operation(
        id=definition.get("operationId", f"{method} {path}"),
        path=path,
        method=method,
        pointer=pointer,
        tags=tuple(definition.get("tags", ())),
        body=_answer(contract, body_at) if body else None,
        body_required=bool(body and contract.at(body_at).get("required", False)),
        answers=dict(_answers(contract, pointer, statuses)),
        parameters=parameters,
    )


def _answers(contract: Contract, pointer: Pointer, statuses: tuple[str, ...]) -> Iterator[tuple[str, Answer]]:
    listed = contract.at((*pointer, "responses"))
    for status in listed:
        answer = _answer(contract, contract.follow((*pointer, "responses", status)))
        if str(status) != "default":
            yield str(status), answer
        else:
            yield from ((other, answer) for other in statuses if other not in map(str, listed))


def _answer(contract: Contract, pointer: Pointer) -> Answer:
    definition = contract.at(pointer)
    if JSON not in definition.get("content", {}):
        return Answer(pointer, None, None)
    schema = (*pointer, "content", JSON, "schema")
    shape = shapes.read(contract, schema)
    # A component may be nullable for the sake of another place.
    return Answer(pointer, schema, attrs.evolve(shape, types=shape.types - {"null"}), shape.nullable)


def _parameters(contract: Contract, pointer: Pointer, path: str) -> Iterator[Parameter]:
    for owner in (("paths", path), pointer):
        for index in range(len(contract.at(owner).get("parameters", ()))):
            place = contract.follow((*owner, "parameters", index))
            entry: Mapping[str, Any] = contract.at(place)
            yield Parameter(
                entry["name"], entry["in"], entry.get("required", False), shapes.read(contract, (*place, "schema"))
            )
