"""Lists of values: one changed, removed, added or under another name; and the single values beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mutation.client_faults.contract import reach
from mutation.client_faults.contract.changes import SCHEMAS, Pointer, both, drop, found, put
from mutation.client_faults.fault import ClientFault
from mutation.client_faults.generation import Change, ContractEdit, Node

_GUARANTEES: Final = ("unknown-enum-kept", "surface")
_NAMES: Final = "x-enum-varnames"
_SILENT: Final = "a list has no words of its own in the client: every property with its values has others"
_NEW: Final = "ANOTHER_VALUE"


def faults(document: Node) -> Iterator[ClientFault]:
    """Give the faults of every list, of its first, middle and last value, and of single values."""
    roles = reach.roles(document)
    for name, schema in reach.schemas(document).items():
        if "enum" in schema:
            yield from _of(name, schema, shown=name in _speaking(document))
    for owner, schema in reach.objects(document).items():
        for name, inner in schema["properties"].items():
            here = (*SCHEMAS, owner, "properties", name)
            choices = [(*here, "oneOf", index) for index in range(len(inner.get("oneOf", ())))]
            for place in (here, *choices):
                if "const" in found(document, place):
                    yield from _constant(f"{owner}.{name}", owner, place, reach.guarantees(roles[owner]))


def _of(name: str, schema: Node, *, shown: bool) -> Iterator[ClientFault]:
    here, values = (*SCHEMAS, name), schema["enum"]
    named = _NAMES in schema
    for index in sorted({0, len(values) // 2, len(values) - 1}):
        value = values[index]
        yield _fault(name, f"changed-{index}", f"lists {value.swapcase()!r} in place of {value!r}.",
                     put((*here, "enum", index), value.swapcase()))  # fmt: skip
        removed = drop((*here, "enum", index))
        yield _fault(name, f"removed-{index}", f"does not list {value!r}.",
                     both(removed, drop((*here, _NAMES, index))) if named else removed)  # fmt: skip
        if named:
            yield _fault(
                name, f"named-{index}", f"has {value!r} under another name.", put((*here, _NAMES, index), _NEW)
            )
    added = put((*here, "enum"), [*values, _NEW])
    yield _fault(name, "added", "lists a value more.",
                 both(added, put((*here, _NAMES), [*schema[_NAMES], _NEW])) if named else added)  # fmt: skip
    if "description" in schema:
        silent = "" if shown else _SILENT
        yield _fault(
            name,
            "described",
            "has no description.",
            drop((*here, "description")),
            breaks=("surface",),
            equivalent=silent,
        )


def _constant(title: str, owner: str, place: Pointer, breaks: tuple[str, ...]) -> Iterator[ClientFault]:
    other = put((*place, "const"), "another")
    lost = drop(place if isinstance(place[-1], int) else (*place, "const"))
    yield _fault(title, "const-changed", "allows another single value.", other, near=owner, breaks=breaks)
    yield _fault(title, "const-lost", "does not allow its single value.", lost, near=owner, breaks=breaks)


def _fault(
    name: str,
    deed: str,
    statement: str,
    change: Change,
    *,
    near: str = "",
    breaks: tuple[str, ...] = _GUARANTEES,
    equivalent: str = "",
) -> ClientFault:
    kind = deed.partition("-")[0]
    return ClientFault(
        id=f"contract:{name}:{deed}",
        kind=f"contract/{kind if kind in ('described', 'const') else 'enum'}",
        statement=f"{name} {statement}",
        guarantees=breaks,
        edit=ContractEdit(change),
        near=near or name,
        equivalent=equivalent,
    )


def _speaking(document: Node) -> set[str]:
    """Return the lists whose description stands at a property, which has none of its own."""
    properties = (inner for schema in reach.objects(document).values() for inner in schema["properties"].values())
    return {inner["$ref"].rsplit("/", 1)[1] for inner in properties if "$ref" in inner and "description" not in inner}
