"""The contract as the suite reads it: document, operations, requirements, validators, places.

An installed package carries its own copy of the document; in a checkout the one in `openapi/` is read, so that an
edit takes effect at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, Literal, cast

import attrs
import jsonschema_rs
import yaml

Json = Any
Pointer = tuple[str | int, ...]
Level = Literal["MUST", "SHOULD"]

_PACKAGED: Final = Path(__file__).with_name("openapi.yaml")
_CHECKOUT: Final = Path(__file__).parents[2] / "openapi" / "openapi.yaml"
_PRIMARY: Final = "accountsGet"
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@attrs.frozen
class Requirement:
    """A rule that JSON Schema cannot say, as it stands under `x-requirements`.

    `operations` names further operations that it holds for, beyond what its place says.
    """

    id: str
    level: Level
    statement: str
    source: str
    pointer: Pointer
    operations: tuple[str, ...] = attrs.field(default=(), converter=tuple)


@attrs.frozen
class Operation:
    """One method of one path."""

    id: str
    path: str
    method: str
    pointer: Pointer
    definition: Mapping[str, Json] = attrs.field(repr=False, eq=False)


@attrs.frozen
class ErrorCode:
    """A documented error code with the error_type and HTTP status that belong to it.

    `operations` names the ones that answer it; empty for a code that any of them may answer.
    """

    code: str
    type: str
    status: int
    operations: tuple[str, ...] = attrs.field(default=(), converter=tuple)

    def belongs_to(self, operation: Operation) -> bool:
        """Whether `operation` may answer it."""
        return not self.operations or operation.id in self.operations


@attrs.frozen(slots=False, eq=False)
class Contract:
    """An OpenAPI document, read once.

    Raises:
        FileNotFoundError: there is no document at `path`.

    """

    path: Path
    document: Mapping[str, Json] = attrs.field(repr=False)

    @classmethod
    def load(cls, path: Path | None = None) -> Contract:
        """Read the document at `path`, or the one that belongs to this package."""
        source = path or (_PACKAGED if _PACKAGED.exists() else _CHECKOUT)
        with source.open("rb") as file:
            return cls(source, yaml.load(file, Loader=_loader()))  # noqa: S506 - a safe loader

    @property
    def version(self) -> str:
        """`info.version`: the version of the contract and of both packages."""
        return str(self.document["info"]["version"])

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, in the order of the document."""
        return tuple(
            Operation(definition["operationId"], path, method.upper(), ("paths", path, method), definition)
            for path, item in self.document["paths"].items()
            for method, definition in item.items()
            if method in _METHODS
        )

    @cached_property
    def primary(self) -> Operation:
        """The operation that the suite knows by heart, accountsGet; every other is checked by what the document says.

        In a document without it, the first.
        """
        return next((operation for operation in self.operations if operation.id == _PRIMARY), self.operations[0])

    @property
    def additional_operations(self) -> tuple[Operation, ...]:
        """Every operation but the primary one."""
        return tuple(operation for operation in self.operations if operation is not self.primary)

    def operation(self, operation_id: str) -> Operation:
        """Return the operation of this operationId.

        Raises:
            LookupError: there is none; the message names the nearest.

        """
        known = {operation.id: operation for operation in self.operations}
        if operation_id not in known:
            near = difflib.get_close_matches(operation_id, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            msg = f"the contract has no operation {operation_id!r}; {hint}"
            raise LookupError(msg)
        return known[operation_id]

    def operation_at(self, path: str, method: str) -> Operation:
        """Return the operation that a request is about; for a path that the contract does not have, the primary one."""
        plain = path.partition("?")[0]
        there = [operation for operation in self.operations if operation.path == plain]
        return next((operation for operation in there if operation.method == method), (*there, self.primary)[0])

    @cached_property
    def requirements(self) -> Mapping[str, Requirement]:
        """Every entry of `x-requirements` by id, in the order of the document."""
        found = (
            Requirement(**entry, pointer=(*pointer, "x-requirements", index))
            for pointer, node in _walk(self.document, ())
            for index, entry in enumerate(node.get("x-requirements", ()))
        )
        return {requirement.id: requirement for requirement in found}

    def requirements_of(self, operation: Operation) -> tuple[Requirement, ...]:
        """Return the requirements that hold for `operation`, in the order of the document.

        One that stands under an operation holds for that operation and for those that it names; one that stands at a
        component, for every operation that has the component; any other, for all.
        """
        return _requirements_of(self, operation)

    def requires(self, requirement: str, operation: Operation) -> bool:
        """Whether the requirement of this id holds for `operation`."""
        return any(entry.id == requirement for entry in self.requirements_of(operation))

    @cached_property
    def error_codes(self) -> Mapping[str, ErrorCode]:
        """Every entry of `x-error-codes` by code."""
        entries = self.at(("components", "schemas", "PlaidError", "properties", "error_code"))["x-error-codes"]
        return {entry["code"]: ErrorCode(**entry) for entry in entries}

    def error_codes_of(self, operation: Operation) -> Mapping[str, ErrorCode]:
        """Return the entries of `x-error-codes` that `operation` may answer, by code."""
        return {name: code for name, code in self.error_codes.items() if code.belongs_to(operation)}

    def at(self, pointer: Pointer) -> Json:
        """Return the node at `pointer`, following no reference."""
        node: Json = self.document
        for part in pointer:
            node = node[part]
        return node

    def follow(self, pointer: Pointer) -> Pointer:
        """Return where the node at `pointer` stands once its references are followed."""
        node = self.at(pointer)
        while isinstance(node, Mapping) and "$ref" in node:
            pointer = tuple(node["$ref"].removeprefix("#/").split("/"))
            node = self.at(pointer)
        return pointer

    def request(self, operation: Operation) -> Pointer:
        """Return where the schema of the JSON that `operation` takes stands.

        Raises:
            LookupError: it takes none; every operation of this API takes a JSON object.

        """
        pointer = (*operation.pointer, "requestBody", "content", "application/json", "schema")
        try:
            return self.follow(pointer)
        except KeyError:
            msg = f"{operation.id} has no requestBody in application/json; the suite checks operations that have one"
            raise LookupError(msg) from None

    def response(self, operation: Operation, status: int) -> Pointer | None:
        """Return where the response of `operation` for `status` stands, or None if it is not documented."""
        if str(status) not in operation.definition["responses"]:
            return None
        return self.follow((*operation.pointer, "responses", str(status)))

    def validator(self, pointer: Pointer) -> jsonschema_rs.Draft202012Validator:
        """Return the validator of the schema at `pointer`, formats included; its errors name places in the document."""
        return _validator(self, pointer)

    def line(self, pointer: Pointer) -> int:
        """Return the line of the document, from 1, on which the node at `pointer` begins."""
        node, line = self._nodes, 1
        for part in pointer:
            if isinstance(node, yaml.SequenceNode):
                node = node.value[int(part)]
                line = node.start_mark.line + 1
                continue
            pair = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        return line

    def place(self, pointer: Pointer) -> str:
        """Name the place of `pointer` for a reader: file, line and JSON pointer."""
        steps = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in pointer)
        return f"openapi.yaml:{self.line(pointer)} #/{steps}"

    @cached_property
    def _nodes(self) -> yaml.Node:
        with self.path.open("rb") as file:
            return cast("yaml.Node", yaml.compose(file, Loader=_loader()))


@cache
def _validator(contract: Contract, pointer: Pointer) -> jsonschema_rs.Draft202012Validator:
    reference = "#/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in pointer)
    document = {"$ref": reference, "components": contract.document["components"], "paths": contract.document["paths"]}
    return jsonschema_rs.Draft202012Validator(document, validate_formats=True)


@cache
def _requirements_of(contract: Contract, operation: Operation) -> tuple[Requirement, ...]:
    components = _components(contract, operation.pointer)
    return tuple(entry for entry in contract.requirements.values() if _holds(entry, operation, components))


def _holds(requirement: Requirement, operation: Operation, components: frozenset[Pointer]) -> bool:
    if requirement.pointer[0] == "paths":
        own = requirement.pointer[: len(operation.pointer)] == operation.pointer
        return own or operation.id in requirement.operations
    if requirement.pointer[0] == "components":
        return requirement.pointer[:3] in components or operation.id in requirement.operations
    return True


def _components(contract: Contract, pointer: Pointer) -> frozenset[Pointer]:
    """Return every component that the node at `pointer` refers to, by way of others too."""
    found: set[Pointer] = set()
    waiting = [pointer]
    while waiting:
        for _, node in _walk(contract.at(waiting.pop()), ()):
            reference = node.get("$ref")
            target = tuple(reference.removeprefix("#/").split("/")) if isinstance(reference, str) else ()
            if target and target not in found:
                found.add(target)
                waiting.append(target)
    return frozenset(found)


def _loader() -> Any:
    # libyaml reads the document thirty times as fast; a platform without it still works.
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _walk(node: Json, pointer: Pointer) -> Iterator[tuple[Pointer, Mapping[str, Json]]]:
    if isinstance(node, Mapping):
        yield pointer, node
        for key, value in node.items():
            yield from _walk(value, (*pointer, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _walk(value, (*pointer, index))
