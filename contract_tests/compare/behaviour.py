"""What clients do with the other contract: the old one with new answers, the new one with old answers, old requests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import httpx
import jsonschema_rs

from compare import calling, clients, reading, reference
from compare.bodies import REQUEST, bodies, schema
from compare.calling import Call, Event
from compare.cases import Case
from compare.editions import Edition
from compare.operations import Key
from compare.reading import Refusal
from compare.shapes import ITEM, Place


@attrs.frozen
class Breach:
    """A request of the old client that the new contract does not allow."""

    place: Place
    said: str


@attrs.define
class Behaviour:
    """What was tried, and what was refused."""

    old_refuses: dict[Key, list[Refusal]] = attrs.field(factory=dict)
    """New answers that the old client refuses."""
    new_refuses: dict[Key, list[Refusal]] = attrs.field(factory=dict)
    """Old answers that the new client refuses."""
    breaches: dict[Key, list[Breach]] = attrs.field(factory=dict)
    """Requests of the old client that the new contract refuses."""
    responses: int = 0
    served: int = 0
    """Of the responses, those that the reference server gave."""
    requests: int = 0
    untouched: int = 0
    """Operations and webhooks that are the same in both, in clients made alike: there is nothing to try."""


def observe(old: Edition, new: Edition) -> Behaviour:
    """Run the clients of both contracts.

    Raises:
        Failure: a client could not be generated, or has no function for an operation.

    """
    seen = Behaviour()
    before, after = clients.load(old.folder), clients.load(new.folder)
    alike = clients.made_alike(old.folder, new.folder)
    for key, operation in old.operations.items():
        if key not in new.operations:
            continue
        if alike and operation == new.operations[key]:
            seen.untouched += 1
            continue
        if operation.is_webhook:
            pinned, fresh = calling.event_of(before), calling.event_of(after)
            seen.old_refuses[key] = list(_refused(pinned, key, own=old, other=new, seen=seen, served={}))
            seen.new_refuses[key] = list(_refused(fresh, key, own=new, other=old, seen=seen, served={}))
            continue
        served = reference.answers(key) if new.is_standing else {}
        seen.served += sum(map(len, served.values()))
        call = calling.call_of(before, operation)
        seen.old_refuses[key] = list(_refused(call, key, own=old, other=new, seen=seen, served=served))
        seen.breaches[key] = list(_breaches(call, key, old, new, seen))
        call = calling.call_of(after, new.operations[key])
        seen.new_refuses[key] = list(_refused(call, key, own=new, other=old, seen=seen, served={}))
    return seen


def _refused(
    call: Call | Event,
    key: Key,
    *,
    own: Edition,
    other: Edition,
    seen: Behaviour,
    served: Mapping[str, tuple[Case, ...]],
) -> Iterator[Refusal]:
    """Yield what a client refuses of the answers of the other contract, made up or served."""
    request = next((case.body for case in bodies(own, key, REQUEST)), None)
    for status in other.operations[key].answers:
        made, real = bodies(other, key, status), served.get(status, ())
        seen.responses += len(made) + len(real)
        mine = own.operations[key].answers.get(status)
        # What was learned from bodies that were made up would hide what is wrong with a real one.
        for tried in (made, *((case,) for case in real)):
            yield from reading.refusals(call, request, status, tried, mine.shape if mine else None)


def _breaches(call: Call, key: Key, old: Edition, new: Edition, seen: Behaviour) -> Iterator[Breach]:
    """Yield what the new contract refuses of the requests that the old client makes."""
    success = next(status for status in old.operations[key].answers if status.startswith("2"))
    answer = bodies(old, key, success)[0]
    if new.operations[key].body is None:
        return
    validator = new.contract.validator(schema(new.contract, key, REQUEST))
    for case in bodies(old, key, REQUEST):
        # What the contract does not list is no argument of the client.
        if case.what == "unlisted":
            continue
        seen.requests += 1
        request = _sent(call, case, int(success), answer.body)
        for error in validator.iter_errors(json.loads(request.content)):
            yield Breach(_place(error), error.message)
        yield from _head(request, key, new)


def _sent(call: Call, case: Case, status: int, answer: Any) -> httpx.Request:
    kept: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        kept.append(request)
        return httpx.Response(status, json=answer)

    call(handler, case.body)
    return kept[0]


def _head(request: httpx.Request, key: Key, new: Edition) -> Iterator[Breach]:
    """Yield what is wrong with method, path, headers and query."""
    method, path = key
    pattern = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path))
    if request.method.lower() != method or not re.fullmatch(pattern, request.url.path):
        yield Breach((), f"{request.method} {request.url.path} is sent for {method.upper()} {path}")
    given = {"header": request.headers, "query": request.url.params}
    for (where, name), parameter in new.operations[key].parameters.items():
        value = given[where].get(name) if where in given else None
        if value is None and parameter.required and where in given:
            yield Breach((name,), f"the {where} {parameter.name} is missing")
        elif value is not None:
            errors = new.contract.validator(parameter.shape.pointer).iter_errors(value)
            yield from (Breach((name,), f"the {where} {parameter.name}: {error.message}") for error in errors)


def _place(error: jsonschema_rs.ValidationError) -> Place:
    place = tuple(ITEM if isinstance(step, int) else step for step in error.instance_path)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        return (*place, error.kind.property)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        return (*place, error.kind.unexpected[0])
    return place
