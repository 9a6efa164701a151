"""Properties: renamed, dropped, of another type, null where it may not be, required or not, described in other words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import attrs

from mutation.client_faults.contract import reach
from mutation.client_faults.contract.changes import SCHEMAS, Pointer, at, drop, put
from mutation.client_faults.contract.reach import is_null, resolved
from mutation.client_faults.fault import ClientFault
from mutation.client_faults.generation import Change, ContractEdit, Node

_OTHER_TYPE: Final = {
    "string": ("integer", "boolean"),
    "integer": ("number", "string"),
    "number": ("integer", "string"),
    "boolean": ("string",),
    "array": ("string",),
}
_KEPT: Final = ("description",)
_CLAUSES: Final = ("pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems")


_HIDDEN_ANYWAY: Final = "a key that the client sends by itself is hidden whatever its format"


@attrs.frozen
class Property:
    """A property of an object of the contract: where it stands, and how a fault of it is named."""

    owner: str
    name: str
    document: Node = attrs.field(repr=False)
    kinds: set[str] = attrs.field(repr=False)

    @property
    def pointer(self) -> Pointer:
        """Where its schema stands."""
        return (*SCHEMAS, self.owner, "properties", self.name)

    @property
    def schema(self) -> Node:
        """What the contract says of it."""
        found: Node = reach.schemas(self.document)[self.owner]["properties"][self.name]
        return found

    @property
    def is_required(self) -> bool:
        """Whether it may not be left out."""
        return self.name in reach.schemas(self.document)[self.owner].get("required", ())

    @property
    def is_nullable(self) -> bool:
        """Whether it may be null."""
        kinds = self.schema.get("type")
        return (isinstance(kinds, list) and "null" in kinds) or any(map(is_null, self.schema.get("oneOf", ())))

    def fault(self, deed: str, statement: str, change: Change, *, equivalent: str = "", **promised: Any) -> ClientFault:
        """Give a fault; `promised` narrows what reading and writing may break."""
        return ClientFault(
            id=f"contract:{self.owner}.{self.name}:{deed}",
            kind=f"contract/{deed.partition('-')[0]}",
            statement=f"{self.owner}.{self.name} {statement}",
            guarantees=reach.guarantees(self.kinds, **promised),
            edit=ContractEdit(change),
            near=self.owner,
            equivalent=equivalent,
        )


def faults(document: Node) -> Iterator[ClientFault]:
    """Give every fault of every property."""
    roles = reach.roles(document)
    for owner, schema in reach.objects(document).items():
        for name in schema["properties"]:
            yield from _of(Property(owner, name, document, roles[owner]))


def _of(prop: Property) -> Iterator[ClientFault]:
    owner, here = (*SCHEMAS, prop.owner), prop.pointer
    yield prop.fault("renamed", f"is called {prop.name}_renamed.", at(owner, lambda schema: _rename(schema, prop.name)))
    yield prop.fault("dropped", "is not there.", at(owner, lambda schema: _drop(schema, prop.name)))
    for word, changed in _retyped(prop):
        kept = {key: value for key, value in prop.schema.items() if key in _KEPT}
        yield prop.fault(f"retyped-{word}", f"is {word.replace('-', ' ')}.", put(here, kept | changed))
    yield _nullability(prop)
    yield _necessity(prop)
    if "description" in prop.schema:
        yield prop.fault("described", "has no description.", drop((*here, "description")), reading=(), writing=())
    if prop.schema.get("format") == "password":
        reason = _HIDDEN_ANYWAY if prop.name in _keys(prop.document) else ""
        yield prop.fault(
            "shown",
            "is no password.",
            drop((*here, "format")),
            reading=("secrets-hidden",),
            writing=("secrets-hidden",),
            equivalent=reason,
        )
    for keyword in _CLAUSES:
        if keyword in prop.schema:
            yield prop.fault(
                f"clause-{keyword}", f"has no {keyword}.", drop((*here, keyword)), equivalent=reach.SUITE_ALONE
            )


def _keys(document: Node) -> set[str]:
    """Return the names that keys have as properties of a request."""
    return {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower() for key in document["components"]["securitySchemes"]}


def _nullability(prop: Property) -> ClientFault:
    here = prop.pointer
    if prop.is_nullable:
        return prop.fault("nullability-lost", "may not be null.", at(here, _without_null),
                          reading=("round-trip", "annotation-holds"))  # fmt: skip
    return prop.fault("nullability-gained", "may be null.", at(here, _with_null), reading=("malformed-named",))


def _necessity(prop: Property) -> ClientFault:
    owner = (*SCHEMAS, prop.owner)
    required = reach.schemas(prop.document)[prop.owner].get("required", [])
    if prop.is_required:
        rest = [name for name in required if name != prop.name]
        return prop.fault(
            "necessity-lost", "may be left out.", put((*owner, "required"), rest), reading=("malformed-named",)
        )
    return prop.fault("necessity-gained", "is required.", put((*owner, "required"), [*required, prop.name]))


def _retyped(prop: Property) -> Iterator[tuple[str, Node]]:
    """Give other schemas for a property, with words for them; null stays allowed where it is."""
    base = next((inner for inner in prop.schema.get("oneOf", ()) if not is_null(inner)), prop.schema)
    for word, changed in _others(base, prop):
        yield word, {"oneOf": [changed, {"type": "null"}]} if prop.is_nullable else changed


def _others(base: Node, prop: Property) -> Iterator[tuple[str, Node]]:
    target = resolved(base, prop.document)
    if "$ref" in base:
        name = base["$ref"].rsplit("/", 1)[1]
        yield "a-string", {"type": "string"}
        others = [
            other
            for other, schema in reach.schemas(prop.document).items()
            if other not in (name, prop.owner) and ("enum" in schema) == ("enum" in target)
        ]
        for other in others[:1]:
            yield f"of-{other}", {"$ref": f"#/components/schemas/{other}"}
        return
    kind = next(kind for kind in _kinds(target) if kind != "null")
    if "format" in target and target["format"] != "password" and kind == "string":
        yield "of-no-format", {"type": "string"}
        yield "a-date", {"type": "string", "format": "date"}
    for other in _OTHER_TYPE[kind]:
        yield _article(other), {"type": other}
    if kind == "string" and "format" not in target:
        yield "a-date-time", {"type": "string", "format": "date-time"}
    if kind == "array":
        yield "an-array-of-arrays", {"type": "array", "items": {"type": "array", "items": target["items"]}}
        yield "an-array-of-booleans", {"type": "array", "items": {"type": "boolean"}}


def _kinds(schema: Node) -> list[str]:
    kind = schema["type"]
    return kind if isinstance(kind, list) else [kind]


def _article(kind: str) -> str:
    return f"an-{kind}" if kind[0] in "aio" else f"a-{kind}"


def _rename(owner: Node, name: str) -> None:
    owner["properties"] = {
        f"{key}_renamed" if key == name else key: value for key, value in owner["properties"].items()
    }
    owner["required"] = [f"{key}_renamed" if key == name else key for key in owner.get("required", ())]


def _drop(owner: Node, name: str) -> None:
    del owner["properties"][name]
    owner["required"] = [key for key in owner.get("required", ()) if key != name]


def _without_null(schema: Node) -> None:
    if "oneOf" in schema:
        schema["oneOf"] = [inner for inner in schema["oneOf"] if not is_null(inner)]
    else:
        schema["type"] = next(kind for kind in schema["type"] if kind != "null")


def _with_null(schema: Node) -> None:
    alone = {key: schema.pop(key) for key in [*schema] if key not in _KEPT}
    if "oneOf" in alone:
        schema["oneOf"] = [*alone["oneOf"], {"type": "null"}]
    else:
        schema["oneOf"] = [alone, {"type": "null"}]
