"""What a caller gives for the JSON of a request: models, members of enums, datetimes, made without the client's decoding."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from plaid_accounts_contract.client import documents
from plaid_accounts_contract.client.documents import Node

_FORMATS: Final[Mapping[str, Callable[[str], Any]]] = {
    "date-time": lambda text: datetime.datetime.fromisoformat(text.upper()),
    "date": datetime.date.fromisoformat,
    "uuid": uuid.UUID,
}


def built(name: str, body: Any, models: Any) -> Any:
    """Return the model of a component that stands for its JSON."""
    return value_of({"$ref": f"#/components/schemas/{name}"}, body, models)


def value_of(schema: Node, value: Any, models: Any) -> Any:
    """Return what stands for a JSON value where the contract has this schema; JSON of another type as it is."""
    for name, inner in _alternatives(schema, ""):
        if isinstance(value, dict) and inner.get("type") == "object":
            return _model(getattr(models, name), inner, value, models)
        if isinstance(value, list) and inner.get("type") == "array":
            return [value_of(inner.get("items") or {}, item, models) for item in value]
        if isinstance(value, str) and "enum" in inner:
            return getattr(models, name)(value)
        if isinstance(value, str) and inner.get("format") in _FORMATS:
            return _FORMATS[inner["format"]](value)
        if isinstance(value, float) and inner.get("type") == "integer":
            return int(value)
    return value


def word(cls: Any, name: str) -> str:
    """Return the attribute of a model that holds a property; a name that Python keeps has an underscore behind it."""
    return name if name in {field.name for field in attrs.fields(cls)} else f"{name}_"


def _model(cls: Any, schema: Node, value: Mapping[str, Any], models: Any) -> Any:
    known = {name: item for name, item in value.items() if name in schema["properties"]}
    model = cls(**{word(cls, name): value_of(schema["properties"][name], item, models) for name, item in known.items()})
    for name in value.keys() - known.keys():
        model[name] = value[name]
    return model


def _alternatives(schema: Node, name: str) -> Iterator[tuple[str, Node]]:
    """Give the schemas that a value may follow, with the names of their components."""
    while "$ref" in schema:
        name, schema = documents.name_of(schema), documents.schemas()[documents.name_of(schema)]
    if "oneOf" in schema:
        for inner in schema["oneOf"]:
            yield from _alternatives(inner, "")
    elif isinstance(schema.get("type"), list):
        yield from ((name, {**schema, "type": kind}) for kind in schema["type"])
    else:
        yield name, schema
