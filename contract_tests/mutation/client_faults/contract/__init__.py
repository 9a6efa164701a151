"""Faults that come of the contract: each is a change of the document, from which another client is generated."""

from __future__ import annotations

from collections.abc import Iterator

from mutation.client_faults.contract import (
    enums,
    errors,
    objects,
    operations,
    parameters,
    properties,
    settings,
    webhooks,
)
from mutation.client_faults.fault import ClientFault
from mutation.client_faults.generation import Node


def derive(document: Node) -> Iterator[ClientFault]:
    """Give the faults that the contract has in it, derived from the document."""
    for module in (operations, parameters, settings, properties, objects, enums, errors, webhooks):
        yield from module.faults(document)
