"""The table of errors: another error_type, code or status for a code, another advice or none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mutation.client_faults.contract.changes import SCHEMAS, Pointer, both, drop, put
from mutation.client_faults.fault import ClientFault
from mutation.client_faults.generation import Change, ContractEdit, Node

_TABLE: Final[Pointer] = (*SCHEMAS, "PlaidError", "properties", "error_code")
_CODES: Final[Pointer] = (*_TABLE, "x-error-codes")
_ACTIONS: Final[Pointer] = (*_TABLE, "x-error-actions")


def faults(document: Node) -> Iterator[ClientFault]:
    """Give the faults of every error code."""
    table = document["components"]["schemas"]["PlaidError"]["properties"]["error_code"]
    entries, actions = table["x-error-codes"], table["x-error-actions"]
    types = [*dict.fromkeys(entry["type"] for entry in entries)]
    for index, entry in enumerate(entries):
        code, here = entry["code"], (*_CODES, index)
        other = types[(types.index(entry["type"]) + 1) % len(types)]
        yield _fault(code, "type", f"is of type {other}.", ("error-by-type",), put((*here, "type"), other))
        yield _fault(code, "status", "comes with status 418.", ("error-by-type", "error-fields"), put((*here, "status"), 418), equivalent="every status from 400 on is read as an error, whatever its code")  # fmt: skip
        unlisted = both(drop(here), drop((*_ACTIONS, code))) if code in actions else drop(here)
        yield _fault(code, "unlisted", "is not listed.", ("error-by-type", "error-advice"), unlisted)
        if code in actions:
            another = next(action for action in actions.values() if action != actions[code])
            yield _fault(code, "unadvised", "has no advice.", ("error-advice",), drop((*_ACTIONS, code)))
            yield _fault(
                code, "misadvised", "has another's advice.", ("error-advice",), put((*_ACTIONS, code), another)
            )


def _fault(
    code: str, deed: str, statement: str, guarantees: tuple[str, ...], change: Change, *, equivalent: str = ""
) -> ClientFault:
    return ClientFault(
        id=f"contract:{code}:{deed}",
        kind="contract/error-codes",
        statement=f"{code} {statement}",
        guarantees=guarantees,
        edit=ContractEdit(change),
        near=code,
        equivalent=equivalent,
    )
