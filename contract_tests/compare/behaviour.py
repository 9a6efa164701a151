"""What clients do with the other contract: the old one with new responses, the new one with old ones, old requests."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final

import attrs
import httpx
import jsonschema_rs

from compare import Failure, clients
from compare.client_code import plain
from compare.clients import ROOT
from compare.revisions import CONTRACT, Revision
from compare.schemas import REQUEST, Endpoint, Key
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.generation.bodies import ABSENT, EACH, Path, Variant, at, base, put, written
from plaid_accounts_contract.generation.breaks import breaks
from plaid_accounts_contract.reference_server import create_app, error_token, reference_dataset

SERVED: Final = "served by the reference server"
Handler = Callable[[httpx.Request], httpx.Response]
_KEYS: Final = {"client_id": "a-client-id-of-nobody", "secret": "a-secret-of-nobody"}
_BASE_URL: Final = "https://api.example"
# What is wrong in every response hides the rest, so it is repaired; more differences than this have been seen enough.
_REPAIRS: Final = 40


@attrs.frozen
class Incompatibility:
    """A message of one contract that the other side rejects, or reads as something else."""

    key: Key
    status: str
    """`REQUEST` for a request of the old client that the new contract rejects."""
    place: Path
    message: str
    variant: Variant
    """The message."""
    found: str = ""
    """The type that the client found: null, nothing, a string …"""


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
    excluded: set[tuple[Key, Path]] = attrs.field(factory=set)
    """Where requests were tried that the old contract allows and the new one excludes."""
    unchanged: int = 0
    """Endpoints that are the same in both contracts, for clients made alike: there is nothing to try."""


def observe(old: Revision, new: Revision) -> Behaviour:
    """Run the clients of both contracts."""
    seen = Behaviour()
    before, after = clients.load(old.folder), clients.load(new.folder)
    alike = clients.made_alike(old.folder, new.folder)
    for key, endpoint in old.endpoints.items():
        if key not in new.endpoints:
            continue
        if alike and endpoint == new.endpoints[key]:
            seen.unchanged += 1
            continue
        pinned, upgraded = call_of(before, old, key), call_of(after, new, key)
        seen.by_old += _responses_rejected(pinned, old, new, key, seen)
        seen.by_new += _responses_rejected(upgraded, new, old, key, seen)
        if isinstance(pinned, Call):
            seen.requests_rejected += _requests_rejected(pinned, old, new, key, seen)
        # The reference server serves the contract of the working tree.
        if new.contract.path == ROOT / CONTRACT and not endpoint.is_webhook:
            served = _served(key)
            seen.served += len(served)
            # One at a time: repairs learned from other responses would hide what is wrong with a real one.
            for status, variant in served:
                seen.by_old += rejected(pinned, old, key, status, [variant])
    seen.responses += seen.served
    return seen


def _responses_rejected(
    call: Call | Event, own: Revision, other: Revision, key: Key, seen: Behaviour
) -> Iterator[Incompatibility]:
    """Yield what a client rejects of the responses that the other contract allows."""
    for status in other.endpoints[key].responses:
        generated = [*other.variants(key, status), *_beyond(other, own, key, status)]
        seen.responses += len(generated)
        yield from rejected(call, own, key, status, generated)


def _requests_rejected(
    call: Call, old: Revision, new: Revision, key: Key, seen: Behaviour
) -> Iterator[Incompatibility]:
    """Yield what the new contract rejects of the requests that the old client makes."""
    if new.endpoints[key].request is None:
        return
    success = next(status for status in old.endpoints[key].responses if status.startswith("2"))
    body = old.variants(key, success)[0].value
    sent: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(int(success), json=body)

    validator = new.contract.validator(new.schema(key, REQUEST))
    beyond = [*_beyond(old, new, key, REQUEST)]
    seen.excluded |= {(key, variant.path) for variant in beyond}
    for variant in (*old.variants(key, REQUEST), *beyond):
        # The client has no argument for what the contract does not list.
        if variant.what == "unlisted":
            continue
        seen.requests += 1
        call(respond, variant.value)
        request = sent[-1]
        invalid = [(_place(error), error.message) for error in validator.iter_errors(json.loads(request.content))]
        for place, message in (*invalid, *_outside_body(request, new.endpoints[key], new)):
            yield Incompatibility(key, REQUEST, place, message, variant)


def _beyond(own: Revision, other: Revision, key: Key, status: str) -> Iterator[Variant]:
    """Yield bodies that a contract allows and the other excludes: each clause of the other is broken at its edge."""
    start = next((variant.value for variant in own.variants(key, status)), None)
    if start is None or other.endpoints[key].body(status) is None:
        return
    places = [(revision.contract, revision.schema(key, status)) for revision in (own, other)]
    allows, includes = (contract.validator(pointer).is_valid for contract, pointer in places)
    for change in breaks(other.contract.document, other.contract.at(places[1][1])):
        value = change.apply(start)
        # What only the other one lists is anything in this one.
        if at(start, change.path) is not ABSENT and allows(value) and not includes(value):
            yield Variant(change.path, f"{change.clause.rpartition('/')[2]} {change.name}", value)


def _outside_body(request: httpx.Request, endpoint: Endpoint, new: Revision) -> Iterator[tuple[Path, str]]:
    """Yield what is wrong with method, path, headers and query."""
    operation = endpoint.operation
    if request.method != operation.method or not operation.is_at(request.url.path):
        yield (), f"{request.method} {request.url.path} is sent for {endpoint.label}"
    given = {"header": request.headers, "query": request.url.params}
    for (where, name), parameter in endpoint.parameters.items():
        value = given[where].get(name) if where in given else None
        if value is None and parameter.required and where in given:
            yield (name,), f"the {where} {parameter.name} is missing"
        elif value is not None:
            errors = new.contract.validator(parameter.schema.pointer).iter_errors(value)
            yield from (((name,), f"the {where} {parameter.name}: {error.message}") for error in errors)


def _place(error: jsonschema_rs.ValidationError) -> Path:
    place = tuple(EACH if isinstance(step, int) else step for step in error.instance_path)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        return (*place, error.kind.property)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        return (*place, error.kind.unexpected[0])
    return place


@cache
def _served(key: Key) -> list[tuple[str, Variant]]:
    """Return the reference server's documented responses for each of its tokens and errors, with their statuses."""
    contract, dataset = Contract.load(), reference_dataset()
    keys = {"client_id": dataset.credentials.client_id, "secret": dataset.credentials.secret}
    tokens = [*dataset.items, *(error_token(code) for code in contract.error_codes), "access-sandbox-none"]

    async def responses() -> list[httpx.Response]:
        transport = httpx.ASGITransport(create_app())
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return [await client.request(*key, json=keys | {"access_token": token}) for token in tokens]

    documented = contract.at(("paths", key[1], key[0], "responses"))
    received = ((str(response.status_code), response.json()) for response in asyncio.run(responses()))
    return [(status, Variant((), SERVED, body)) for status, body in received if status in documented]


@attrs.frozen
class Call:
    """The function of a client for one operation."""

    function: Callable[..., Any]
    client: Callable[[Handler], Any]
    body: Callable[[Any], Any] | None
    """Makes the model of a request; None for an operation without a body."""
    arguments: Mapping[str, Any]
    """The other arguments that the function requires."""
    errors: Any

    def __call__(self, handler: Handler, body: Any) -> Any:
        """Send a request with this body to `handler`, and return what the client makes of the response."""
        given = {} if self.body is None else {"body": self.body(body)}
        return self.function(client=self.client(handler), **given, **self.arguments)


@attrs.frozen
class Event:
    """Decodes the body of a webhook, as `webhooks.verify` does after the signature was checked."""

    models: Mapping[tuple[str, str], Any]
    errors: Any

    def __call__(self, handler: Handler, _: Any) -> Any:
        """Decode the body that `handler` returns."""
        body = handler(httpx.Request("POST", _BASE_URL)).json()
        type_, code = body["webhook_type"], body["webhook_code"]
        if (type_, code) not in self.models:
            raise self.errors.WebhookUnlistedError(type_, code, body)
        decode = self.models[type_, code].from_dict
        # Released clients before `strict` always were.
        return decode(body, strict=True) if "strict" in inspect.signature(decode).parameters else decode(body)


def call_of(client: Any, revision: Revision, key: Key) -> Call | Event:
    """Return what calls an operation with a client, or decodes a webhook."""
    endpoint = revision.endpoints[key]
    if endpoint.is_webhook:
        return Event(importlib.import_module(f"{client.__name__}.webhooks").EVENTS, client.errors)
    name = plain(endpoint.operation.id)
    modules = (module for module in clients.submodules(client, "api") if hasattr(module, "sync"))
    module = next((found for found in modules if plain(found.__name__.rpartition(".")[2]) == name), None)
    if module is None:
        raise Failure(f"the client has no function for {endpoint.operation.id}, so what it sends and reads is unknown")
    model = inspect.get_annotations(module.sync, eval_str=True).get("body")
    parameters = {plain(entry.name): entry for entry in endpoint.parameters.values()}
    required = {
        name: base(revision.contract.document, revision.contract.at(parameters[plain(name)].schema.pointer))
        for name, parameter in inspect.signature(module.sync).parameters.items()
        if parameter.default is inspect.Parameter.empty and name not in ("client", "body", "timeout")
    }

    def connected(handler: Handler) -> Any:
        made = client.Client(**_KEYS, base_url=_BASE_URL, retries=0, transport=httpx.MockTransport(handler))
        made.strict = True  # What a lenient client leaves out is lost to a service all the same.
        return made

    return Call(module.sync, connected, model and model.from_dict, required, client.errors)


def rejected(
    call: Call | Event, own: Revision, key: Key, status: str, tried: Iterable[Variant]
) -> Iterator[Incompatibility]:
    """Yield what a client rejects of some responses; `own` is the revision that the client belongs to."""
    request, response = (next((entry.value for entry in own.variants(key, part)), None) for part in (REQUEST, status))
    reader = _Reader(call, key, status, request, response)
    for variant in tried:
        yield from reader.rejection(variant) if variant.path else reader.all_rejections(variant)


@attrs.frozen
class _Reader:
    call: Call | Event
    key: Key
    status: str
    request: Any
    response: Any
    """A response with everything that the client's own contract allows."""
    repairs: dict[Path, Any] = attrs.field(factory=dict)
    """What repairs what the client rejects in every response."""

    def rejection(self, variant: Variant) -> Iterator[Incompatibility]:
        body = variant.value
        for place, value in self.repairs.items():
            # A repair above or below what is varied would undo it.
            shared = min(len(place), len(variant.path))
            if not variant.path or place[:shared] != variant.path[:shared]:
                body = put(body, place, value)
        found = self._read(body)
        if found is not None:
            place, message, type_ = found
            yield Incompatibility(self.key, self.status, place, message, variant, type_)

    def all_rejections(self, variant: Variant) -> Iterator[Incompatibility]:
        """Yield one thing after the other, and learn how each is repaired."""
        for _ in range(_REPAIRS):
            found = next(self.rejection(variant), None)
            if found is None:
                return
            yield found
            if found.place in self.repairs or not found.place:
                return
            self.repairs[found.place] = at(self.response, found.place)

    def _read(self, body: Any) -> tuple[Path, str, str] | None:
        """Return where and why the client does not return this body, and what it found there; None if it does."""
        failed = int(self.status) >= 400
        try:
            model = self.call(lambda _: httpx.Response(int(self.status), json=body), self.request)
        except self.call.errors.ApiError as error:
            read, recognised = error.body.to_dict(), failed and error.error_type == body.get("error_type")
        except self.call.errors.DecodeError as error:
            place = _parsed(error.path)
            return place, f"{written(place) or 'the body'}: expected {error.expected}, found {error.found}", error.found
        except self.call.errors.PlaidAccountsError as error:
            return (), str(error), ""
        else:
            read, recognised = model.to_dict(), not failed
        if not recognised:
            return (), f"the body: status {self.status} is not recognised", ""
        differs = _difference(read, body, ())
        return None if differs is None else (differs, f"{written(differs) or 'the body'}: read as another value", "")


def _difference(read: Any, sent: Any, place: Path) -> Path | None:
    """Return where two bodies differ, or None where they don't."""
    if isinstance(read, dict) and isinstance(sent, dict):
        parts = [((*place, name), read.get(name, ABSENT), sent.get(name, ABSENT)) for name in {**sent, **read}]
    elif isinstance(read, list) and isinstance(sent, list) and len(read) == len(sent):
        parts = [((*place, EACH), one, other) for one, other in zip(read, sent, strict=True)]
    else:
        return None if read == sent or _moment(read) == _moment(sent) is not None else place
    return next((found for at, one, other in parts if (found := _difference(one, other, at)) is not None), None)


def _moment(value: Any) -> datetime | None:
    """Parse a date-time as the client does, which cuts it beyond microseconds."""
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value).upper())
    except (TypeError, ValueError):
        return None


def _parsed(path: str) -> Path:
    """Parse the path of a `DecodeError`, such as `accounts[0].balances["odd name"]`."""
    steps = re.finditer(r'\[(?P<index>\d+)\]|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]|(?P<name>[^.\[\]]+)', path)
    return tuple(EACH if step["index"] else step["name"] or step["quoted"].replace('\\"', '"') for step in steps)
