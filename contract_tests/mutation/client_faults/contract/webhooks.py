"""Webhooks: one that is missing, or has the body of something else."""

from __future__ import annotations

from collections.abc import Iterator

from mutation.client_faults.contract import reach
from mutation.client_faults.contract.changes import Pointer, drop, put
from mutation.client_faults.fault import ClientFault
from mutation.client_faults.generation import Change, ContractEdit, Node

_BREAKS = ("webhook-genuine", "webhook-refused", "surface")


def faults(document: Node) -> Iterator[ClientFault]:
    """Give the faults of every webhook."""
    webhooks: Node = document.get("webhooks", {})
    for name, methods in webhooks.items():
        here: Pointer = ("webhooks", name)
        rest = {other: webhook for other, webhook in webhooks.items() if other != name}
        yield _fault(name, "dropped", "is not there.", put(("webhooks",), rest))
        for method, definition in methods.items():
            content = (*here, method, "requestBody", "content")
            for media_type in definition["requestBody"]["content"]:
                other = put((*content, media_type, "schema"), {"$ref": f"#/components/schemas/{_other(document)}"})
                yield _fault(name, "swapped", f"has the body of {_other(document)}.", other)
    if webhooks:
        yield _fault("webhooks", "none", "are not there.", drop(("webhooks",)))


def _other(document: Node) -> str:
    """Return the first object of answers."""
    roles = reach.roles(document)
    return next(name for name in reach.objects(document) if reach.ANSWER in roles[name])


def _fault(name: str, deed: str, statement: str, change: Change) -> ClientFault:
    return ClientFault(
        id=f"contract:{name}:webhook-{deed}",
        kind="contract/webhook",
        statement=f"{name} {statement}",
        guarantees=_BREAKS,
        edit=ContractEdit(change),
        near=name,
    )
