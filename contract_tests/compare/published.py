"""Plaid's published document, OpenAPI 3.0 and of every operation, written as this project writes a contract.

Only what belongs to operations of the project's contract is taken. Schemas come from the published document; what
it leaves open or says differently throughout (where credentials go, which statuses there are, names of components)
comes from the project's contract, its frame, so that a comparison tells what changed and not who wrote it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from compare.operations import JSON, Answer, Operation, operations
from compare.shapes import ITEM, Place, Shape
from plaid_accounts_contract.contract import Contract

PUBLISHED: Final = re.compile(r"""^[{\s]*["']?openapi["']? *: *["']?3\.0""", re.MULTILINE)
"""What tells a document of Plaid from one of this project, which is 3.1."""
_NAMES: Final = "x-enum-varnames"
_ENVIRONMENT: Final = "x-environment"


def framed(source: Contract, frame: Contract) -> str:
    """Return what `source` says of the operations of `frame` as a document of this project, in JSON."""
    writer = _Writer(read_operations(source, frame), operations(frame))
    kept = {
        name: part for name, part in frame.document["components"].items() if name in ("securitySchemes", "parameters")
    }
    document = {
        "openapi": "3.1.0",
        "info": {**frame.document["info"], "version": version(source)},
        "servers": servers(source),
        **{key: frame.document[key] for key in ("tags", "security") if key in frame.document},
        "paths": writer.paths(frame),
        "components": {**kept, "schemas": writer.schemas},
    }
    return json.dumps(document, indent=1)


def read_operations(source: Contract, frame: Contract) -> dict[tuple[str, str], Operation]:
    """Return the operations that `source` shares with `frame`, with what only `frame` says of them."""
    ours = operations(frame)
    return {key: _framed(found, ours[key]) for key, found in operations(source, _statuses(frame)).items()}


def version(source: Contract) -> str:
    """Return the version of a published document as PEP 440 has it."""
    return release(source.version)


def release(text: str) -> str:
    """Return the number in the name that Plaid gives a version: 2020-09-14_1.729.1 is 1.729.1."""
    found = re.search(r"(\d+(?:\.\d+)+)\.?$", text)
    return found.group(1) if found else "0.0.0"


def servers(source: Contract) -> list[dict[str, Any]]:
    """Return the servers with the environments that their host names tell."""
    return [
        {_ENVIRONMENT: (urlsplit(server["url"]).hostname or "").split(".")[0]} | server
        for server in source.document.get("servers", ())
    ]


def _framed(theirs: Operation, ours: Operation) -> Operation:
    return attrs.evolve(
        theirs,
        id=ours.id,
        tags=ours.tags,
        parameters=ours.parameters,
        body=None if theirs.body is None else _bounded(theirs.body, ours.body),
        answers={status: _bounded(answer, ours.answers.get(status)) for status, answer in theirs.answers.items()},
    )


def _bounded(theirs: Answer, ours: Answer | None) -> Answer:
    if ours is None or theirs.shape is None or ours.shape is None:
        return theirs
    request = ours.pointer[-1] == "requestBody"
    return attrs.evolve(theirs, shape=_filled(theirs.shape, ours.shape, request=request))


def _filled(theirs: Shape, ours: Shape, *, request: bool) -> Shape:
    """Add the bounds of `ours` where `theirs` says nothing, but no format that is another type."""
    silent = {
        bound: value
        for bound, value in ours.bounds.items()
        if bound not in (*theirs.bounds, _NAMES) and (bound != "format" or value == "password")
    }
    return attrs.evolve(
        theirs,
        bounds={**silent, **theirs.bounds},
        others=theirs.others and (ours.others or not request),
        properties={
            name: _filled(inner, ours.properties[name], request=request) if name in ours.properties else inner
            for name, inner in theirs.properties.items()
        },
        items=_filled(theirs.items, ours.items, request=request) if theirs.items and ours.items else theirs.items,
    )


def _statuses(frame: Contract) -> dict[tuple[str, str], tuple[str, ...]]:
    return {key: tuple(operation.answers) for key, operation in operations(frame).items()}


@attrs.define
class _Writer:
    theirs: Mapping[tuple[str, str], Operation]
    ours: Mapping[tuple[str, str], Operation]
    schemas: dict[str, Any] = attrs.field(factory=dict)

    def paths(self, frame: Contract) -> dict[str, Any]:
        written: dict[str, Any] = {}
        for key, operation in self.theirs.items():
            definition = frame.at(self.ours[key].pointer)
            kept = {
                name: definition[name]
                for name in ("operationId", "tags", "summary", "parameters")
                if name in definition
            }
            written.setdefault(operation.path, {})[operation.method] = kept | self._operation(operation)
        return written

    def _operation(self, operation: Operation) -> dict[str, Any]:
        ours = self.ours[operation.key]
        # Errors first: the error of an Item, where it differs, gets another name than the error of a response.
        answers = {
            status: {"description": "", **self._content(answer.shape, _shape(ours, status))}
            for status, answer in sorted(operation.answers.items(), reverse=True)
        }
        written: dict[str, Any] = {"responses": dict(sorted(answers.items()))}
        if operation.body is not None:
            counterpart = ours.body.shape if ours.body else None
            written["requestBody"] = {
                "required": operation.body_required, **self._content(operation.body.shape, counterpart)
            }  # fmt: skip
        return written

    def _content(self, shape: Shape | None, counterpart: Shape | None) -> dict[str, Any]:
        return {} if shape is None else {"content": {JSON: {"schema": self._schema(shape, counterpart, ())}}}

    def _schema(self, shape: Shape, root: Shape | None, place: Place) -> Any:
        """Write a shape; `root` is the project's shape of the whole body, whose names are used."""
        definite = attrs.evolve(shape, types=shape.types - {"null"})
        if shape.properties or shape.values is not None:
            schema = {"$ref": f"#/components/schemas/{self._component(definite, root, place)}"}
            return {"oneOf": [schema, {"type": "null"}]} if shape.nullable else schema
        items = {} if shape.items is None else {"items": self._schema(shape.items, root, (*place, ITEM))}
        return {**_typed(shape), **shape.bounds, **items}

    def _component(self, shape: Shape, root: Shape | None, place: Place) -> str:
        schema: dict[str, Any] = {**_typed(shape), **shape.bounds}
        if shape.values is not None:
            schema |= _enum(shape, root.at(place) if root else None)
        if shape.properties:
            schema |= {
                "required": sorted(shape.required),
                "additionalProperties": shape.others,
                "properties": {
                    name: self._schema(inner, root, (*place, name)) for name, inner in shape.properties.items()
                },
            }
        name = self._name(shape, root, place)
        while self.schemas.get(name, schema) != schema:
            name += "Other"
        self.schemas[name] = schema
        return name

    def _name(self, shape: Shape, root: Shape | None, place: Place) -> str:
        counterpart = root.at(place) if root else None
        if counterpart is not None and counterpart.name:
            return counterpart.name
        if shape.name:
            return shape.name
        return "".join(step[:1].upper() + step[1:] for part in place if part != ITEM for step in part.split("_"))


def _enum(shape: Shape, counterpart: Shape | None) -> dict[str, Any]:
    """Write a list of values, whose members in the client are called as the project calls them."""
    values = list(dict.fromkeys(shape.values or ()))
    if counterpart is None or _NAMES not in counterpart.bounds:
        return {"enum": values}
    known = dict(zip(counterpart.values or (), counterpart.bounds[_NAMES], strict=False))
    return {"enum": values, _NAMES: [known.get(value) or re.sub(r"\W", "_", value).upper() for value in values]}


def _typed(shape: Shape) -> dict[str, Any]:
    types = sorted(shape.types, key=lambda name: (name == "null", name))
    if len(types) == 6:
        return {}
    return {"type": types[0] if len(types) == 1 else types}


def _shape(operation: Operation, status: str) -> Shape | None:
    answer = operation.answers.get(status)
    return answer.shape if answer else None
