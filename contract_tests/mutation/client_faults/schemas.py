"""Faults of schemas: objects, properties and enums of the contract, each with one thing changed."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import attrs

from mutation.client_faults.document import (
    SCHEMAS,
    Change,
    Node,
    both,
    drop,
    drop_everywhere,
    found,
    guarantees,
    objects,
    put,
    roles,
)  # fmt: skip
from mutation.client_faults.fault import ClientFault
from mutation.client_faults.generation import contract_fault
from plaid_accounts_contract.contract import Pointer, resolve

_ANOTHER_TYPE: Final[dict[str, Node]] = {
    "string": {"type": "integer"},
    "integer": {"type": "number"},
    "number": {"type": "integer"},
    "boolean": {"type": "string"},
    "array": {"type": "array", "items": {"type": "boolean"}},
}
# Keywords that the client does not enforce: its types and arguments are the same without them.
_CLAUSES: Final = (
    "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "not", "if", "then",
)  # fmt: skip
_FOR_SERVERS: Final = "the client holds types; this clause is for servers"
_CODE_SUFFICES: Final = "the client reads an error that has only its code, whatever the contract requires"
_HIDDEN_ANYWAY: Final = "the client hides its own credentials whatever their format"
_VARNAMES: Final = "x-enum-varnames"
_NEW: Final = "ANOTHER_VALUE"


@attrs.frozen
class _Property:
    owner: str
    name: str
    document: Node = attrs.field(repr=False)

    @property
    def pointer(self) -> Pointer:
        return (*SCHEMAS, self.owner, "properties", self.name)

    @property
    def schema(self) -> Node:
        found_here: Node = found(self.document, self.pointer)
        return found_here

    @property
    def required(self) -> list[str]:
        return [*found(self.document, (*SCHEMAS, self.owner)).get("required", ())]

    @property
    def is_nullable(self) -> bool:
        return "null" in self.schema.get("type", ()) or any(map(_is_null, self.schema.get("oneOf", ())))


def faults(document: Node) -> Iterator[ClientFault]:
    """Yield the faults of every object, property and enum, and of the clauses that the client leaves to servers."""
    uses = roles(document)
    for owner, schema in objects(document).items():
        yield from _of_object(owner, schema, uses[owner])
        for name in schema["properties"]:
            yield from _of_property(_Property(owner, name, document), uses[owner])
    for name, schema in found(document, SCHEMAS).items():
        if "enum" in schema:
            yield from _of_enum(name, schema)
    for keyword in _CLAUSES:
        yield _fault("schemas", f"clause-{keyword}", f"have no {keyword}.", drop_everywhere(keyword),
                     ("wire-valid", "round-trip", "surface"), equivalent=_FOR_SERVERS)  # fmt: skip


def _of_object(owner: str, schema: Node, uses: set[str]) -> Iterator[ClientFault]:
    here, closed = (*SCHEMAS, owner), schema.get("additionalProperties") is False
    word = "any" if closed else "no"
    yield _fault(owner, "openness", f"allows {word} additional property.", put((*here, "additionalProperties"), closed),
                 guarantees(uses, ("unknown-fields-kept",)))  # fmt: skip
    described = [(*here, "properties", name) for name, inner in schema["properties"].items() if "description" in inner]
    for place in (here, *described[-1:]):
        if "description" in found(schema, place[len(here) :]):
            title = ".".join((owner, *map(str, place[len(here) + 1 :])))
            yield _fault(title, "described", "has no description.", drop((*place, "description")), ("surface",))


def _of_property(prop: _Property, uses: set[str]) -> Iterator[ClientFault]:
    here, owner, breaks = prop.pointer, (*SCHEMAS, prop.owner), partial(guarantees, uses)
    fault = partial(_fault, f"{prop.owner}.{prop.name}")
    rest = [name for name in prop.required if name != prop.name]
    kept = {key: value for key, value in prop.schema.items() if key == "description"}
    yield fault("dropped", "is missing.", both(drop(here), put((*owner, "required"), rest)), breaks())
    word, retyped = _retyped(prop)
    yield fault("retyped", f"is {word}.", put(here, kept | retyped), breaks())
    if prop.is_nullable:
        yield fault("not-nullable", "must not be null.", put(here, _without_null(prop.schema)),
                    breaks(("round-trip", "annotation-holds")))  # fmt: skip
    else:
        yield fault("nullable", "may be null.", put(here, kept | _with_null(prop.schema)), breaks(("malformed-named",)))
    reason = _CODE_SUFFICES if prop.owner == "PlaidError" and prop.name not in ("error_code", "error_type") else ""
    if prop.name in prop.required:
        yield fault("optional", "is optional.", put((*owner, "required"), rest), breaks(("malformed-named",)),
                    equivalent=reason)  # fmt: skip
    else:
        yield fault("required", "is required.", put((*owner, "required"), [*rest, prop.name]), breaks(),
                    equivalent=reason)  # fmt: skip
    if prop.schema.get("format") == "password":
        reason = _HIDDEN_ANYWAY if prop.name in _credentials(prop.document) else ""
        yield fault("shown", "is not a password.", drop((*here, "format")),
                    breaks(("secrets-hidden",), ("secrets-hidden",)), equivalent=reason)  # fmt: skip
    for place in (here, *((*here, "oneOf", index) for index in range(len(prop.schema.get("oneOf", ()))))):
        if "const" in found(prop.document, place):
            lost = drop(place if isinstance(place[-1], int) else (*place, "const"))
            yield fault("const-changed", "allows another const.", put((*place, "const"), "another"), breaks())
            yield fault("const-lost", "has no const.", lost, breaks())


def _of_enum(name: str, schema: Node) -> Iterator[ClientFault]:
    here, values, names = (*SCHEMAS, name), schema["enum"], schema.get(_VARNAMES, ())
    fault = partial(_fault, name, breaks=("unknown-enum-kept", "surface"))
    middle, last = len(values) // 2, len(values) - 1
    changed = values[middle].swapcase()
    lists = [(*here, "enum", last), *([(*here, _VARNAMES, last)] if names else ())]
    added = put((*here, "enum"), [*values, _NEW])
    yield fault("changed", f"lists {changed!r} instead of {values[middle]!r}.", put((*here, "enum", middle), changed))
    yield fault("removed", f"does not list {values[last]!r}.", drop(*lists))
    yield fault("added", "lists one value more.",
                both(added, put((*here, _VARNAMES), [*names, _NEW])) if names else added)  # fmt: skip
    if names:
        yield fault("named", f"calls {values[0]!r} by another name.", put((*here, _VARNAMES, 0), _NEW))


def _fault(
    title: str, deed: str, statement: str, change: Change, breaks: tuple[str, ...], *, equivalent: str = ""
) -> ClientFault:
    return contract_fault(deed.partition("-")[0], title, deed, statement, change, breaks, equivalent=equivalent)


def _credentials(document: Node) -> set[str]:
    """Return the names of the security schemes as properties of a request body: `client_id` for `clientId`."""
    return {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower() for key in document["components"]["securitySchemes"]}


def _retyped(prop: _Property) -> tuple[str, Node]:
    """Return another schema for a property in words and as JSON; null stays allowed where it was."""
    base = next((inner for inner in prop.schema.get("oneOf", ()) if not _is_null(inner)), prop.schema)
    target = resolve(prop.document, base)
    kinds = target["type"] if isinstance(target["type"], list) else [target["type"]]
    kind = next(kind for kind in kinds if kind != "null")
    changed: Node
    if "$ref" in base:
        word, changed = "a plain string", {"type": "string"}
    elif target.get("format") in ("date", "date-time"):
        word, changed = "a string without a format", {"type": "string"}
    else:
        word, changed = f"another type than {kind}", _ANOTHER_TYPE[kind]
    return word, {"oneOf": [changed, {"type": "null"}]} if prop.is_nullable else changed


def _is_null(schema: Node) -> bool:
    return schema.get("type") == "null"


def _without_null(schema: Node) -> Node:
    if "oneOf" in schema:
        return {**schema, "oneOf": [inner for inner in schema["oneOf"] if not _is_null(inner)]}
    return {**schema, "type": next(kind for kind in schema["type"] if kind != "null")}


def _with_null(schema: Node) -> Node:
    alone: dict[str, Any] = {key: value for key, value in schema.items() if key != "description"}
    return {"oneOf": [*alone.get("oneOf", [alone]), {"type": "null"}]}
