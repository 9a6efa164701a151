"""Operations: another path, method, name, media type, status or body; fewer errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from mutation.client_faults.contract import reach
from mutation.client_faults.contract.changes import Pointer, at, drop, put, rename
from mutation.client_faults.fault import ClientFault
from mutation.client_faults.generation import Change, ContractEdit, Node

WIRE: Final = ("wire-method-path-headers", "surface")
_SENDING: Final = ("wire-valid", "arguments-checked", *WIRE)
_ANSWERED: Final = ("error-tree-only", "error-fields", "round-trip", "surface")
_OTHER_JSON: Final = "application/vnd.api+json"
_NO_COUNT: Final = "the client waits as answers ask it to, and counts no calls"
_ANY_JSON: Final = "every JSON media type is read alike"
_ANY_STATUS: Final = "every 2xx is read as the success, every status from 400 on as an error"


@attrs.frozen
class Operation:
    """An operation of the contract: where it stands, and how a fault of it is named."""

    document: Node = attrs.field(repr=False)
    path: str
    method: str
    definition: Node = attrs.field(repr=False)

    @property
    def pointer(self) -> Pointer:
        """Where it stands."""
        return ("paths", self.path, self.method)

    @property
    def name(self) -> str:
        """Its operationId."""
        return str(self.definition["operationId"])

    def fault(
        self, kind: str, deed: str, statement: str, change: Change, *, breaks: tuple[str, ...], equivalent: str = ""
    ) -> ClientFault:
        """Give a fault of it."""
        return ClientFault(
            id=f"contract:{self.name}:{deed}",
            kind=f"contract/{kind}",
            statement=f"{self.name} {statement}",
            guarantees=breaks,
            edit=ContractEdit(change),
            near=self.name,
            equivalent=equivalent,
        )


def faults(document: Node) -> Iterator[ClientFault]:
    """Give every fault of every operation."""
    for path, method, definition in reach.operations(document):
        operation = Operation(document, path, method, definition)
        yield from _heads(operation)
        yield from _requests(operation)
        yield from _answers(operation)
        yield from _statuses(operation)


def _heads(operation: Operation) -> Iterator[ClientFault]:
    here, path = operation.pointer, operation.path
    other = next(method for method in ("put", "post") if method != operation.method)
    rows = (
        ("path", "is at another path.", rename(("paths", path), f"{path}/all"), WIRE),
        ("path-case", "is at a path in capitals.", rename(("paths", path), path.upper()), WIRE),
        ("method", f"is asked for by {other.upper()}.", rename(here, other), WIRE),
        ("named", "has another name.", put((*here, "operationId"), "anotherName"), ("surface",)),
        ("tagged", "is listed elsewhere.", put((*here, "tags"), ["elsewhere"]), ("surface",)),
    )
    for deed, statement, change, breaks in rows:
        yield operation.fault("operation", deed, statement, change, breaks=breaks)
    for word in ("summary", "description"):
        if word in operation.definition:
            other_words = put((*here, word), "Other words.")
            yield operation.fault("described", word, f"has another {word}.", other_words, breaks=("surface",))
    if "x-rate-limits" in operation.definition:
        limits = drop((*here, "x-rate-limits"))
        yield operation.fault("clause", "limits", "has no rate limits.", limits, breaks=WIRE, equivalent=_NO_COUNT)


def _requests(operation: Operation) -> Iterator[ClientFault]:
    body = operation.definition.get("requestBody")
    if body is None:
        return
    here = (*operation.pointer, "requestBody")
    media_type, content = next(iter(body["content"].items()))
    other = _beside(operation.document, content["schema"])
    swapped = put((*here, "content", media_type, "schema"), _reference(other))
    retyped = rename((*here, "content", media_type), _OTHER_JSON)
    yield operation.fault("body", "request-swapped", f"takes {other}.", swapped, breaks=_SENDING)
    yield operation.fault("body", "request-media", "takes JSON of another media type.", retyped, breaks=_SENDING)
    if body.get("required"):
        optional = drop((*here, "required"))
        yield operation.fault("body", "request-optional", "takes no body as well.", optional, breaks=_SENDING)


def _answers(operation: Operation) -> Iterator[ClientFault]:
    for status, answer in operation.definition["responses"].items():
        if "$ref" in answer or not status.startswith("2"):
            continue
        here = (*operation.pointer, "responses", status, "content")
        media_type, content = next(iter(answer["content"].items()))
        for other in (_beside(operation.document, content["schema"]), "PlaidError"):
            swapped = put((*here, media_type, "schema"), _reference(other))
            yield operation.fault("body", f"answer-{status}-{other}", f"answers {status} with {other}.", swapped,
                                  breaks=("round-trip", "surface"))  # fmt: skip
        retyped = rename((*here, media_type), _OTHER_JSON)
        yield operation.fault("body", f"answer-{status}-media", f"answers {status} with another JSON media type.", retyped,
                              breaks=("round-trip", "error-tree-only"), equivalent=_ANY_JSON)  # fmt: skip


def _statuses(operation: Operation) -> Iterator[ClientFault]:
    here = (*operation.pointer, "responses")
    responses = operation.definition["responses"]
    for status in responses:
        if status.startswith("2"):
            deed, statement, change = "moved", f"succeeds with 299, not {status}.", rename((*here, status), "299")
        else:
            deed, statement, change = "removed", f"never answers {status}.", drop((*here, status))
        yield operation.fault(
            "status", f"status-{status}-{deed}", statement, change, breaks=_ANSWERED, equivalent=_ANY_STATUS
        )
    added = put((*here, "418"), next(reversed(responses.values())))
    yield operation.fault(
        "status", "status-418-added", "answers 418 too.", added, breaks=_ANSWERED, equivalent=_ANY_STATUS
    )
    yield operation.fault("status", "errors-removed", "never fails.", at(here, _keep_successes),
                          breaks=_ANSWERED, equivalent=_ANY_STATUS)  # fmt: skip


def _keep_successes(responses: Node) -> None:
    for status in [status for status in responses if not status.startswith("2")]:
        del responses[status]


def _beside(document: Node, schema: Node) -> str:
    """Return the object that stands next to that of a body in the contract."""
    names = [*reach.objects(document)]
    return names[(names.index(schema["$ref"].rsplit("/", 1)[1]) + 1) % len(names)]


def _reference(name: str) -> Node:
    return {"$ref": f"#/components/schemas/{name}"}
