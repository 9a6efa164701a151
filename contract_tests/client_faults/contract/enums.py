"""Lists of values: one changed, removed, added or under another name; and the single values beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from client_faults.contract import reach
from client_faults.fault import ClientFault
from client_faults.generation import ContractEdit, Node

_PROMISES: Final = ("unknown-enum-kept", "surface")
_NAMES: Final = "x-enum-varnames"
_STEM: Final = "CONTRACT_MUTATION"


def faults(document: Node) -> Iterator[ClientFault]:
    """Give the faults of every list: of its first, middle and last value."""
    for name, schema in reach.schemas(document).items():
        if "enum" in schema:
            yield from _of(name, schema)
    yield from _constants(document)


def _of(name: str, schema: Node) -> Iterator[ClientFault]:
    values = schema["enum"]
    for index in sorted({0, len(values) // 2, len(values) - 1}):
        value = values[index]
        yield _fault(name, f"changed-{index}", f"lists {value.swapcase()!r} in place of {value!r}.",
                     lambda inner, i=index: _replace(inner, i))  # fmt: skip
        yield _fault(name, f"removed-{index}", f"does not list {value!r}.", lambda inner, i=index: _remove(inner, i))
        if _NAMES in schema:
            yield _fault(
                name, f"named-{index}", f"has {value!r} under another name.", lambda inner, i=index: _name(inner, i)
            )
    yield _fault(name, "added", "lists a value more.", _add)
    if "description" in schema:
        yield _fault(name, "described", "has no description.", lambda inner: inner.pop("description"))


def _fault(name: str, deed: str, statement: str, change: Callable[[Node], object]) -> ClientFault:
    def edit(document: Node) -> None:
        change(document["components"]["schemas"][name])

    return ClientFault(
        id=f"contract:{name}:{deed}",
        kind="contract/enum" if deed != "described" else "contract/described",
        statement=f"{name} {statement}",
        promises=_PROMISES,
        edit=ContractEdit(edit),
        near=name,
    )


def _replace(schema: Node, index: int) -> None:
    schema["enum"][index] = schema["enum"][index].swapcase()


def _remove(schema: Node, index: int) -> None:
    del schema["enum"][index]
    if _NAMES in schema:
        del schema[_NAMES][index]


def _name(schema: Node, index: int) -> None:
    schema[_NAMES][index] = _STEM


def _add(schema: Node) -> None:
    schema["enum"].append(_STEM)
    if _NAMES in schema:
        schema[_NAMES].append(_STEM)


def _constants(document: Node) -> Iterator[ClientFault]:
    """Give the faults of values that stand alone beside a list."""
    roles = reach.roles(document)
    for owner, schema in reach.objects(document).items():
        for name, inner in schema["properties"].items():
            for index, choice in enumerate(inner.get("oneOf", ())):
                if "const" in choice:
                    for deed, statement, change in (
                        ("const-changed", f"allows 'another' in place of {choice['const']!r}.", _another),
                        ("const-lost", f"does not allow {choice['const']!r}.", None),
                    ):
                        yield ClientFault(
                            id=f"contract:{owner}.{name}:{deed}",
                            kind="contract/const",
                            statement=f"{owner}.{name} {statement}",
                            promises=reach.promises(roles[owner]),
                            edit=ContractEdit(_constant(owner, name, index, change)),
                            near=owner,
                        )


def _constant(owner: str, name: str, index: int, change: Callable[[Node], None] | None) -> Callable[[Node], None]:
    def edit(document: Node) -> None:
        choices = document["components"]["schemas"][owner]["properties"][name]["oneOf"]
        if change is None:
            del choices[index]
        else:
            change(choices[index])

    return edit


def _another(schema: Node) -> None:
    schema["const"] = "another"
