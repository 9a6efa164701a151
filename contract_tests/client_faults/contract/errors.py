"""The table of errors: another error_type, code or status for a code, another advice or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from client_faults.fault import ClientFault
from client_faults.generation import ContractEdit, Node

_CODES: Final = "x-error-codes"
_ACTIONS: Final = "x-error-actions"


def faults(document: Node) -> Iterator[ClientFault]:
    """Give the faults of every error code."""
    table = _table(document)
    types = [*dict.fromkeys(entry["type"] for entry in table[_CODES])]
    codes = [entry["code"] for entry in table[_CODES]]
    for index, entry in enumerate(table[_CODES]):
        code = entry["code"]
        other = types[(types.index(entry["type"]) + 1) % len(types)]
        yield _fault(code, "type", f"is of type {other}.", ("error-by-type",),
                     lambda inner, i=index, o=other: inner[_CODES][i].update(type=o))  # fmt: skip
        yield _fault(code, "status", "comes with status 418.", ("error-by-type", "error-fields"),
                     lambda inner, i=index: inner[_CODES][i].update(status=418))  # fmt: skip
        yield _fault(code, "unlisted", "is not listed.", ("error-by-type", "error-advice"),
                     lambda inner, i=index, c=code: _drop(inner, i, c))  # fmt: skip
        if code in table[_ACTIONS]:
            another = next(table[_ACTIONS][key] for key in codes if table[_ACTIONS].get(key) != table[_ACTIONS][code])
            yield _fault(code, "unadvised", "has no advice.", ("error-advice",),
                         lambda inner, c=code: inner[_ACTIONS].pop(c))  # fmt: skip
            yield _fault(code, "misadvised", "has the advice of another.", ("error-advice",),
                         lambda inner, c=code, a=another: inner[_ACTIONS].update({c: a}))  # fmt: skip


def _table(document: Node) -> Node:
    found: Node = document["components"]["schemas"]["PlaidError"]["properties"]["error_code"]
    return found


def _drop(table: Node, index: int, code: str) -> None:
    del table[_CODES][index]
    table[_ACTIONS].pop(code, None)


def _fault(
    code: str, deed: str, statement: str, promises: tuple[str, ...], change: Callable[[Node], object]
) -> ClientFault:
    def edit(document: Node) -> None:
        change(_table(document))

    return ClientFault(
        id=f"contract:{code}:{deed}",
        kind="contract/error-codes",
        statement=f"{code} {statement}",
        promises=promises,
        edit=ContractEdit(edit),
        near=code,
    )
