"""What a client is set up with: servers, security schemes, version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from client_faults.fault import ClientFault
from client_faults.generation import ContractEdit, Node

_SERVERS: Final = ("wire-method-path-headers", "configuration")
_KEYS: Final = ("credentials-placement", "configuration")


def faults(document: Node) -> Iterator[ClientFault]:
    """Give the faults of servers, security schemes and version."""
    for index, server in enumerate(document["servers"]):
        name = server["x-environment"]
        yield _fault("server", f"{name}-moved", f"{name} is at another host.", _SERVERS,
                     lambda whole, i=index: whole["servers"][i].update(url="https://elsewhere.example"))  # fmt: skip
        yield _fault("server", f"{name}-renamed", f"{name} has another name.", _SERVERS,
                     lambda whole, i=index: whole["servers"][i].update({"x-environment": "elsewhere"}))  # fmt: skip
        yield _fault("server", f"{name}-dropped", f"{name} is not there.", _SERVERS,
                     lambda whole, i=index: whole["servers"].pop(i))  # fmt: skip
    yield _fault("server", "added", "There is another server.", ("configuration", "surface"),
                 lambda whole: whole["servers"].append({"url": "https://e.example", "x-environment": "elsewhere"}))  # fmt: skip
    for key, scheme in document["components"]["securitySchemes"].items():
        yield from _of_key(key, scheme)
    yield _fault("security", "none", "No key is asked for.", _KEYS, lambda whole: whole.update(security=[{}]))
    yield _fault("version", "other", "The version is another.", ("surface", "wire-method-path-headers"),
                 lambda whole: whole["info"].update(version="9.9.9"))  # fmt: skip
    yield _fault("version", "plaid", "Plaid's version is another.", ("surface",),
                 lambda whole: whole["info"].update({"x-plaid-version": "2018-05-22"}))  # fmt: skip


def _of_key(key: str, scheme: Node) -> Iterator[ClientFault]:
    def scheme_of(whole: Node) -> Node:
        found: Node = whole["components"]["securitySchemes"][key]
        return found

    yield _fault("key", f"{key}-header", f"{key} goes in another header.", _KEYS,
                 lambda whole: scheme_of(whole).update(name=scheme["name"] + "-X"))  # fmt: skip
    yield _fault("key", f"{key}-query", f"{key} goes in the query.", _KEYS,
                 lambda whole: scheme_of(whole).update({"in": "query"}))  # fmt: skip
    yield _fault("key", f"{key}-renamed", f"{key} is an argument of another name.", (*_KEYS, "surface"),
                 lambda whole: _rename(whole["components"]["securitySchemes"], key))  # fmt: skip
    yield _fault("key", f"{key}-dropped", f"{key} is not asked for.", _KEYS,
                 lambda whole: whole["components"]["securitySchemes"].pop(key))  # fmt: skip
    yield _fault("key", f"{key}-described", f"{key} has no description.", ("surface",),
                 lambda whole: scheme_of(whole).pop("description"))  # fmt: skip


def _rename(schemes: Node, key: str) -> None:
    for name in [*schemes]:
        schemes[f"{name}X" if name == key else name] = schemes.pop(name)


def _fault(
    kind: str, deed: str, statement: str, promises: tuple[str, ...], change: Callable[[Node], object]
) -> ClientFault:
    def edit(document: Node) -> None:
        change(document)

    return ClientFault(
        id=f"contract:{kind}:{deed}",
        kind=f"contract/{kind}",
        statement=statement,
        promises=promises,
        edit=ContractEdit(edit),
    )
