"""What the form of Test request offers: operations, examples of their bodies, and access tokens."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from plaid_accounts_contract.contract import Contract, Operation, Pointer
from plaid_accounts_contract.reference_page.destination import Destination

_KEYS: Final = ("client_id", "secret")
_UNKNOWN_ID: Final = "unknownAccountId"


@attrs.frozen
class Example:
    """A body to begin with; `credentials` says where the example has them."""

    summary: str
    credentials: str
    body: str


@attrs.frozen
class Choice:
    """An operation; `tokens` and `filters` say whether it takes an access token and a list of account ids."""

    id: str
    line: str
    summary: str
    tokens: bool
    filters: bool
    examples: tuple[Example, ...]


def choices(contract: Contract, destination: Destination) -> list[Choice]:
    """Return every operation of the contract, the primary one first."""
    ordered = sorted(contract.operations, key=lambda operation: operation is not contract.primary)
    return [_choice(contract, operation, destination) for operation in ordered]


def _choice(contract: Contract, operation: Operation, destination: Destination) -> Choice:
    properties = _properties(contract, contract.request(operation))
    options = properties.get("options")
    filters = options is not None and "account_ids" in _properties(contract, options)
    tokens = "access_token" in properties
    beginning = {"access_token": destination.tokens[0].value} if tokens else {}
    examples = [*_examples(contract, operation, beginning, known=not destination.base_url)]
    if not examples:
        examples = [Example("the smallest request", "header", _written(beginning))]
    if filters:
        unknown = {**beginning, "options": {"account_ids": [_UNKNOWN_ID]}}
        examples.append(Example("An account id that the Item does not have", "header", _written(unknown)))
    line = f"{operation.method} {operation.path}"
    return Choice(operation.id, line, operation.definition.get("summary", ""), tokens, filters, tuple(examples))


def _properties(contract: Contract, pointer: Pointer) -> Mapping[str, Pointer]:
    schema = contract.at(contract.follow(pointer))
    names = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
    return {name: contract.follow((*contract.follow(pointer), "properties", name)) for name in names}


def _examples(
    contract: Contract, operation: Operation, beginning: Mapping[str, Any], *, known: bool
) -> Iterator[Example]:
    """Yield the contract's examples with a token of the destination; what only the reference server knows stays there."""
    content = contract.at((*operation.pointer, "requestBody", "content", "application/json"))
    for name, example in content.get("examples", {}).items():
        value = {key: entry for key, entry in example["value"].items() if key not in _KEYS}
        if known or not _names_accounts(value):
            place = "body" if set(_KEYS) & set(example["value"]) else "header"
            body = value if known else {**value, **beginning}
            yield Example(example.get("summary", name), place, _written(body))


def _names_accounts(body: Mapping[str, Any]) -> bool:
    options = body.get("options")
    return isinstance(options, Mapping) and "account_ids" in options


def _written(body: Mapping[str, Any]) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False)
