"""What responses contain that the contract does not list: values, properties and codes, with the lines to add."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final

from plaid_accounts_contract.contract import Contract, Pointer
from plaid_accounts_contract.reports.coverage import Coverage
from plaid_accounts_contract.wire.exchange import Exchange

_CODES: Final = ("components", "schemas", "PlaidError", "properties", "error_code", "x-error-codes")
_TYPES: Final = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
Addition = tuple[Pointer, str]


def additions(contract: Contract, exchanges: Iterable[Exchange]) -> list[str]:
    """Return, for each thing unknown, its place in openapi.yaml, the line to add there, and how often it was seen."""
    walks = {operation.id: Coverage(contract, operation) for operation in contract.operations}
    found: Counter[Addition] = Counter()
    for exchange in exchanges:
        operation = contract.operation_at(exchange.request.path, exchange.request.method)
        body, walk = exchange.json, walks[operation.id]
        schema = walk.bodies.get(str(exchange.response.status))
        if schema is not None:
            found.update(_unknown(walk, schema, body))
        code = body.get("error_code") if isinstance(body, dict) else None
        if isinstance(code, str) and code not in contract.error_codes:
            kind, status = body.get("error_type"), exchange.response.status
            found[(_CODES, f"- {{type: {kind}, code: {code}, status: {status}}}")] += 1
    return [
        f"openapi.yaml:{contract.line(place)} {'/'.join(map(str, place[2:]))}: add `{line}` (seen {times})"
        for (place, line), times in sorted(found.items(), key=lambda one: (contract.line(one[0][0]), one[0][1]))
    ]


def _unknown(walk: Coverage, pointer: Pointer, value: Any) -> Iterator[Addition]:
    parts = walk.parts(pointer)
    if isinstance(value, str):
        enums = [part for part in parts if part in walk.values]
        if enums and not any(value in walk.values[part] for part in enums):
            yield (*enums[0], "enum"), f"- {json.dumps(value)}"
    elif isinstance(value, list):
        items = [(*part, "items") for part in parts if "items" in walk.contract.at(part)]
        yield from chain.from_iterable(_unknown(walk, place, entry) for place in items for entry in value)
    elif isinstance(value, Mapping):
        yield from _members(walk, parts, value)


def _members(walk: Coverage, parts: Iterable[Pointer], value: Mapping[str, Any]) -> Iterator[Addition]:
    owners = {one.name: (part, one.pointer) for part in parts for one in walk.properties_at(part)}
    for name, member in value.items():
        if name in owners:
            yield from _unknown(walk, owners[name][1], member)
        elif owners:
            kind = _TYPES.get(type(member), "'null'")
            yield (*next(iter(owners.values()))[0], "properties"), f"{json.dumps(name)}: {{type: {kind}}}"
