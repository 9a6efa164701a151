"""Objects as a whole: open or closed, described in other words, with other relations between their properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mutation.client_faults.contract import reach
from mutation.client_faults.contract.changes import SCHEMAS, drop, put
from mutation.client_faults.fault import ClientFault
from mutation.client_faults.generation import Change, ContractEdit, Node

_RELATIONS: Final = ("not", "if")


def faults(document: Node) -> Iterator[ClientFault]:
    """Give every fault of every object."""
    roles = reach.roles(document)
    for name, schema in reach.objects(document).items():
        here = (*SCHEMAS, name)
        closed = schema.get("additionalProperties") is False
        deed, word = ("opened", "any") if closed else ("closed", "no")
        openness = put((*here, "additionalProperties"), closed)
        yield _fault(name, deed, f"may have {word} further property.", openness,
                     breaks=reach.guarantees(roles[name], reading=("unknown-fields-kept",)))  # fmt: skip
        if "description" in schema:
            undescribed = drop((*here, "description"))
            yield _fault(name, "described", "has no description.", undescribed, breaks=("surface",))
        for keyword in _RELATIONS:
            if keyword in schema:
                yield _fault(name, f"clause-{keyword}", f"has no {keyword}.", drop((*here, keyword)),
                             breaks=reach.guarantees(roles[name]), equivalent=reach.SUITE_ALONE)  # fmt: skip


def _fault(
    name: str, deed: str, statement: str, change: Change, *, breaks: tuple[str, ...], equivalent: str = ""
) -> ClientFault:
    kind = deed.partition("-")[0]
    return ClientFault(
        id=f"contract:{name}:{deed}",
        kind=f"contract/{kind if kind in ('described', 'clause') else 'openness'}",
        statement=f"{name} {statement}",
        guarantees=breaks,
        edit=ContractEdit(change),
        near=name,
        equivalent=equivalent,
    )
