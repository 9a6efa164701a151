"""What clients do with the other contract: the old one with new responses, the new one with old ones, old requests."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import attrs
import httpx
import jsonschema_rs

from compare import clients, reading, samples
from compare.endpoints import REQUEST, Endpoint, Key
from compare.reading import Call, Event, Incompatibility
from compare.revisions import Revision
from compare.samples import UNLISTED, Sample
from compare.schemas import ITEM, Place
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server import create_app, error_token, reference_world

SERVED: Final = "served by the reference server"


@attrs.define
class Behaviour:
    """What was tried, and what was rejected."""

    by_old: list[Incompatibility] = attrs.field(factory=list)
    """New responses that the old client rejects."""
    by_new: list[Incompatibility] = attrs.field(factory=list)
    """Old responses that the new client rejects."""
    requests_rejected: list[Incompatibility] = attrs.field(factory=list)
    """Requests of the old client that the new contract rejects."""
    responses: int = 0
    served: int = 0
    """The number of responses that came from the reference server."""
    requests: int = 0
    unchanged: int = 0
    """Endpoints that are the same in both contracts, for clients made alike: there is nothing to try."""


def observe(old: Revision, new: Revision) -> Behaviour:
    """Run the clients of both contracts.

    Raises:
        Failure: a client could not be generated, or has no function for an operation.

    """
    seen = Behaviour()
    before, after = clients.load(old.folder), clients.load(new.folder)
    alike = clients.made_alike(old.folder, new.folder)
    for key, endpoint in old.endpoints.items():
        if key not in new.endpoints:
            continue
        if alike and endpoint == new.endpoints[key]:
            seen.unchanged += 1
            continue
        pinned, upgraded = reading.call_of(before, endpoint), reading.call_of(after, new.endpoints[key])
        seen.by_old += _responses_rejected(pinned, old, new, key, seen)
        seen.by_new += _responses_rejected(upgraded, new, old, key, seen)
        if isinstance(pinned, Call):
            seen.requests_rejected += _requests_rejected(pinned, old, new, key, seen)
        if new.is_checked_out and not endpoint.is_webhook:
            served = _served(key)
            seen.served += len(served)
            # One at a time: repairs learned from other responses would hide what is wrong with a real one.
            for status, sample in served:
                seen.by_old += reading.rejected(pinned, endpoint, _request(old, key), status, [sample])
    seen.responses += seen.served
    return seen


def _request(revision: Revision, key: Key) -> Any:
    """Return the body to send where the response alone matters."""
    return next((sample.body for sample in samples.samples(revision, key, REQUEST)), None)


def _responses_rejected(
    call: Call | Event, own: Revision, other: Revision, key: Key, seen: Behaviour
) -> Iterator[Incompatibility]:
    """Yield what a client rejects of the responses that the other contract allows."""
    for status in other.endpoints[key].responses:
        generated = samples.samples(other, key, status)
        seen.responses += len(generated)
        yield from reading.rejected(call, own.endpoints[key], _request(own, key), status, generated)


def _requests_rejected(
    call: Call, old: Revision, new: Revision, key: Key, seen: Behaviour
) -> Iterator[Incompatibility]:
    """Yield what the new contract rejects of the requests that the old client makes."""
    if new.endpoints[key].request is None:
        return
    success = next(status for status in old.endpoints[key].responses if status.startswith("2"))
    response = httpx.Response(int(success), json=samples.samples(old, key, success)[0].body)
    validator = new.validator(key, REQUEST)
    for sample in samples.samples(old, key, REQUEST):
        # The client has no argument for what the contract does not list.
        if sample.what == UNLISTED:
            continue
        seen.requests += 1
        request = _sent(call, sample.body, response)
        invalid = [(_place(error), error.message) for error in validator.iter_errors(json.loads(request.content))]
        for place, message in (*invalid, *_outside_body(request, new.endpoints[key], new)):
            yield Incompatibility(key=key, status=REQUEST, place=place, message=message, sample=sample)


def _sent(call: Call, body: Any, response: httpx.Response) -> httpx.Request:
    kept: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        kept.append(request)
        return httpx.Response(response.status_code, content=response.content, headers=response.headers)

    call(handler, body)
    return kept[0]


def _outside_body(request: httpx.Request, endpoint: Endpoint, new: Revision) -> Iterator[tuple[Place, str]]:
    """Yield what is wrong with method, path, headers and query."""
    path = endpoint.operation.path
    pattern = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path))
    if request.method != endpoint.operation.method or not re.fullmatch(pattern, request.url.path):
        yield (), f"{request.method} {request.url.path} is sent for {endpoint.label}"
    given = {"header": request.headers, "query": request.url.params}
    for (where, name), parameter in endpoint.parameters.items():
        value = given[where].get(name) if where in given else None
        if value is None and parameter.required and where in given:
            yield (name,), f"the {where} {parameter.name} is missing"
        elif value is not None:
            errors = new.contract.validator(parameter.schema.pointer).iter_errors(value)
            yield from (((name,), f"the {where} {parameter.name}: {error.message}") for error in errors)


def _place(error: jsonschema_rs.ValidationError) -> Place:
    place = tuple(ITEM if isinstance(step, int) else step for step in error.instance_path)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        return (*place, error.kind.property)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        return (*place, error.kind.unexpected[0])
    return place


@cache
def _served(key: Key) -> list[tuple[str, Sample]]:
    """Return the reference server's documented responses for each of its tokens and errors, with their statuses."""
    contract = Contract.load()
    documented = contract.at(("paths", key[1], key[0], "responses"))
    responses = asyncio.run(_responses(key, contract))
    return [
        (str(response.status_code), Sample((), SERVED, response.json()))
        for response in responses
        if str(response.status_code) in documented
    ]


async def _responses(key: Key, contract: Contract) -> list[httpx.Response]:
    method, path = key
    world = reference_world()
    keys = {"client_id": world.credentials.client_id, "secret": world.credentials.secret}
    tokens = [*world.items, *(error_token(code) for code in contract.error_codes), "access-sandbox-none"]
    transport = httpx.ASGITransport(create_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return [await client.request(method, path, json=keys | {"access_token": token}) for token in tokens]
