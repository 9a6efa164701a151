"""What a client is set up with: servers, security schemes, version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mutation.client_faults.contract.changes import Pointer, drop, put, rename
from mutation.client_faults.fault import ClientFault
from mutation.client_faults.generation import Change, ContractEdit, Node

_SERVERS: Final = ("wire-method-path-headers", "configuration")
_KEYS: Final = ("credentials-placement", "configuration")
_SCHEMES: Final[Pointer] = ("components", "securitySchemes")


def faults(document: Node) -> Iterator[ClientFault]:
    """Give the faults of servers, security schemes and version."""
    servers: Pointer = ("servers",)
    for index, server in enumerate(document["servers"]):
        name, here = server["x-environment"], (*servers, index)
        moved, renamed = put((*here, "url"), "https://elsewhere.example"), put((*here, "x-environment"), "elsewhere")
        yield _fault("server", f"{name}-moved", f"{name} is at another host.", _SERVERS, moved)
        yield _fault("server", f"{name}-renamed", f"{name} has another name.", _SERVERS, renamed)
        yield _fault("server", f"{name}-dropped", f"{name} is not there.", _SERVERS, drop(here))
    another = [*document["servers"], {"url": "https://e.example", "x-environment": "elsewhere"}]
    yield _fault("server", "added", "There is another server.", ("configuration",), put(servers, another))
    for key, scheme in document["components"]["securitySchemes"].items():
        yield from _of_key(key, scheme)
    yield _fault("security", "none", "No key is asked for.", _KEYS, put(("security",), [{}]), equivalent="the client always has keys; which operation takes none is not told by the contract")  # fmt: skip
    yield _fault("version", "other", "The version is another.", ("surface", "wire-method-path-headers"),
                 put(("info", "version"), "9.9.9"))  # fmt: skip
    yield _fault("version", "plaid", "Plaid's version is another.", ("surface",),
                 put(("info", "x-plaid-version"), "2018-05-22"), equivalent="it says where the contract is from")  # fmt: skip


def _of_key(key: str, scheme: Node) -> Iterator[ClientFault]:
    here = (*_SCHEMES, key)
    yield _fault(
        "key", f"{key}-header", f"{key} goes in another header.", _KEYS, put((*here, "name"), scheme["name"] + "-X")
    )
    yield _fault("key", f"{key}-query", f"{key} goes in the query.", _KEYS, put((*here, "in"), "query"))
    yield _fault(
        "key", f"{key}-renamed", f"{key} is an argument of another name.", (*_KEYS, "surface"), rename(here, f"{key}X")
    )
    yield _fault("key", f"{key}-dropped", f"{key} is not asked for.", _KEYS, drop(here))
    yield _fault("key", f"{key}-described", f"{key} has no description.", ("surface",), drop((*here, "description")))


def _fault(
    kind: str, deed: str, statement: str, guarantees: tuple[str, ...], change: Change, *, equivalent: str = ""
) -> ClientFault:
    return ClientFault(
        id=f"contract:{kind}:{deed}",
        kind=f"contract/{kind}",
        statement=statement,
        guarantees=guarantees,
        edit=ContractEdit(change),
        equivalent=equivalent,
    )
