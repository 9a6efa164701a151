"""Operations: another path, method, name, parameter, media type, status or body; fewer errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from client_faults.contract import reach
from client_faults.fault import ClientFault
from client_faults.generation import ContractEdit, Node

_WIRE: Final = ("wire-method-path-headers", "surface")
_JSON: Final = "application/json"
Change = Callable[[Node, Node], object]


def faults(document: Node) -> Iterator[ClientFault]:
    """Give every fault of every operation."""
    for path, method, operation in reach.operations(document):
        for deed, statement, promises, change in _of(document, path, operation):
            yield ClientFault(
                id=f"contract:{operation['operationId']}:{deed}",
                kind=f"contract/{_KINDS.get(deed.partition('-')[0], 'operation')}",
                statement=f"{operation['operationId']} {statement}",
                promises=promises,
                edit=ContractEdit(_edit(path, method, change)),
                near=operation["operationId"],
            )


_KINDS: Final = {"parameter": "parameter", "status": "status", "answer": "body", "request": "body"}
_Row = tuple[str, str, tuple[str, ...], Change]


def _edit(path: str, method: str, change: Change) -> Callable[[Node], None]:
    def edit(document: Node) -> None:
        change(document, document["paths"][path][method])

    return edit


def _of(document: Node, path: str, operation: Node) -> Iterator[_Row]:
    yield "path", "is at another path.", _WIRE, lambda whole, _: _move(whole, path, path + "/all")
    yield "path-case", "is at a path in other letters.", _WIRE, lambda whole, _: _move(whole, path, path.upper())
    yield "method", "is asked for by PUT.", _WIRE, lambda whole, _: _by_put(whole, path)
    yield "named", "has another name.", ("surface",), lambda _, inner: inner.update(operationId="anotherName")
    yield "tagged", "is listed elsewhere.", ("surface",), lambda _, inner: inner.update(tags=["elsewhere"])
    for word in ("summary", "description"):
        if word in operation:
            yield word, f"has another {word}.", ("surface",), lambda _, inner, w=word: inner.update({w: "Other words."})
    yield "limits", "has no rate limits.", _WIRE, lambda _, inner: inner.pop("x-rate-limits", None)
    yield from _parameters(document, operation)
    yield from _bodies(document, operation)
    yield from _statuses(document, operation)


def _move(document: Node, path: str, other: str) -> None:
    document["paths"] = {other if key == path else key: item for key, item in document["paths"].items()}


def _by_put(document: Node, path: str) -> None:
    item = document["paths"][path]
    document["paths"][path] = {"put" if "operationId" in value else key: value for key, value in item.items()}


def _parameters(document: Node, operation: Node) -> Iterator[_Row]:
    for index, parameter in enumerate(operation.get("parameters", ())):
        pointer = parameter.get("$ref")
        schema = _followed(document, parameter)
        changes: Mapping[str, tuple[str, Callable[[Node], object]]] = {
            "named": ("under another name", lambda inner: inner.update(name=inner["name"] + "-X")),
            "placed": ("in the query", lambda inner: inner.update({"in": "query"})),
            "required": ("required", lambda inner: inner.update(required=not inner.get("required", False))),
            "typed": ("as an integer", lambda inner: inner.update(schema={"type": "integer", "default": 1})),
            "default": ("without a default", lambda inner: inner["schema"].pop("default", None)),
            "value": ("with another default", lambda inner: inner["schema"].update(default="2018-05-22")),
            "described": ("without a description", lambda inner: inner.pop("description", None)),
        }
        for deed, (word, change) in changes.items():
            yield (f"parameter-{schema['name']}-{deed}", f"has {schema['name']} {word}.", _WIRE,
                   lambda whole, inner, i=index, p=pointer, c=change: c(_parameter(whole, inner, i, p)))  # fmt: skip
        yield (f"parameter-{schema['name']}-dropped", f"has no {schema['name']}.", _WIRE,
               lambda _, inner, i=index: inner["parameters"].pop(i))  # fmt: skip


def _parameter(document: Node, operation: Node, index: int, pointer: str | None) -> Node:
    found: Node = _at(document, pointer) if pointer else operation["parameters"][index]
    return found


def _bodies(document: Node, operation: Node) -> Iterator[_Row]:
    sending = ("wire-valid", "arguments-checked", "wire-method-path-headers", "surface")
    body = operation.get("requestBody")
    if body:
        name = _schema(body)
        yield ("request-swapped", "takes another body.", sending,
               lambda _, inner: _swap(inner["requestBody"], _other(document, name)))  # fmt: skip
        yield ("request-media", "takes JSON of another media type.", sending,
               lambda _, inner: _retype(inner["requestBody"], "application/vnd.api+json"))  # fmt: skip
        yield (
            "request-optional",
            "takes no body as well.",
            sending,
            lambda _, inner: inner["requestBody"].pop("required", 0),
        )
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            name = _schema(_followed(document, answer))
            for other in (_other(document, name), "PlaidError"):
                yield (f"answer-{status}-{other}", f"answers {status} with {other}.", ("round-trip", "surface"),
                       lambda _, inner, s=status, o=other: _swap(inner["responses"][s], o))  # fmt: skip
            yield (f"answer-{status}-media", f"answers {status} with JSON of another media type.",
                   ("round-trip", "error-tree-only"),
                   lambda _, inner, s=status: _retype(inner["responses"][s], "application/vnd.api+json"))  # fmt: skip


def _statuses(document: Node, operation: Node) -> Iterator[_Row]:
    told = ("error-tree-only", "error-fields", "round-trip", "surface")
    for status in operation["responses"]:
        if status.startswith("2"):
            yield (f"status-{status}-other", f"succeeds with 201 in place of {status}.", told,
                   lambda _, inner, s=status: inner["responses"].update({"201": inner["responses"].pop(s)}))  # fmt: skip
        else:
            yield (f"status-{status}-removed", f"never answers {status}.", told,
                   lambda _, inner, s=status: inner["responses"].pop(s))  # fmt: skip
    yield ("status-418-added", "answers 418 as well.", told,
           lambda _, inner: inner["responses"].update({"418": next(reversed(inner["responses"].values()))}))  # fmt: skip
    yield ("status-errors-removed", "never fails.", told,
           lambda _, inner: _keep_successes(inner["responses"]))  # fmt: skip


def _keep_successes(responses: Node) -> None:
    for status in [status for status in responses if not status.startswith("2")]:
        del responses[status]


def _followed(document: Node, node: Node) -> Node:
    found: Node = _at(document, node["$ref"]) if "$ref" in node else node
    return found


def _at(document: Node, reference: str) -> Any:
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def _schema(body: Node) -> str:
    """Return the name of the schema of a body."""
    return str(next(iter(body["content"].values()))["schema"]["$ref"]).rsplit("/", 1)[1]


def _other(document: Node, name: str) -> str:
    """Return the object that stands next in the contract."""
    names = [*reach.objects(document)]
    return names[(names.index(name) + 1) % len(names)]


def _swap(body: Node, name: str) -> None:
    for content in body["content"].values():
        content["schema"] = {"$ref": f"#/components/schemas/{name}"}


def _retype(body: Node, media_type: str) -> None:
    body["content"] = {media_type: body["content"].pop(_JSON)}
