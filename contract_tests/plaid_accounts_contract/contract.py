"""The contract: its document, operations, requirements, validators and line numbers.

An installed package reads its own copy of the document; a checkout reads the one in `openapi/`, so that an edit takes
effect without a build. The functions take any OpenAPI document.
"""

from __future__ import annotations

import difflib
import re
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
JSON_MEDIA_TYPE: Final = "application/json"
METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@attrs.frozen
class Requirement:
    """A rule that JSON Schema cannot express: one entry of `x-requirements`.

    `operations` names operations that it applies to in addition to those that its place implies.
    """

    id: str
    level: Level
    statement: str
    source: str
    pointer: Pointer
    operations: tuple[str, ...] = attrs.field(default=(), converter=tuple)


@attrs.frozen
class Operation:
    """One method of one path in an OpenAPI document; `method` is in upper case."""

    id: str
    path: str
    method: str
    pointer: Pointer
    definition: Mapping[str, Json] = attrs.field(repr=False, eq=False)
    document: Mapping[str, Json] = attrs.field(repr=False, eq=False)

    @cached_property
    def request_body(self) -> Json:
        """The schema of the JSON request body, references followed, or None without one."""
        body = resolve(self.document, self.definition.get("requestBody", {}))
        return resolve(self.document, body.get("content", {}).get(JSON_MEDIA_TYPE, {}).get("schema"))

    @property
    def is_public(self) -> bool:
        """Whether it takes no keys."""
        return self.definition.get("security") == []

    def is_at(self, path: str) -> bool:
        """Return whether a path without query is one of the operation's."""
        if "{" not in self.path:
            return path == self.path
        return re.fullmatch(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(self.path)), path) is not None

    @property
    def parameters(self) -> tuple[Mapping[str, Json], ...]:
        """The parameters of the path and of the operation, references followed."""
        shared = self.document["paths"][self.path].get("parameters", ())
        return tuple(resolve(self.document, entry) for entry in (*shared, *self.definition.get("parameters", ())))

    @property
    def fixed_headers(self) -> dict[str, str]:
        """The headers whose value the contract itself fixes, such as the version of the API."""
        schemas = {entry["name"]: entry["schema"] for entry in self.parameters if entry["in"] == "header"}
        values = {name: schema.get("const", schema.get("default")) for name, schema in schemas.items()}
        return {name: str(value) for name, value in values.items() if value is not None}

    @cached_property
    def responses(self) -> Mapping[str, Mapping[str, Json]]:
        """The documented responses by status, references followed."""
        listed = self.definition.get("responses", {})
        return {str(status): resolve(self.document, entry) for status, entry in listed.items()}

    def response_body(self, status: int | str) -> Json:
        """Return the JSON schema of the response for `status`, references followed, or None without one."""
        content = self.responses.get(str(status), {}).get("content", {})
        return resolve(self.document, content.get(JSON_MEDIA_TYPE, {}).get("schema"))

    def files(self, status: int | str) -> frozenset[str]:
        """Return the media types of a response that is no JSON; none where it is."""
        content = self.responses.get(str(status), {}).get("content", {})
        return frozenset() if JSON_MEDIA_TYPE in content else frozenset(content)


@attrs.frozen
class ErrorCode:
    """A documented error code with its error_type and HTTP status.

    `operations` names the operations that return it; empty if any may.
    """

    code: str
    type: str
    status: int
    operations: tuple[str, ...] = attrs.field(default=(), converter=tuple)

    def belongs_to(self, operation: Operation) -> bool:
        """Return whether `operation` may return this code."""
        return not self.operations or operation.id in self.operations


@attrs.frozen(slots=False, eq=False)
class Contract:
    """An OpenAPI document, read once."""

    path: Path
    document: Mapping[str, Json] = attrs.field(repr=False)

    @classmethod
    def load(cls, path: Path | None = None) -> Contract:
        """Read the document at `path`, by default the one of this package."""
        source = path or (_PACKAGED if _PACKAGED.exists() else _CHECKOUT)
        with source.open("rb") as file:
            return cls(source, yaml.load(file, Loader=_loader()))  # noqa: S506 - a safe loader

    @property
    def version(self) -> str:
        """`info.version`: the version of the contract and of both packages."""
        return str(self.document["info"]["version"])

    @property
    def api_version(self) -> str | None:
        """The version of the API that the primary operation is described for: its Plaid-Version."""
        return self.primary.fixed_headers.get("Plaid-Version")

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, in the order of the document."""
        return operations(self.document)

    @cached_property
    def primary(self) -> Operation:
        """The operation with hand-written checks, accountsGet; in a document without it, the first."""
        return next((operation for operation in self.operations if operation.id == _PRIMARY), self.operations[0])

    @property
    def additional_operations(self) -> tuple[Operation, ...]:
        """Every operation but the primary one."""
        return tuple(operation for operation in self.operations if operation is not self.primary)

    def operation(self, operation_id: str) -> Operation:
        """Return the operation of this operationId, or raise LookupError, whose message names the nearest."""
        known = {operation.id: operation for operation in self.operations}
        if operation_id not in known:
            near = difflib.get_close_matches(operation_id, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise LookupError(f"the contract has no operation {operation_id!r}; {hint}")
        return known[operation_id]

    def operation_at(self, path: str, method: str) -> Operation:
        """Return the operation that a request addresses; for an unknown path, the primary one."""
        plain = path.partition("?")[0]
        at_path = [operation for operation in self.operations if operation.is_at(plain)]
        return next((operation for operation in at_path if operation.method == method), (*at_path, self.primary)[0])

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
        """Return the requirements that apply to `operation`, in the order of the document.

        One under an operation applies to that operation and to those that it names; one at a component applies to
        every operation that refers to the component; any other applies to all.
        """
        return _requirements_of(self, operation)

    def requires(self, requirement: str, operation: Operation) -> bool:
        """Return whether the requirement with this id applies to `operation`."""
        return any(entry.id == requirement for entry in self.requirements_of(operation))

    @cached_property
    def error_codes(self) -> Mapping[str, ErrorCode]:
        """Every entry of `x-error-codes` by code."""
        entries = self.at(("components", "schemas", "PlaidError", "properties", "error_code"))["x-error-codes"]
        return {entry["code"]: ErrorCode(**entry) for entry in entries}

    def error_codes_of(self, operation: Operation) -> Mapping[str, ErrorCode]:
        """Return the entries of `x-error-codes` that `operation` may return, by code."""
        return {name: code for name, code in self.error_codes.items() if code.belongs_to(operation)}

    def at(self, pointer: Pointer) -> Json:
        """Return the node at `pointer`, without following a reference."""
        return _at(self.document, pointer)

    def follow(self, pointer: Pointer) -> Pointer:
        """Return the pointer of the node that `pointer` leads to once its references are followed."""
        return follow(self.document, pointer)

    def properties(self, pointer: Pointer) -> dict[str, Pointer]:
        """Return where the properties of the schema at `pointer` are, by name, without following their references."""
        place = self.follow(pointer)
        schema = self.at(place)
        names = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
        return {name: (*place, "properties", name) for name in names}

    def request(self, operation: Operation) -> Pointer:
        """Return the pointer of the schema of the JSON request body of `operation`; raise LookupError without one."""
        return _request(self, operation)

    def response(self, operation: Operation, status: int) -> Pointer | None:
        """Return the pointer of the response of `operation` for `status`, or None if it is not documented."""
        if str(status) not in operation.definition["responses"]:
            return None
        return self.follow((*operation.pointer, "responses", str(status)))

    def response_schema(self, operation: Operation, status: int | str) -> Pointer | None:
        """Return the pointer of the JSON schema of that response, references followed; None without one."""
        if operation.response_body(status) is None:
            return None
        response = self.follow((*operation.pointer, "responses", str(status)))
        return self.follow((*response, "content", JSON_MEDIA_TYPE, "schema"))

    def validator(self, pointer: Pointer) -> jsonschema_rs.Draft202012Validator:
        """Return the validator of the schema at `pointer`, formats included; its errors carry pointers of the document."""
        return _validator(self, pointer)

    def line(self, pointer: Pointer) -> int:
        """Return the line, from 1, on which the node at `pointer` begins."""
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
        """Describe the place of `pointer`: file, line and JSON pointer."""
        return f"openapi.yaml:{self.line(pointer)} {reference_to(pointer)}"

    @cached_property
    def _nodes(self) -> yaml.Node:
        with self.path.open("rb") as file:
            return cast("yaml.Node", yaml.compose(file, Loader=_loader()))


def operations(document: Mapping[str, Json]) -> tuple[Operation, ...]:
    """Return the operations of any OpenAPI document, in its order."""
    return tuple(
        Operation(
            definition.get("operationId", f"{method} {path}"),
            path,
            method.upper(),
            ("paths", path, method),
            definition,
            document,
        )
        for path, item in document.get("paths", {}).items()
        for method, definition in item.items()
        if method in METHODS
    )


def resolve(document: Mapping[str, Json], node: Json) -> Json:
    """Return `node`, or the node of `document` that its `$ref` leads to; references are followed until none is left."""
    while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
        node = _at(document, pointer_of(node["$ref"]))
    return node


def follow(document: Mapping[str, Json], pointer: Pointer) -> Pointer:
    """Return the pointer of the node of `document` that `pointer` leads to once its references are followed."""
    node = _at(document, pointer)
    while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
        pointer = pointer_of(node["$ref"])
        node = _at(document, pointer)
    return pointer


def reachable(document: Mapping[str, Json], node: Json) -> frozenset[Pointer]:
    """Return the pointers of all nodes of `document` that `node` refers to, directly or through others."""
    found: set[Pointer] = set()
    waiting = [node]
    while waiting:
        for _, inner in _walk(waiting.pop(), ()):
            reference = inner.get("$ref")
            target = pointer_of(reference) if isinstance(reference, str) else ()
            if target and target not in found:
                found.add(target)
                waiting.append(_at(document, target))
    return frozenset(found)


def pointer_of(reference: str) -> Pointer:
    """Return the pointer that a local `$ref` (`#/components/schemas/Account`) stands for."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in reference.removeprefix("#/").split("/"))


def reference_to(pointer: Pointer) -> str:
    """Return the local `$ref` to the node at `pointer`."""
    return "#/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


def _at(document: Mapping[str, Json], pointer: Pointer) -> Json:
    node: Json = document
    for part in pointer:
        node = node[int(part) if isinstance(node, list) else part]
    return node


@cache
def _validator(contract: Contract, pointer: Pointer) -> jsonschema_rs.Draft202012Validator:
    parts = {name: contract.document[name] for name in ("components", "paths")}
    return jsonschema_rs.Draft202012Validator({"$ref": reference_to(pointer), **parts}, validate_formats=True)


@cache
def _request(contract: Contract, operation: Operation) -> Pointer:
    if operation.request_body is None:
        msg = f"{operation.id} has no requestBody in application/json; the suite checks operations that have one"
        raise LookupError(msg)
    body = contract.follow((*operation.pointer, "requestBody"))
    return contract.follow((*body, "content", JSON_MEDIA_TYPE, "schema"))


@cache
def _requirements_of(contract: Contract, operation: Operation) -> tuple[Requirement, ...]:
    components = reachable(contract.document, contract.at(operation.pointer))
    return tuple(entry for entry in contract.requirements.values() if _applies(entry, operation, components))


def _applies(requirement: Requirement, operation: Operation, components: frozenset[Pointer]) -> bool:
    if requirement.pointer[0] == "paths":
        own = requirement.pointer[: len(operation.pointer)] == operation.pointer
        return own or operation.id in requirement.operations
    if requirement.pointer[0] == "components":
        return requirement.pointer[:3] in components or operation.id in requirement.operations
    return True


def _loader() -> Any:
    # libyaml reads the document thirty times faster; PyYAML works without it.
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _walk(node: Json, pointer: Pointer) -> Iterator[tuple[Pointer, Mapping[str, Json]]]:
    if isinstance(node, Mapping):
        yield pointer, node
        for key, value in node.items():
            yield from _walk(value, (*pointer, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _walk(value, (*pointer, index))
