"""The operations and webhooks of a document, and what their schemas allow, in one form however they are written.

OpenAPI 3.0 writes null as `nullable`, 3.1 as a type; an enum is written in place or behind a reference. Contracts are
compared as `Schema`s, in which such differences are gone. Each one knows where it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from plaid_accounts_contract.contract import JSON_MEDIA_TYPE, METHODS, Contract, Operation, Pointer
from plaid_accounts_contract.generation.bodies import EACH, Path

Key = tuple[str, str]
"""Method and path, or `WEBHOOK` and name: what makes two endpoints of two documents the same."""
WEBHOOK: Final = "webhook"
REQUEST: Final = "request"
"""Used in place of a status for the body of a request."""
DELIVERED: Final = "200"
"""The status under which the body of a webhook is listed: the client decodes it like a response."""


ANY: Final = frozenset({"array", "boolean", "null", "number", "object", "string"})
DEPRECATED: Final = ("deprecated", "x-deprecated-values")
"""Of a property, and of members of an enum, for which OpenAPI has no keyword."""
CONSTRAINTS: Final = (
    "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "default",
    "not", "if", "then", "else", "x-enum-varnames", *DEPRECATED,
)  # fmt: skip
_TEXTS: Final = ("title", "description", "example", "examples")
# The keywords that imply a type where `type` is left out.
_IMPLIED: Final = {"object": ("properties", "required", "additionalProperties"), "array": ("items",)}


@attrs.frozen(kw_only=True)
class Schema:
    """What one JSON schema allows."""

    pointer: Pointer
    """Where it is used."""
    origin: Pointer
    """Where it is written: the component, if it is one."""
    name: str | None = None
    """The component's name."""
    types: frozenset[str] = ANY
    """JSON types; `number` includes `integer`."""
    values: tuple[Any, ...] | None = None
    """The members of the enum, null aside; None where any value is allowed."""
    properties: Mapping[str, Schema] = attrs.field(factory=dict)
    required: frozenset[str] = frozenset()
    items: Schema | None = None
    additional: bool = True
    """Whether an object may have additional properties."""
    constraints: Mapping[str, Any] = attrs.field(factory=dict)
    """The other keywords that restrict values."""
    texts: Mapping[str, Any] = attrs.field(factory=dict)
    """Descriptions and examples."""

    @property
    def nullable(self) -> bool:
        """Whether null is allowed."""
        return "null" in self.types

    def at(self, place: Path) -> Schema | None:
        """Return the schema at a place below this one, if there is one."""
        schema: Schema | None = self
        for step in place:
            if schema is None:
                return None
            schema = schema.items if step == EACH else schema.properties.get(step)
        return schema

    def places(self, place: Path = ()) -> Iterator[tuple[Path, Schema]]:
        """Yield this schema and all below, each with its place."""
        yield place, self
        for name, inner in self.properties.items():
            yield from inner.places((*place, name))
        if self.items is not None:
            yield from self.items.places((*place, EACH))


def read(contract: Contract, pointer: Pointer, ancestors: frozenset[Pointer] = frozenset()) -> Schema:
    """Return the schema at `pointer`; one that contains itself allows anything where it does."""
    origin = contract.follow(pointer)
    node = contract.at(origin)
    if not isinstance(node, Mapping) or origin in ancestors:
        return Schema(pointer=pointer, origin=origin)

    def inner(*steps: str | int) -> Schema:
        return read(contract, (*origin, *steps), ancestors | {origin})

    is_component = origin[:2] == ("components", "schemas") and len(origin) == 3
    listed = [node["const"]] if "const" in node else node.get("enum")
    schema = Schema(
        pointer=pointer,
        origin=origin,
        name=str(origin[-1]) if is_component else None,
        types=_types(node, listed or ()),
        values=None if listed is None else tuple(value for value in listed if value is not None),
        properties={name: inner("properties", name) for name in node.get("properties", ())},
        required=frozenset(node.get("required", ())) & frozenset(node.get("properties", ())),
        items=inner("items") if "items" in node else None,
        additional=node.get("additionalProperties", True) is not False,
        # A place may deprecate a component that is not deprecated elsewhere.
        constraints=_constraints({"deprecated": True, **node} if contract.at(pointer).get("deprecated") else node),
        texts={keyword: node[keyword] for keyword in _TEXTS if keyword in node},
    )
    for keyword in ("allOf", "oneOf", "anyOf"):
        if keyword in node:
            parts = [inner(keyword, index) for index in range(len(node[keyword]))]
            schema = _combined(schema, parts, union=keyword != "allOf")
    # Plaid marks a schema nullable and forgets null in its enum; null is meant to be allowed.
    if node.get("nullable") is True or None in (listed or ()):
        schema = attrs.evolve(schema, types=schema.types | {"null"})
    return schema


def _types(node: Mapping[str, Any], listed: Sequence[Any]) -> frozenset[str]:
    stated = node.get("type")
    if stated is None:
        found = {name for name, keywords in _IMPLIED.items() if any(keyword in node for keyword in keywords)}
        found |= {"null" if value is None else "string" for value in listed if value is None or isinstance(value, str)}
        return frozenset(found) or ANY
    types = {stated} if isinstance(stated, str) else set(stated)
    return frozenset(types - {"integer"} if "number" in types else types)


def _constraints(node: Mapping[str, Any]) -> dict[str, Any]:
    found = {keyword: node[keyword] for keyword in CONSTRAINTS if keyword in node}
    # In OpenAPI 3.0 a flag excludes `minimum` itself; in 3.1 the excluded number stands alone.
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(found.get(exclusive), bool):
            limit = found.pop(bound, None) if found.pop(exclusive) else None
            found |= {} if limit is None else {exclusive: limit}
    return {keyword: _without_comments(value) for keyword, value in found.items()}


def _without_comments(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_comments(inner) for key, inner in value.items() if key != "$comment"}
    return value


def _combined(own: Schema, parts: Sequence[Schema], *, union: bool) -> Schema:
    """Return what a value may be that follows `own` and any (`union`), or else all, of the parts."""
    # A union with null adds nothing but the type.
    valued = [part for part in parts if part.types - {"null"}] if union else list(parts)
    types = [frozenset[str]().union(*(part.types for part in parts))] if union else [part.types for part in parts]
    limited = [found for found in (own.types, *types) if found != ANY]
    named = next((part for part in (own, *valued) if part.name), own)
    if union:
        enums = [part.values for part in valued if part.values is not None]
        values = tuple(value for enum in enums for value in enum) if 0 < len(enums) == len(valued) else own.values
    else:
        values = next((part.values for part in (own, *valued) if part.values is not None), None)
    return attrs.evolve(
        own,
        name=named.name,
        origin=named.origin,
        types=frozenset.intersection(*limited) if limited else ANY,
        values=values,
        properties={name: schema for part in (*valued, own) for name, schema in part.properties.items()},
        required=own.required.union(*(part.required for part in valued)),
        items=own.items or next((part.items for part in valued if part.items), None),
        additional=own.additional and all(part.additional for part in valued),
        constraints={keyword: value for part in (*valued, own) for keyword, value in part.constraints.items()},
    )


@attrs.frozen
class Parameter:
    """A parameter of an operation, outside the body."""

    name: str
    where: str
    required: bool
    schema: Schema


@attrs.frozen
class Message:
    """A request or a documented response; without schema if it has no JSON_MEDIA_TYPE body."""

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
        """Return the schema of the response with a status, or of the `REQUEST`; None where it has no JSON_MEDIA_TYPE body."""
        message = self.request if status == REQUEST else self.responses.get(status)
        return message.schema if message else None


def endpoints(contract: Contract, statuses: Mapping[Key, tuple[str, ...]] | None = None) -> dict[Key, Endpoint]:
    """Return the endpoints of a document; `statuses` limits them to some, and lists what `default` covers in each."""
    found = [
        _operation(contract, path, method, (statuses or {}).get((method, path), ()))
        for path, item in contract.document["paths"].items()
        for method in METHODS
        if method in item and (statuses is None or (method, path) in statuses)
    ]
    if statuses is None:
        for name in contract.document.get("webhooks", ()):
            operation = _read_operation(contract, ("webhooks", name, "post"), name, WEBHOOK)
            body = _message(contract, (*operation.pointer, "requestBody"))
            found.append(Endpoint(operation=operation, responses={DELIVERED: body}))
    return {endpoint.key: endpoint for endpoint in found}


def _operation(contract: Contract, path: str, method: str, statuses: tuple[str, ...]) -> Endpoint:
    operation = _read_operation(contract, ("paths", path, method), path, method.upper())
    pointer = operation.pointer
    body = (*pointer, "requestBody") if "requestBody" in operation.definition else None
    return Endpoint(
        operation=operation,
        request=_message(contract, body) if body else None,
        request_required=bool(body and contract.at(contract.follow(body)).get("required", False)),
        responses=dict(_responses(contract, (*pointer, "responses"), statuses)),
        parameters={(entry.where, entry.name.lower()): entry for entry in _parameters(contract, pointer, path)},
    )


def _read_operation(contract: Contract, pointer: Pointer, path: str, method: str) -> Operation:
    definition = contract.at(pointer)
    # Without an operationId, the id still has to be unique.
    id_ = definition.get("operationId", f"{method} {path}")
    return Operation(
        id=id_, path=path, method=method, pointer=pointer, definition=definition, document=contract.document
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
    if JSON_MEDIA_TYPE not in contract.at(pointer).get("content", {}):
        return Message(pointer)
    at = (*pointer, "content", JSON_MEDIA_TYPE, "schema")
    schema = read(contract, at)
    # A component may be nullable for the sake of another place.
    return Message(pointer, at, attrs.evolve(schema, types=schema.types - {"null"}), schema.nullable)


def _parameters(contract: Contract, pointer: Pointer, path: str) -> Iterator[Parameter]:
    for owner in (("paths", path), pointer):
        for index in range(len(contract.at(owner).get("parameters", ()))):
            place = contract.follow((*owner, "parameters", index))
            entry = contract.at(place)
            schema = read(contract, (*place, "schema"))
            yield Parameter(entry["name"], entry["in"], entry.get("required", False), schema)
