"""The contract as other testers are given it: one operation, narrowed to what a target knows.

Without valid credentials and tokens in the document every tester would see one refusal again and again, so all of them
get the same narrowing, which is what someone who sets one of them up would write.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

import attrs

from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.settings import Settings

Json = Any
Mode = Literal["header", "body"]

PATH: Final = "/accounts/get"
OPERATION: Final = "accountsGet"
_JSON: Final = "application/json"
_SECTIONS: Final = ("schemas", "responses", "parameters", "securitySchemes")
_HEADERS: Final = {"client_id": "PLAID-CLIENT-ID", "secret": "PLAID-SECRET"}


def accounts_get(contract: Contract) -> dict[str, Json]:
    """Return the document with `POST /accounts/get` alone, and the components that it uses."""
    document = copy.deepcopy(dict(contract.document))
    document.pop("webhooks", None)
    document["paths"] = {PATH: {"post": document["paths"][PATH]["post"]}}
    used = _reachable(document)
    components = document["components"]
    document["components"] = {
        section: {
            name: entry
            for name, entry in components[section].items()
            if section == "securitySchemes" or f"#/components/{section}/{name}" in used
        }
        for section in _SECTIONS
        if section in components
    }
    return document


def told(contract: Contract, known: Settings) -> Settings:
    """Return what testers are told of a server: `known` without the tokens whose errors other operations answer."""
    codes = contract.error_codes_of(contract.operation(OPERATION))
    return attrs.evolve(known, error_tokens=tuple(entry for entry in known.error_tokens if entry[0] in codes))


def narrowed(contract: Contract, known: Settings, mode: Mode) -> dict[str, Json]:
    """Return that document with the credentials, the token and the ids that `known` names in place of any string."""
    document = accounts_get(contract)
    document["security"] = []
    operation = document["paths"][PATH]["post"]
    operation["parameters"] = (
        [_header(name, value) for name, value in headers(known).items()] if mode == "header" else []
    )
    body = request_schema(document)
    properties = body["properties"]
    properties["access_token"] = _one_of(known.access_token)
    if mode == "body":
        properties |= {name: _one_of(value) for name, value in fields(known).items()}
        body["required"] = [*_HEADERS, *body["required"]]
    else:
        for name in _HEADERS:
            properties.pop(name, None)
    ids = resolve(document, properties["options"]["$ref"])["properties"]["account_ids"]
    ids |= {"items": _one_of(*known.account_ids), "minItems": 1}
    give_requests(document, {"narrowed": credentials(known, mode) | {"access_token": known.access_token}})
    return document


def request_schema(document: Mapping[str, Json]) -> dict[str, Json]:
    """Return the schema of the operation's request body."""
    return resolve(document, document["paths"][PATH]["post"]["requestBody"]["content"][_JSON]["schema"]["$ref"])


def give_requests(document: Mapping[str, Json], requests: Mapping[str, Json]) -> None:
    """Make `requests` the examples of the request body, by name."""
    media = document["paths"][PATH]["post"]["requestBody"]["content"][_JSON]
    media["examples"] = {name: {"value": value} for name, value in requests.items()}


def response_schema(document: Mapping[str, Json], status: int) -> str:
    """Return the reference to the schema of the operation's responses with this status."""
    response = document["paths"][PATH]["post"]["responses"][str(status)]
    if "$ref" in response:
        response = resolve(document, response["$ref"])
    return str(response["content"][_JSON]["schema"]["$ref"])


def resolve(document: Mapping[str, Json], reference: str) -> dict[str, Json]:
    """Return the component that `reference` names."""
    node: Json = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    found: dict[str, Json] = node
    return found


def headers(known: Settings) -> dict[str, str]:
    """Return the credentials as headers."""
    return {_HEADERS[name]: value for name, value in fields(known).items()}


def fields(known: Settings) -> dict[str, str]:
    """Return the credentials as properties of the body."""
    return {"client_id": known.client_id, "secret": known.secret}


def credentials(known: Settings, mode: Mode) -> dict[str, str]:
    """Return the credentials that stand in the body in this mode."""
    return fields(known) if mode == "body" else {}


def _header(name: str, value: str) -> dict[str, Json]:
    return {"name": name, "in": "header", "required": True, "schema": _one_of(value), "example": value}


def _one_of(*values: str) -> dict[str, Json]:
    return {"type": "string", "enum": list(values)}


def _reachable(document: Mapping[str, Json]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [*_references(document["paths"])]
    while waiting:
        reference = waiting.pop()
        if reference not in found:
            found.add(reference)
            waiting += _references(resolve(document, reference))
    return frozenset(found)


def _references(node: Json) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for value in node:
            yield from _references(value)
