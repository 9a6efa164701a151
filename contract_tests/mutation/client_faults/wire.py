"""Faults of everything but schemas: operations, parameters, servers, credentials, webhooks, error codes, versions."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from mutation.client_faults.document import (
    RESPONSE,
    SCHEMAS,
    Change,
    Node,
    at,
    drop,
    found,
    objects,
    put,
    rename,
    roles,
)
from mutation.client_faults.fault import ClientFault
from mutation.client_faults.generation import contract_fault
from plaid_accounts_contract.contract import Operation, Pointer, follow, operations, reference_to

_WIRE: Final = ("wire-method-path-headers", "surface")
_SENDING: Final = ("wire-valid", "arguments-checked", *_WIRE)
_RECEIVING: Final = ("error-tree-only", "error-fields", "round-trip", "surface")
_SERVERS: Final = ("wire-method-path-headers", "configuration")
_CREDENTIALS: Final = ("credentials-placement", "configuration")
_HOOKS: Final = ("webhook-genuine", "webhook-refused", "surface")
_SURFACE: Final = ("surface",)
_OTHER_JSON: Final = "application/vnd.api+json"
_ERROR_CODE: Final[Pointer] = (*SCHEMAS, "PlaidError", "properties", "error_code")


def faults(document: Node) -> Iterator[ClientFault]:
    """Yield every fault of what surrounds the schemas."""
    for operation in operations(document):
        yield from _of_operation(document, operation)
    for part in (_of_parameters, _of_servers, _of_credentials, _of_webhooks, _of_error_codes):
        yield from part(document)
    yield from _of_versions()


def _of_operation(document: Node, operation: Operation) -> Iterator[ClientFault]:
    edit, here = partial(contract_fault, "operation", operation.id), operation.pointer
    other = "post" if operation.method == "PUT" else "put"
    yield edit("path", "has another path.", rename(here[:2], f"{operation.path}/all"), _WIRE)
    yield edit("method", f"has the method {other.upper()}.", rename(here, other), _WIRE)
    yield edit("named", "has another operationId.", put((*here, "operationId"), "anotherName"), _SURFACE)
    yield edit("tagged", "has another tag.", put((*here, "tags"), ["elsewhere"]), _SURFACE)
    for word in ("summary", "description"):
        if word in operation.definition:
            yield edit(word, f"has another {word}.", put((*here, word), "Other words."), _SURFACE)
    if "x-rate-limits" in operation.definition:
        yield edit("limits", "has no rate limits.", drop((*here, "x-rate-limits")), _WIRE,
                   equivalent="the client counts no calls")  # fmt: skip
    if "requestBody" in operation.definition:
        body = (*here, "requestBody", "content", "application/json")
        yield edit("request-swapped", "takes another object.", _swap(document, body), _SENDING)
        yield edit("request-media", "takes another media type.", rename(body, _OTHER_JSON), _SENDING)
        yield edit("request-optional", "takes an optional body.", drop((*here, "requestBody", "required")), _SENDING)
    responses = (*here, "responses")
    success = next(status for status in operation.responses if status.startswith("2"))
    body = (*responses, success, "content", "application/json")
    yield edit("response-swapped", "returns another object.", _swap(document, body), ("round-trip", "surface"))
    yield edit("response-media", "returns another JSON media type.", rename(body, _OTHER_JSON), _RECEIVING,
               equivalent="every JSON media type is read alike")  # fmt: skip
    yield edit("response-status", "succeeds with 299.", rename((*responses, success), "299"), _RECEIVING,
               equivalent="every 2xx is a success")  # fmt: skip
    yield edit("response-errors", "never fails.", at(responses, partial(_keep, success)), _RECEIVING,
               equivalent="every status from 400 on is an error")  # fmt: skip


def _keep(key: str, node: Node) -> None:
    for other in [other for other in node if other != key]:
        del node[other]


def _swap(document: Node, content: Pointer) -> Change:
    """Refer to the object that follows in the document, in place of the one of a body."""
    names = [*objects(document)]
    following = names.index(str(follow(document, (*content, "schema"))[-1])) + 1
    return put((*content, "schema"), {"$ref": reference_to((*SCHEMAS, names[following % len(names)]))})


def _of_parameters(document: Node) -> Iterator[ClientFault]:
    seen: set[Pointer] = set()
    # Those of a path, then those of the operation.
    holders = [holder for operation in operations(document) for holder in (operation.pointer[:2], operation.pointer)]
    for holder in holders:
        for index, _ in enumerate(found(document, holder).get("parameters", ())):
            own = (*holder, "parameters", index)
            # A shared parameter is edited once.
            place: Pointer = follow(document, own)
            if place not in seen:
                seen.add(place)
                yield from _of_parameter(found(document, place), own, place)


def _of_parameter(parameter: Node, own: Pointer, place: Pointer) -> Iterator[ClientFault]:
    required, name = not parameter.get("required", False), parameter["name"]
    edit = partial(contract_fault, "parameter", name, breaks=_WIRE)
    yield edit("dropped", "is missing in an operation.", drop(own))
    yield edit("renamed", "has another name.", put((*place, "name"), f"{name}-X"))
    yield edit("query", "is sent in the query.", put((*place, "in"), "query"))
    yield edit("required", "is required or optional, against the contract.", put((*place, "required"), required))
    yield edit("integer", "is an integer.", put((*place, "schema"), {"type": "integer", "default": 1}))
    yield edit("default", "has another default.", put((*place, "schema", "default"), "2018-05-22"))


def _of_servers(document: Node) -> Iterator[ClientFault]:
    for index, server in enumerate(document["servers"]):
        here: Pointer = ("servers", index)
        edit = partial(contract_fault, "server", server["x-environment"], breaks=_SERVERS)
        yield edit("moved", "has another host.", put((*here, "url"), "https://elsewhere.example"))
        yield edit("renamed", "has another name.", put((*here, "x-environment"), "elsewhere"))
        yield edit("dropped", "is missing.", drop(here))


def _of_credentials(document: Node) -> Iterator[ClientFault]:
    schemes: Pointer = ("components", "securitySchemes")
    for key, scheme in found(document, schemes).items():
        edit, here = partial(contract_fault, "credential", key), (*schemes, key)
        yield edit("header", "is sent in another header.", put((*here, "name"), f"{scheme['name']}-X"), _CREDENTIALS)
        yield edit("query", "is sent in the query.", put((*here, "in"), "query"), _CREDENTIALS)
        yield edit("renamed", "is an argument of another name.", rename(here, f"{key}X"), (*_CREDENTIALS, "surface"))
        yield edit("dropped", "is not required.", drop(here), _CREDENTIALS)
        yield edit("described", "has no description.", drop((*here, "description")), _SURFACE)


def _of_webhooks(document: Node) -> Iterator[ClientFault]:
    used = roles(document)
    response = next(name for name in objects(document) if RESPONSE in used[name])
    for name, methods in document.get("webhooks", {}).items():
        here: Pointer = ("webhooks", name)
        edit = partial(contract_fault, "webhook", name)
        yield edit("dropped", "is missing.", drop(here), _HOOKS)
        for method in methods:
            schema = (*here, method, "requestBody", "content", "application/json", "schema")
            other = put(schema, {"$ref": reference_to((*SCHEMAS, response))})
            yield edit("swapped", f"has the body {response}.", other, _HOOKS)


def _of_error_codes(document: Node) -> Iterator[ClientFault]:
    table: dict[str, Any] = found(document, _ERROR_CODE)
    entries, actions = table["x-error-codes"], table["x-error-actions"]
    types = [*dict.fromkeys(entry["type"] for entry in entries)]
    for index, entry in enumerate(entries):
        here, action = (*_ERROR_CODE, "x-error-codes", index), (*_ERROR_CODE, "x-error-actions", entry["code"])
        edit = partial(contract_fault, "error-code", entry["code"])
        other = types[(types.index(entry["type"]) + 1) % len(types)]
        yield edit("type", f"has the type {other}.", put((*here, "type"), other), ("error-by-type",))
        if entry["code"] in actions:
            yield edit("unadvised", "has no advice.", drop(action), ("error-advice",))
    fault, first = partial(contract_fault, "error-code"), (*_ERROR_CODE, "x-error-actions", next(iter(actions)))
    listed = [entry["code"] for entry in entries].index(first[-1])
    unlisted = drop((*_ERROR_CODE, "x-error-codes", listed), first)
    yield fault(str(first[-1]), "unlisted", "is not listed.", unlisted, ("error-by-type", "error-advice"))
    yield fault("error codes", "status", "have the status 418.", at((*_ERROR_CODE, "x-error-codes"), _recode),
                ("error-by-type", "error-fields"), equivalent="the client reads the status from the response")  # fmt: skip


def _recode(entries: list[Node]) -> None:
    for entry in entries:
        entry["status"] = 418


def _of_versions() -> Iterator[ClientFault]:
    fault = partial(contract_fault, "version")
    yield fault("info.version", "other", "is another.", put(("info", "version"), "9.9.9"), _WIRE)
    yield fault("info.x-plaid-version", "other", "is another.", put(("info", "x-plaid-version"), "2018-05-22"), _SURFACE,
                equivalent="it records where the contract comes from")  # fmt: skip
    yield fault("security", "none", "requires no credentials.", put(("security",), [{}]), _CREDENTIALS,
                equivalent="the client always has credentials")  # fmt: skip
