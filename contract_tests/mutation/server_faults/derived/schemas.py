"""The schemas of a response, each with its place in the document and in the response's value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import jsonschema_rs

from mutation.server_faults.derived.places import EACH, Json, Path, edit, read

KINDS: Final = ("null", "boolean", "integer", "number", "string", "array", "object")


@dataclass(frozen=True, slots=True)
class Condition:
    """Says of which values at `path` a schema holds: those for which `schema` is true, or false where not `met`."""

    path: Path
    schema: Mapping[str, Any] = field(repr=False)
    met: bool

    def admits(self, value: Json) -> bool:
        """Whether a value at the path is one of them."""
        return jsonschema_rs.is_valid(dict(self.schema), value) is self.met


@dataclass(frozen=True, slots=True)
class Node:
    """A schema: where it stands in the document (`pointer`) and of which value it speaks (`path`)."""

    schema: Mapping[str, Any] = field(repr=False)
    pointer: str
    path: Path
    condition: Condition | None = None

    def values(self, bodies: list[Json]) -> list[Json]:
        """Give every value of `bodies` that the schema speaks of, `MISSING` among them."""
        if self.condition is None:
            return [value for body in bodies for value in read(body, self.path)]
        rest = self.path[len(self.condition.path) :]
        owners = [value for body in bodies for value in read(body, self.condition.path)]
        return [value for owner in owners if self.condition.admits(owner) for value in read(owner, rest)]

    def edit(self, body: Json, change: Any, *, create: bool = False) -> Json:
        """Give a copy of `body` in which every value that the schema speaks of is changed."""
        condition = self.condition
        if condition is None:
            return edit(body, self.path, change, create=create)
        rest = self.path[len(condition.path) :]
        return edit(
            body,
            condition.path,
            lambda owner: edit(owner, rest, change, create=create) if condition.admits(owner) else owner,
        )

    def below(self, name: str) -> "Node":
        """Give the node of the value's property `name`, with a schema that says nothing."""
        return replace(self, schema={}, path=(*self.path, name))


def walk(document: Mapping[str, Any], node: Node) -> Iterator[Node]:
    """Yield the node, references followed, and every schema that speaks of the same value or of one within it.

    Alternatives are not gone into: a value that fits none of them breaks the `oneOf`, whatever each says of it. For the
    same reason neither `not` nor `if` is.
    """
    if "$ref" in node.schema:
        pointer = str(node.schema["$ref"])
        node = replace(node, schema=resolve(document, pointer), pointer=pointer)
    yield node
    for name, schema in node.schema.get("properties", {}).items():
        yield from walk(document, _within(node, schema, f"properties/{name}", name))
    if "items" in node.schema:
        yield from walk(document, _within(node, node.schema["items"], "items", EACH))
    for keyword, met in (("then", True), ("else", False)):
        if keyword in node.schema and "if" in node.schema:
            condition = Condition(node.path, node.schema["if"], met)
            inner = replace(node, schema=node.schema[keyword], pointer=f"{node.pointer}/{keyword}", condition=condition)
            yield from walk(document, inner)


def resolve(document: Mapping[str, Any], pointer: str) -> Mapping[str, Any]:
    """Give what stands at a pointer such as `#/components/schemas/Account`."""
    found: Any = document
    for part in pointer.removeprefix("#/").split("/"):
        found = found[part]
    return found  # type: ignore[no-any-return]


def kinds(document: Mapping[str, Any], schema: Mapping[str, Any]) -> set[str]:
    """Give the JSON types that a schema allows; all if it does not say."""
    if "$ref" in schema:
        return kinds(document, resolve(document, schema["$ref"]))
    if "oneOf" in schema:
        return set[str]().union(*(kinds(document, entry) for entry in schema["oneOf"]))
    if "type" not in schema:
        return set(KINDS)
    listed = {schema["type"]} if isinstance(schema["type"], str) else set(schema["type"])
    return listed | ({"integer"} if "number" in listed else set())


def listed(document: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    """Give the values that a schema or one of its alternatives lists."""
    if "$ref" in schema:
        return listed(document, resolve(document, schema["$ref"]))
    inner = [value for entry in schema.get("oneOf", ()) for value in listed(document, entry)]
    return [*schema.get("enum", ()), *inner]


def _within(node: Node, schema: Mapping[str, Any], step: str, name: str) -> Node:
    return replace(node, schema=schema, pointer=f"{node.pointer}/{step}", path=(*node.path, name))
