"""The contract for these tests: as it is, with every property, and by its types alone."""

import copy
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

import hypothesis
import jsonschema_rs
import schemathesis
from hypothesis.strategies import SearchStrategy

from plaid_accounts_contract import contract
from plaid_accounts_contract.checks.messages import path_of
from plaid_accounts_contract.client import effort
from plaid_accounts_contract.contract import Contract

_WRITTEN: Final = Contract.load()
REQUEST: Final = "AccountsGetRequest"
SUCCESS: Final = "AccountsGetResponse"
ERROR: Final = "PlaidError"

_SCALARS: Final = ("enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
                   "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "x-enum-varnames")  # fmt: skip
_RELATIONS: Final = ("not", "if", "then", "else")
_RECURSIVE: Final = "x-recursive"
Node = dict[str, Any]


def _merged(node: Any) -> Any:
    """Return a node with each `allOf` as the one object that it describes, as the client has it."""
    if isinstance(node, list):
        return [_merged(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    own: Node = {name: _merged(value) for name, value in node.items()}
    parts: list[Node] = [_merged(contract.resolve(_WRITTEN.document, part)) for part in node.get("allOf", ())]
    if node.get("type") == "object" or parts:
        own.setdefault("properties", {})
    if not parts:
        return own
    parts.append(own)
    whole = {name: value for part in parts for name, value in part.items() if name != "allOf"}
    whole["properties"] = {name: value for part in parts for name, value in part.get("properties", {}).items()}
    return whole | {"required": [name for part in parts for name in part.get("required", ())]}


def name_of(reference: Node) -> str:
    """Return the component that a reference names."""
    return str(reference["$ref"]).rsplit("/", 1)[1]


def _flat() -> Contract:
    document: Node = dict(_WRITTEN.document)
    known = {name: _merged(schema) for name, schema in document["components"]["schemas"].items()}
    document["components"] = {**document["components"], "schemas": known}
    for name, schema in known.items():
        inner = schema.get("properties", {}).items()
        place = ("components", "schemas", name)
        schema[_RECURSIVE] = [key for key, value in inner if place in contract.reachable(document, value)]
    return Contract(_WRITTEN.path, document)


CONTRACT: Final = _flat()


def schemas() -> Mapping[str, Node]:
    """Return every schema of the contract by name."""
    found: Mapping[str, Node] = CONTRACT.document["components"]["schemas"]
    return found


def objects() -> dict[str, Node]:
    """Return the schemas of objects."""
    return {name: schema for name, schema in schemas().items() if schema.get("type") == "object"}


def enums() -> dict[str, Node]:
    """Return the schemas of listed values."""
    return {name: schema for name, schema in schemas().items() if "enum" in schema}


def resolve(schema: Node) -> Node:
    """Follow the references of a schema."""
    resolved: Node = contract.resolve(CONTRACT.document, schema)
    return resolved


def required(schema: Node) -> list[str]:
    """Return the properties that the client requires: those of the contract, but of an error nothing but its code."""
    needed: list[str] = schema.get("required", [])
    return ["error_code"] if "error_code" in needed else needed


def alternatives(schema: Node) -> Iterator[Node]:
    """Yield the schemas that a value may follow, one for each JSON type, references followed."""
    yield from (inner for _, inner in named_alternatives(schema))


def named_alternatives(schema: Node, name: str = "") -> Iterator[tuple[str, Node]]:
    """Yield these schemas, each with the name of its component, empty without one."""
    while "$ref" in schema:
        name, schema = name_of(schema), schemas()[name_of(schema)]
    if "oneOf" in schema:
        for inner in schema["oneOf"]:
            yield from named_alternatives(inner)
    elif isinstance(schema.get("type"), list):
        yield from ((name, {**schema, "type": kind}) for kind in schema["type"])
    else:
        yield name, schema


def violations(name: str, value: object) -> list[str]:
    """Return where a value breaks a schema of the contract, formats included."""
    errors = CONTRACT.validator(("components", "schemas", name)).iter_errors(value)
    return [f"{path_of([*error.instance_path]) or 'the body'}: {error.message}" for error in errors]


@cache
def types_only(name: str) -> jsonschema_rs.Draft202012Validator:
    """Return a validator of what annotations can express: types, required properties, date-times."""
    document = _rewritten(_open)
    reference = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(reference, validate_formats=True)


@cache
def bodies(name: str) -> SearchStrategy[Any]:
    """Return a strategy for JSON that follows a schema of the contract."""
    return _strategy(name, _short)


@cache
def complete(name: str) -> SearchStrategy[Any]:
    """Return a strategy for JSON in which every property is there, nothing is null and no array is empty."""
    return _strategy(name, _full)


def sample(strategy: SearchStrategy[Any], size: int) -> list[Any]:
    """Draw values, always the same for one seed."""
    drawn: list[Any] = []

    @hypothesis.seed(effort.current().seed)
    @hypothesis.settings(
        max_examples=size,
        phases=[hypothesis.Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=effort.UNHEEDED,
    )
    @hypothesis.given(strategy)
    def draw(value: Any) -> None:
        drawn.append(value)

    draw()
    return drawn[:size]


def _strategy(name: str, rewrite: Callable[[Node], Node]) -> SearchStrategy[Any]:
    document = _rewritten(rewrite)
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    document["paths"] = {
        "/": {
            "post": {"requestBody": {"required": True, "content": content}, "responses": {"200": {"description": ""}}}
        }
    }
    document.pop("security", None)
    # Schemathesis writes requests; a response is what it would send to an operation that takes one.
    schema = schemathesis.openapi.from_dict(document, config=schemathesis.Config())
    return schema["/"]["POST"].as_strategy().map(_body)


def _body(case: schemathesis.Case[Any]) -> Any:
    return case.body


def _rewritten(rewrite: Callable[[Node], Node]) -> Node:
    document: Node = copy.deepcopy(dict(CONTRACT.document))
    known = document["components"]["schemas"]
    document["components"]["schemas"] = {name: _each(schema, rewrite) for name, schema in known.items()}
    return document


def _each(schema: Node, rewrite: Callable[[Node], Node]) -> Node:
    schema = rewrite(schema)
    changed = dict(schema)
    if "properties" in schema:
        changed["properties"] = {name: _each(inner, rewrite) for name, inner in schema["properties"].items()}
    if schema.get("items"):
        changed["items"] = _each(schema["items"], rewrite)
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            changed[keyword] = [_each(inner, rewrite) for inner in schema[keyword]]
    return changed


def _without(schema: Node, *keywords: str) -> Node:
    return {keyword: value for keyword, value in schema.items() if keyword not in keywords}


def _open(schema: Node) -> Node:
    # A const is a Literal in the annotation.
    opened = _without(schema, *(word for word in _SCALARS if word != "const"), *_RELATIONS, "oneOf")
    opened |= {"required": required(schema)} if "required" in schema else {}
    return {**opened, "anyOf": schema["oneOf"]} if "oneOf" in schema else opened


def _short(schema: Node) -> Node:
    # Three accounts show what three hundred do, in a tenth of the time.
    return {**schema, "maxItems": 3} if schema.get("type") == "array" else schema


def _full(schema: Node) -> Node:
    schema = _without(schema, *_RELATIONS)
    if "oneOf" in schema:
        return next(inner for inner in schema["oneOf"] if inner.get("type") != "null")
    if isinstance(schema.get("type"), list):
        schema["type"] = next(kind for kind in schema["type"] if kind != "null")
    if "properties" in schema:
        # Without end, nothing is complete.
        needed = [name for name in schema["properties"] if name not in schema.get(_RECURSIVE, ())]
        schema |= {"required": needed, "additionalProperties": False}
    if schema.get("type") == "array":
        schema |= {"minItems": 2, "maxItems": 2}
        schema["items"] = schema["items"] or {"type": "string"}
    return schema
