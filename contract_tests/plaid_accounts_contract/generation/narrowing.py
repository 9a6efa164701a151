"""The contract narrowed to one target: its credentials, token and ids instead of any string.

From the contract itself, Schemathesis would never generate a valid token, and every request would be rejected for the
same reason. From the narrowed one, most requests succeed, and each invalid one is invalid for a reason of its own.
Responses are checked against the full contract, never against this one.

Properties are narrowed by name: `access_token`, `account_ids` and `key_id` at any depth, `client_id` and `secret` at the
top. Everything else remains as in the contract.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.contract import JSON_MEDIA_TYPE, Contract, Operation, resolve
from plaid_accounts_contract.generation.request_builder import CLIENT_ID_HEADER, SECRET_HEADER
from plaid_accounts_contract.settings import Mode

Schema = dict[str, Any]


def narrow(
    contract: Contract, operation: Operation, test_data: TestData, mode: Mode, fields: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a document with `operation` alone, narrowed to `test_data`, with credentials in the place of `mode`.

    `fields` are the properties of its example, without credentials; by default the access_token alone.
    """
    document: dict[str, Any] = copy.deepcopy(dict(contract.document))
    definition = document["paths"][operation.path][operation.method.lower()]
    document["paths"] = {operation.path: {operation.method.lower(): definition}}
    document["security"] = []
    media_type = resolve(document, definition["requestBody"])["content"][JSON_MEDIA_TYPE]
    body = resolve(document, media_type["schema"])
    _place_credentials(body, test_data, mode)
    _narrow(document, body, test_data, set())
    keys = {"client_id": test_data.client_id, "secret": test_data.secret} if mode == "body" else {}
    example = keys | ({"access_token": test_data.primary.access_token} if fields is None else dict(fields))
    media_type["examples"] = {"narrowed": {"value": example}}
    # Without Plaid-Version: the contract does not cover the responses of other versions.
    definition["parameters"] = _headers(test_data) if mode == "header" else []
    return document


def _place_credentials(body: Schema, test_data: TestData, mode: Mode) -> None:
    properties = body.setdefault("properties", {})
    if mode == "body":
        properties["client_id"] = {"type": "string", "enum": [test_data.client_id]}
        properties["secret"] = {"type": "string", "enum": [test_data.secret]}
        body["required"] = ["client_id", "secret", *body.get("required", ())]
    else:
        properties.pop("client_id", None)
        properties.pop("secret", None)


def _narrow(document: Schema, schema: Schema, test_data: TestData, seen: set[int]) -> None:
    """Narrow a schema and every schema that it refers to, each once."""
    schema = resolve(document, schema)
    if id(schema) in seen:
        return
    seen.add(id(schema))
    properties: Schema = schema.get("properties", {})
    if "access_token" in properties:
        properties["access_token"] = {"type": "string", "enum": [test_data.primary.access_token]}
    if "key_id" in properties and test_data.key_ids:
        properties["key_id"] = {"type": "string", "enum": list(test_data.key_ids)}
    if "account_ids" in properties:
        ids = resolve(document, properties["account_ids"])
        ids |= {"items": {"type": "string", "enum": list(test_data.primary.account_ids)}, "minItems": 1}
    for inner in _below(schema):
        _narrow(document, inner, test_data, seen)


def _below(schema: Schema) -> Iterator[Schema]:
    yield from (inner for name, inner in schema.get("properties", {}).items() if name != "account_ids")
    if isinstance(schema.get("items"), dict):
        yield schema["items"]
    for keyword in ("oneOf", "anyOf", "allOf"):
        yield from schema.get(keyword, ())


def _headers(test_data: TestData) -> list[Schema]:
    issued = ((CLIENT_ID_HEADER, test_data.client_id), (SECRET_HEADER, test_data.secret))
    return [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string", "enum": [value]}}
        for name, value in issued
    ]
