"""Plaid's published document, OpenAPI 3.0 with every operation, rewritten as a contract of this project.

Only what belongs to operations of the project's contract is taken. Schemas come from the published document; what
it leaves open or states differently throughout (where credentials go, which statuses there are, names of components)
comes from the project's contract, its frame, so that a comparison shows what changed and not who wrote it.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path as FilePath
from typing import Any, Final
from urllib.parse import urlsplit

import attrs
import yaml

from compare import Failure
from compare.clients import ROOT
from compare.differences import VARNAMES
from compare.schemas import ANY, REQUEST, Endpoint, Key, Message, Schema, endpoints
from plaid_accounts_contract.contract import JSON_MEDIA_TYPE, Contract
from plaid_accounts_contract.generation.bodies import EACH, Path

DECISIONS: Final = ROOT / "openapi" / "decisions.yaml"
_ENVIRONMENT: Final = "x-environment"


@cache
def decisions(path: FilePath = DECISIONS) -> dict[str, str]:
    """Return what was decided: the title of the decision for each deviation."""
    try:
        entries: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {str(what): str(entry["decision"]) for entry in entries for what in entry["differs"]}
    except OSError as error:
        raise Failure(f"cannot read {path}: {error.strerror}") from None
    except (yaml.YAMLError, TypeError, KeyError):
        raise Failure(f"{path} must be a list of entries with `decision` and `differs`") from None


def matches(pattern: str, name: str) -> bool:
    """Return whether a name is as in the list of decisions, where `*` matches letters and underscores."""
    return re.fullmatch(r"\w*".join(map(re.escape, pattern.split("*"))), name) is not None


def framed(source: Contract, frame: Contract) -> str:
    """Return the operations of `frame` as `source` defines them, as a document of this project in JSON."""
    writer = _Writer(endpoints(frame))
    paths: dict[str, Any] = {}
    for (method, path), endpoint in read_endpoints(source, frame).items():
        definition = frame.at(writer.frame[method, path].operation.pointer)
        kept = {
            name: definition[name] for name in ("operationId", "tags", "summary", "parameters") if name in definition
        }
        paths.setdefault(path, {})[method] = kept | writer.operation(endpoint)
    components = {
        name: part for name, part in frame.document["components"].items() if name in ("securitySchemes", "parameters")
    }
    document = {
        "openapi": "3.1.0",
        "info": {**frame.document["info"], "version": release(source.version)},
        "servers": servers(source),
        **{key: frame.document[key] for key in ("tags", "security") if key in frame.document},
        "paths": paths,
        "components": {**components, "schemas": writer.schemas},
    }
    return json.dumps(document, indent=1)


def read_endpoints(source: Contract, frame: Contract) -> dict[Key, Endpoint]:
    """Return the operations that `source` shares with `frame`, completed with what only `frame` defines."""
    ours = endpoints(frame)
    statuses = {key: tuple(endpoint.responses) for key, endpoint in ours.items()}
    return {key: _completed(found, ours[key]) for key, found in endpoints(source, statuses).items()}


def release(name: str) -> str:
    """Return the number in the name that Plaid gives a version: 2020-09-14_1.729.1 is 1.729.1."""
    found = re.search(r"(\d+(?:\.\d+)+)\.?$", name)
    return found.group(1) if found else "0.0.0"


def servers(source: Contract) -> list[dict[str, Any]]:
    """Return the servers, each with its environment, which the host name begins with."""
    return [
        {_ENVIRONMENT: (urlsplit(server["url"]).hostname or "").split(".")[0]} | server
        for server in source.document.get("servers", ())
    ]


def _completed(theirs: Endpoint, ours: Endpoint) -> Endpoint:
    def message(found: Message, status: str) -> Message:
        counterpart = ours.body(status)
        if found.schema is None or counterpart is None:
            return found
        return attrs.evolve(found, schema=_constrained(found.schema, counterpart, request=status == REQUEST))

    return attrs.evolve(
        theirs,
        operation=attrs.evolve(theirs.operation, id=ours.operation.id),
        parameters=ours.parameters,
        request=theirs.request and message(theirs.request, REQUEST),
        responses={status: message(found, status) for status, found in theirs.responses.items()},
    )


def _constrained(theirs: Schema, ours: Schema, *, request: bool) -> Schema:
    """Add the constraints of `ours` that `theirs` lacks, but no format that is another type; reduce a request as decided."""
    added = {
        keyword: value
        for keyword, value in ours.constraints.items()
        if keyword not in (*theirs.constraints, VARNAMES) and (keyword != "format" or value == "password")
    }
    found = attrs.evolve(
        theirs,
        constraints={**added, **theirs.constraints},
        additional=theirs.additional and (ours.additional or not request),
        properties={
            name: _constrained(inner, ours.properties[name], request=request) if name in ours.properties else inner
            for name, inner in theirs.properties.items()
        },
        items=_constrained(theirs.items, ours.items, request=request) if theirs.items and ours.items else theirs.items,
    )
    return _reduced(found, ours) if request else found


def _reduced(theirs: Schema, ours: Schema) -> Schema:
    """Apply the decisions: leave out properties, and require those and take null from those that are decided to be so."""

    def is_decided(name: str, aspect: str = "") -> bool:
        return any(matches(pattern, f"{ours.name}.{name}{aspect}") for pattern in decisions())

    properties = {
        name: attrs.evolve(inner, types=inner.types - {"null"})
        if name in ours.properties and not ours.properties[name].nullable and is_decided(name, " null")
        else inner
        for name, inner in theirs.properties.items()
        if name in ours.properties or not is_decided(name)
    }
    required = {name for name in properties if name in (ours if is_decided(name, " required") else theirs).required}
    return attrs.evolve(theirs, properties=properties, required=frozenset(required))


@attrs.define
class _Writer:
    """Writes endpoints as OpenAPI 3.1, with the names of components that the frame has at the same place."""

    frame: Mapping[Key, Endpoint]
    schemas: dict[str, Any] = attrs.field(factory=dict)

    def operation(self, endpoint: Endpoint) -> dict[str, Any]:
        def content(status: str) -> dict[str, Any]:
            schema, root = endpoint.body(status), self.frame[endpoint.key].body(status)
            return {} if schema is None else {"content": {JSON_MEDIA_TYPE: {"schema": self._schema(schema, root, ())}}}

        # Errors first: the error of an Item, where it differs, gets another name than the error of a response.
        responses = {
            status: {"description": "", **content(status)} for status in sorted(endpoint.responses, reverse=True)
        }
        written: dict[str, Any] = {"responses": dict(sorted(responses.items()))}
        if endpoint.request is not None:
            written["requestBody"] = {"required": endpoint.request_required, **content(REQUEST)}
        return written

    def _schema(self, schema: Schema, root: Schema | None, place: Path) -> Any:
        """Write a schema; `root` is the project's schema of the same body."""
        definite = attrs.evolve(schema, types=schema.types - {"null"})
        # The client keeps no values but strings; what is no string is often a yes or no that YAML has read as another type.
        is_enum = schema.values is not None and all(isinstance(value, str) for value in schema.values)
        if schema.properties or is_enum:
            reference = {"$ref": f"#/components/schemas/{self._component(definite, root, place)}"}
            return {"oneOf": [reference, {"type": "null"}]} if schema.nullable else reference
        items = {} if schema.items is None else {"items": self._schema(schema.items, root, (*place, EACH))}
        return {**_typed(schema), **schema.constraints, **items}

    def _component(self, schema: Schema, root: Schema | None, place: Path) -> str:
        counterpart = root.at(place) if root else None
        written: dict[str, Any] = {**_typed(schema), **schema.constraints}
        if schema.values is not None:
            written |= _enum(schema.values, counterpart)
        if schema.properties:
            written |= {
                "required": sorted(schema.required),
                "additionalProperties": schema.additional,
                "properties": {
                    name: self._schema(inner, root, (*place, name)) for name, inner in schema.properties.items()
                },
            }
        own = "".join(word[:1].upper() + word[1:] for part in place if part != EACH for word in part.split("_"))
        name = (counterpart and counterpart.name) or schema.name or own
        while self.schemas.get(name, written) != written:
            name += "Other"
        self.schemas[name] = written
        return name


def _enum(values: tuple[Any, ...], counterpart: Schema | None) -> dict[str, Any]:
    """Write an enum whose members have the names in the client that the project gives them."""
    unique = list(dict.fromkeys(values))
    if counterpart is None or VARNAMES not in counterpart.constraints:
        return {"enum": unique}
    known = dict(zip(counterpart.values or (), counterpart.constraints[VARNAMES], strict=False))
    return {"enum": unique, VARNAMES: [known.get(value) or re.sub(r"\W", "_", value).upper() for value in unique]}


def _typed(schema: Schema) -> dict[str, Any]:
    if schema.types == ANY:
        return {}
    types = sorted(schema.types, key=lambda name: (name == "null", name))
    return {"type": types[0] if len(types) == 1 else types}
