"""Calls of a generated client, and what it makes of the responses of another contract."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import attrs
import httpx

from compare import clients, samples
from compare.endpoints import Endpoint, Key
from compare.failure import Failure
from compare.samples import ABSENT, Sample
from compare.schemas import ITEM, Place, written

Handler = Callable[[httpx.Request], httpx.Response]
_KEYS: Final = {"client_id": "a-client-id-of-nobody", "secret": "a-secret-of-nobody"}
_BASE_URL: Final = "https://api.example"
# What is wrong in every response hides the rest, so it is repaired; more differences than this have been seen enough.
_REPAIRS: Final = 40


@attrs.frozen(kw_only=True)
class Incompatibility:
    """A message of one contract that the other side rejects, or reads as something else."""

    key: Key
    status: str
    """`REQUEST` for a request of the old client that the new contract rejects."""
    place: Place
    message: str
    found: str = ""
    """The type that the client found: null, nothing, a string …"""
    sample: Sample


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
        return self.models[type_, code].from_dict(body)


def call_of(client: Any, endpoint: Endpoint) -> Call | Event:
    """Return what calls an operation with a client, or decodes a webhook.

    Raises:
        Failure: the client does not have it.

    """
    if endpoint.is_webhook:
        try:
            return Event(importlib.import_module(f"{client.__name__}.webhooks").EVENTS, client.errors)
        except ModuleNotFoundError:
            raise Failure("the client has no module webhooks, so how it decodes webhooks is unknown") from None
    name = _plain(endpoint.operation.id)
    modules = (module for module in clients.submodules(client, "api") if hasattr(module, "sync"))
    module = next((found for found in modules if _plain(found.__name__.rpartition(".")[2]) == name), None)
    if module is None:
        raise Failure(f"the client has no function for {endpoint.operation.id}, so what it sends and reads is unknown")
    model = inspect.get_annotations(module.sync, eval_str=True).get("body")
    parameters = {_plain(entry.name): entry for entry in endpoint.parameters.values()}
    required = {
        name: samples.base(parameters[_plain(name)].schema)
        for name, parameter in inspect.signature(module.sync).parameters.items()
        if parameter.default is inspect.Parameter.empty and name not in ("client", "body", "timeout")
    }

    def connected(handler: Handler) -> Any:
        return client.Client(**_KEYS, base_url=_BASE_URL, retries=0, transport=httpx.MockTransport(handler))

    return Call(module.sync, connected, model and model.from_dict, required, client.errors)


def rejected(
    call: Call | Event, own: Endpoint, request: Any, status: str, tried: Iterable[Sample]
) -> Iterator[Incompatibility]:
    """Yield the responses that a client rejects; `own` is the endpoint in the client's own contract."""
    reader = _Reader(call, own, request, status)
    for sample in tried:
        yield from reader.rejection(sample) if sample.place else reader.all_rejections(sample)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


@attrs.frozen
class _Reader:
    call: Call | Event
    own: Endpoint
    request: Any
    status: str
    repairs: dict[Place, Any] = attrs.field(factory=dict)
    """What repairs what the client rejects in every response."""

    def rejection(self, sample: Sample) -> Iterator[Incompatibility]:
        body = sample.body
        for place, value in self.repairs.items():
            if not sample.place or not (_within(place, sample.place) or _within(sample.place, place)):
                repaired = samples.put(body, place, value)
                body = body if repaired is None else repaired
        found = self._read(body)
        if found is not None:
            place, message, type_ = found
            yield Incompatibility(
                key=self.own.key, status=self.status, place=place, message=message, found=type_, sample=sample
            )

    def all_rejections(self, sample: Sample) -> Iterator[Incompatibility]:
        """Yield one thing after the other, and learn how each is repaired."""
        for _ in range(_REPAIRS):
            found = next(self.rejection(sample), None)
            if found is None:
                return
            yield found
            if found.place in self.repairs or not found.place:
                return
            schema = self.own.body(self.status)
            expected = schema.at(found.place) if schema else None
            self.repairs[found.place] = samples.base(expected) if expected else ABSENT

    def _read(self, body: Any) -> tuple[Place, str, str] | None:
        """Return where and why the client does not return this body, and what it found there; None if it does."""
        failed = int(self.status) >= 400
        try:
            model = self.call(lambda _: httpx.Response(int(self.status), json=body), self.request)
        except self.call.errors.ApiError as error:
            read, recognised = error.body.to_dict(), failed and error.error_type == body.get("error_type")
        except self.call.errors.DecodeError as error:
            place = _place(error.path)
            return place, f"{written(place) or 'the body'}: expected {error.expected}, found {error.found}", error.found
        except self.call.errors.PlaidAccountsError as error:
            return (), str(error), ""
        else:
            read, recognised = model.to_dict(), not failed
        if not recognised:
            return (), f"the body: status {self.status} is not recognised", ""
        differs = _difference(read, body, ())
        return None if differs is None else (differs, f"{written(differs) or 'the body'}: read as another value", "")


def _within(place: Place, other: Place) -> bool:
    return place[: len(other)] == other


def _difference(read: Any, sent: Any, place: Place) -> Place | None:
    """Return where two bodies differ, or None where they don't."""
    if isinstance(read, dict) and isinstance(sent, dict):
        parts = [((*place, name), read.get(name, ABSENT), sent.get(name, ABSENT)) for name in {**sent, **read}]
    elif isinstance(read, list) and isinstance(sent, list) and len(read) == len(sent):
        parts = [((*place, ITEM), one, other) for one, other in zip(read, sent, strict=True)]
    else:
        return None if read == sent or _moment(read) == _moment(sent) is not None else place
    return next((found for at, one, other in parts if (found := _difference(one, other, at)) is not None), None)


def _moment(value: Any) -> datetime | None:
    """Parse a date-time as the client does, which cuts it beyond microseconds."""
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value).upper())
    except (TypeError, ValueError):
        return None


def _place(path: str) -> Place:
    """Parse the path of a `DecodeError`, such as `accounts[0].balances["odd name"]`."""
    steps = re.finditer(r'\[(?P<index>\d+)\]|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]|(?P<name>[^.\[\]]+)', path)
    return tuple(ITEM if step["index"] else step["name"] or step["quoted"].replace('\\"', '"') for step in steps)
