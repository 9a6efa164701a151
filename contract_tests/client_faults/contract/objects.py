"""Objects as a whole: open or closed, described in other words, with other relations between their properties."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from client_faults.contract import reach
from client_faults.fault import ClientFault
from client_faults.generation import ContractEdit, Node

_RELATIONS: Final = ("not", "if")


def faults(document: Node) -> Iterator[ClientFault]:
    """Give every fault of every object."""
    roles = reach.roles(document)
    for name, schema in reach.objects(document).items():
        closed = schema.get("additionalProperties") is False
        word = "may have further properties" if closed else "may have no further property"
        yield _fault(name, "opened" if closed else "closed", f"{word}.",
                     lambda inner, c=closed: inner.update(additionalProperties=c),
                     reach.promises(roles[name], reading=("unknown-fields-kept",)))  # fmt: skip
        yield _fault(name, "described", "has no description.", lambda inner: inner.pop("description"), ("surface",))
        for keyword in _RELATIONS:
            if keyword in schema:
                yield _fault(name, f"clause-{keyword}", f"has no {keyword}.", lambda inner, k=keyword: inner.pop(k),
                             reach.promises(roles[name]))  # fmt: skip


def _fault(
    name: str, deed: str, statement: str, change: Callable[[Node], object], promises: tuple[str, ...]
) -> ClientFault:
    def edit(document: Node) -> None:
        change(document["components"]["schemas"][name])

    return ClientFault(
        id=f"contract:{name}:{deed}",
        kind=f"contract/{deed.partition('-')[0].replace('opened', 'openness').replace('closed', 'openness')}",
        statement=f"{name} {statement}",
        promises=promises,
        edit=ContractEdit(edit),
        near=name,
    )
