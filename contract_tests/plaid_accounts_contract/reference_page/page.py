"""The page's HTML: what the form of Test request offers, and what the viewer does not draw of the contract."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from plaid_accounts_contract.contract import Contract, Operation
from plaid_accounts_contract.reference_page.destination import Destination
from plaid_accounts_contract.reports.documents import fill

PREFIX: Final = "/reference-page"

_TEMPLATE: Final = Path(__file__).with_name("page.html.jinja")
_KEYS: Final = ("client_id", "secret")
_UNKNOWN_ID: Final = "unknownAccountId"


def render(contract: Contract, destination: Destination) -> str:
    """Return the page."""
    error_code = contract.at(("components", "schemas", "PlaidError", "properties", "error_code"))
    actions = error_code.get("x-error-actions", {})
    return fill(
        _TEMPLATE,
        prefix=PREFIX,
        contract=contract,
        info={"summary": "", "description": "", "x-plaid-version": "", **contract.document["info"]},
        destination=destination,
        choices=choices(contract, destination),
        errors=[
            (entry, actions.get(entry.code, ""), _paths(contract, entry.belongs_to, "any operation"))
            for entry in contract.error_codes.values()
        ],
        requirements=[
            (entry, _paths(contract, partial(contract.requires, entry.id), "every operation"))
            for entry in contract.requirements.values()
        ],
    )


def _paths(contract: Contract, concerned: Callable[[Operation], bool], everywhere: str) -> str:
    paths = [operation.path for operation in contract.operations if concerned(operation)]
    return everywhere if len(paths) == len(contract.operations) else ", ".join(paths)


def choices(contract: Contract, destination: Destination) -> list[dict[str, Any]]:
    """Return what the form offers: every operation of the contract, the primary one first, with bodies to start from.

    `tokens` and `filters` are whether it takes an access token and a list of account ids; `credentials` is where an
    example has them.
    """
    ordered = sorted(contract.operations, key=lambda operation: operation is not contract.primary)
    return [_choice(contract, operation, destination) for operation in ordered]


def _choice(contract: Contract, operation: Operation, destination: Destination) -> dict[str, Any]:
    properties = contract.properties(contract.request(operation))
    filters = "options" in properties and "account_ids" in contract.properties(properties["options"])
    tokens = "access_token" in properties
    start = {"access_token": destination.tokens[0].value} if tokens else {}
    examples = [*_examples(contract, operation, start, known=not destination.base_url)]
    if not examples:
        examples = [_example("The smallest request", "header", start)]
    if filters:
        unknown = {**start, "options": {"account_ids": [_UNKNOWN_ID]}}
        examples.append(_example("An account id that the Item does not have", "header", unknown))
    line, summary = f"{operation.method} {operation.path}", operation.definition.get("summary", "")
    named = {"id": operation.id, "line": line, "summary": summary}
    return {**named, "tokens": tokens, "filters": filters, "examples": examples}


def _examples(
    contract: Contract, operation: Operation, start: Mapping[str, Any], *, known: bool
) -> Iterator[dict[str, str]]:
    """Yield the contract's examples; another server than the reference server gets its own token and no account ids."""
    content = contract.at((*operation.pointer, "requestBody", "content", "application/json"))
    for name, example in content.get("examples", {}).items():
        body = {key: entry for key, entry in example["value"].items() if key not in _KEYS}
        options = body.get("options")
        if known or not (isinstance(options, Mapping) and "account_ids" in options):
            place = "body" if set(_KEYS) & set(example["value"]) else "header"
            yield _example(example.get("summary", name), place, body if known else {**body, **start})


def _example(summary: str, credentials: str, body: Mapping[str, Any]) -> dict[str, str]:
    return {"summary": summary, "credentials": credentials, "body": json.dumps(body, indent=2, ensure_ascii=False)}
