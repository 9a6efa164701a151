"""The contract narrowed to one target: its credentials, token and ids in place of "any string".

Generated from the contract as it stands, no request would ever be answered with 200, and every refusal would be for the
same reason. Narrowed, most are answered with accounts, and each invalid one is invalid for a reason of its own. What
comes back is judged against the full contract, never against this one.
"""

from __future__ import annotations

import copy
from typing import Any

from plaid_accounts_contract.contract import Contract, Operation
from plaid_accounts_contract.exchange import Mode
from plaid_accounts_contract.requests import CLIENT_ID_HEADER, SECRET_HEADER
from plaid_accounts_contract.subject import Subject


def specialise(contract: Contract, operation: Operation, subject: Subject, mode: Mode) -> dict[str, Any]:
    """Return a document with `operation` alone, narrowed to `subject`, with the credentials where `mode` says."""
    document: dict[str, Any] = copy.deepcopy(dict(contract.document))
    definition = document["paths"][operation.path][operation.method.lower()]
    document["paths"] = {operation.path: {operation.method.lower(): definition}}
    document["security"] = []
    schema = definition["requestBody"]["content"]["application/json"]
    body = document["components"]["schemas"][schema["schema"]["$ref"].rsplit("/", 1)[1]]
    schema["examples"] = {"narrowed": {"value": _example(subject, mode)}}
    _narrow_body(document, body, subject, mode)
    # Plaid-Version is left out: what another version answers is outside the contract, so a wrong one proves nothing.
    definition["parameters"] = _headers(subject) if mode == "header" else []
    return document


def _narrow_body(document: dict[str, Any], body: dict[str, Any], subject: Subject, mode: Mode) -> None:
    properties = body["properties"]
    properties["access_token"] = {"type": "string", "enum": [subject.primary.access_token]}
    if mode == "body":
        properties["client_id"] = {"type": "string", "enum": [subject.client_id]}
        properties["secret"] = {"type": "string", "enum": [subject.secret]}
        body["required"] = ["client_id", "secret", *body["required"]]
    else:
        del properties["client_id"], properties["secret"]
    options = document["components"]["schemas"]["AccountsGetRequestOptions"]
    filters = options["properties"]["account_ids"]
    filters["items"] = {"type": "string", "enum": list(subject.primary.account_ids)}
    filters["minItems"] = 1


def _example(subject: Subject, mode: Mode) -> dict[str, Any]:
    credentials = {"client_id": subject.client_id, "secret": subject.secret} if mode == "body" else {}
    return {**credentials, "access_token": subject.primary.access_token}


def _headers(subject: Subject) -> list[dict[str, Any]]:
    issued = ((CLIENT_ID_HEADER, subject.client_id), (SECRET_HEADER, subject.secret))
    return [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string", "enum": [value]}}
        for name, value in issued
    ]
