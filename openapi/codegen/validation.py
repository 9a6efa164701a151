"""Checks a contract before anything is generated: what the generator would refuse without a line, or take only in part."""

import contextlib
import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeGuard

import yaml
from openapi_python_client.strings import ClassName, PythonIdentifier
from openapi_spec_validator import OpenAPIV31SpecValidator

from failure import Failure
from plaid_accounts_contract.contract import METHODS, Contract, Pointer, pointer_of, resolve

# Members of every model, beside its properties.
RESERVED = ("additional_keys", "additional_properties", "deviations", "from_dict", "to_dict")
# Keywords whose value is data, which may look like anything.
_DATA = ("const", "default", "enum", "example", "examples")
_PARTS = ("allOf", "oneOf", "anyOf")
_NULL = 'write type: [string, "null"], or oneOf: [{$ref: …}, {type: "null"}]'
# As the generator's configuration has it by default.
_PREFIX = "field_"

Problem = tuple[Pointer, str]
Node = Mapping[Any, Any]


def require_valid(path: Path, shown: str) -> None:
    """Refuse a contract in which something is wrong."""
    try:
        contract = Contract.load(path)
        lines = [f"{shown}:{contract.line(pointer)}: {text}" for pointer, text in _problems(contract.document)]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise Failure(f"{shown}:{line}: invalid YAML: {getattr(error, 'problem', error)}") from None
    if lines:
        raise Failure("\n".join(dict.fromkeys(lines)))


def _problems(document: Any) -> Iterator[Problem]:
    if not _is_object(document):
        yield (), "not an OpenAPI document: begin with openapi: 3.1.0"
        return
    if not str(document.get("openapi")).startswith("3.1"):
        yield ("openapi",), f"OpenAPI {document.get('openapi', 'without a version')} is not supported: write 3.1.0"
        return
    found = list(_references(document))
    # A node of another type than OpenAPI has there is left to the validator.
    with contextlib.suppress(AttributeError, LookupError, TypeError):
        found = found or [*_operations(document), *_components(document), *_schemas(document)]
    if not found:
        found = [_located(document, error) for error in OpenAPIV31SpecValidator(document).iter_errors()]
    yield from found


def _located(document: Node, error: Any) -> Problem:
    """Return the problem that the validator found, at the first place that looks like its own, which it names in part."""
    end = tuple(error.absolute_path)
    alike = (
        place for place, node in _walk(document) if place[len(place) - len(end) :] == end and node == error.instance
    )
    return next(alike, end), f"{error.message.splitlines()[0]}: see the OpenAPI specification, 3.1"


def _references(document: Node) -> Iterator[Problem]:
    for pointer, node in _walk(document):
        reference = node.get("$ref") if _is_object(node) else None
        if not isinstance(reference, str):
            continue
        if not reference.startswith("#/"):
            yield (*pointer, "$ref"), f"$ref {reference} is in another file: move its target into components"
            continue
        try:
            resolve(document, {"$ref": reference})
        except (LookupError, TypeError, ValueError):
            *parent, name = pointer_of(reference)
            siblings: list[str] = []
            with contextlib.suppress(LookupError, TypeError, ValueError):
                siblings = [*map(str, resolve(document, {"$ref": f"#/{'/'.join(map(str, parent))}"}))]
            near = difflib.get_close_matches(str(name), siblings, 1)
            advice = f"did you mean {near[0]}?" if near else "define it, or correct the name"
            yield (*pointer, "$ref"), f"$ref {reference} does not resolve: {advice}"


def _operations(document: Node) -> Iterator[Problem]:
    known: dict[str, str] = {}
    for path, item in document["paths"].items():
        for method in (name for name in METHODS if name in item):
            words, id_ = re.findall(r"\w+", path.replace("_", " ")), item[method].get("operationId")
            label = f"{method.upper()} {path}"
            if not id_:
                example = "".join([*words[:1], *(word.capitalize() for word in words[1:])])
                text = f"{label} has no operationId: add one, such as {example}; it names the method of the client"
                yield ("paths", path, method), text
            elif id_ in known:
                yield (
                    ("paths", path, method, "operationId"),
                    f"{id_} is the operationId of {known[id_]} too: rename one",
                )
            known[id_] = label


def _components(document: Node) -> Iterator[Problem]:
    classes: dict[str, list[str]] = defaultdict(list)
    for name in document.get("components", {}).get("schemas", {}):
        classes[ClassName(name, _PREFIX).lower()].append(name)
    for names in classes.values():
        if len(names) > 1:
            text = f"the components {' and '.join(names)} become one class of the client: rename one"
            yield ("components", "schemas", names[-1]), text


def _schemas(document: Node) -> Iterator[Problem]:
    for pointer, node in _walk(document):
        if pointer[-1:] == ("schema",) or pointer[:-1] == ("components", "schemas"):
            yield from _schema(document, node, pointer, frozenset())


def _schema(document: Node, node: Any, pointer: Pointer, around: frozenset[str] | None) -> Iterator[Problem]:
    """Yield what is wrong in a schema; `around` are properties of the one that it is a part of, None in a condition."""
    if not _is_object(node) or "$ref" in node:
        return
    yield from (((*pointer, keyword), text) for keyword, text in _leftovers(node))
    inner = around
    if around is not None:
        inner = around.union(_properties(document, node, ()))
        names = [*node.get("properties", {})] if around else sorted(inner)
        yield from (((*pointer, "properties", name), text) for name, text in _attributes(names))
        for name in inner.symmetric_difference(inner.union(node.get("required", ()))):
            yield (
                (*pointer, "required"),
                f"required lists {name}, which properties lacks: define it there, or remove it",
            )
    for keyword in _PARTS:
        for index, part in enumerate(node.get(keyword, ())):
            yield from _schema(document, part, (*pointer, keyword, index), inner)
    for keyword in ("not", "if", "then", "else"):
        yield from _schema(document, node.get(keyword), (*pointer, keyword), None)
    within: dict[Pointer, Any] = {(keyword,): node.get(keyword) for keyword in ("items", "additionalProperties")}
    within |= {("properties", name): part for name, part in node.get("properties", {}).items()}
    for steps, part in within.items():
        yield from _schema(document, part, (*pointer, *steps), around and frozenset())


def _leftovers(node: Node) -> Iterator[tuple[str, str]]:
    """Yield what OpenAPI 3.0 wrote in another way."""
    if "nullable" in node:
        yield "nullable", f"nullable is OpenAPI 3.0 syntax: {_NULL}"
    for keyword, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(node.get(keyword), bool):
            yield keyword, f"a boolean {keyword} is OpenAPI 3.0 syntax: write the value of {bound} there instead"


def _attributes(names: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the names that can't be attributes of one model."""
    attributes: dict[str, str] = {}
    for name in names:
        attribute = PythonIdentifier(name, _PREFIX)
        if attribute in RESERVED:
            text = f"the property {name} has the name of a member of the client's models: leave it out"
            yield name, f"{text}; of a response, the client keeps it among the additional properties"
        elif attribute in attributes:
            text = f"the properties {attributes[attribute]} and {name} become one attribute, {attribute}: leave one out"
            yield name, text
        attributes[attribute] = name


def _properties(document: Node, node: Node, seen: tuple[int, ...]) -> Iterator[str]:
    """Yield the names of the properties of a schema and of its parts."""
    yield from node.get("properties", {})
    for part in (resolve(document, part) for keyword in _PARTS for part in node.get(keyword, ())):
        if id(part) not in seen:
            yield from _properties(document, part, (*seen, id(part)))


def _is_object(node: Any) -> TypeGuard[Node]:
    return isinstance(node, Mapping)


def _is_array(node: Any) -> TypeGuard[list[Any]]:
    return isinstance(node, list)


def _walk(node: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    yield pointer, node
    if _is_object(node):
        names = pointer[-1:] == ("properties",)
        for key, value in node.items():
            if names or (key not in _DATA and not str(key).startswith("x-")):
                yield from _walk(value, (*pointer, key))
    elif _is_array(node):
        for index, value in enumerate(node):
            yield from _walk(value, (*pointer, index))
