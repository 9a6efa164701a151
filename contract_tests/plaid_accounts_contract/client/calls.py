"""Calls of the client in every style, and their results."""

import asyncio
import datetime
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

import attrs
import httpx

from plaid_accounts_contract.client import bodies, documents
from plaid_accounts_contract.client.documents import Node
from plaid_accounts_contract.client.operations import PRIMARY, Method
from plaid_accounts_contract.client.packages import Parser, package, parsers
from plaid_accounts_contract.plugin import ReferenceServer

Style = Literal["sync", "async", "api.sync", "api.asyncio", "api.sync_detailed", "api.asyncio_detailed"]
STYLES: Final[tuple[Style, ...]] = (
    "sync", "async", "api.sync", "api.asyncio", "api.sync_detailed", "api.asyncio_detailed"
)  # fmt: skip

# Made up, and unlike anything else that could appear in a message.
CLIENT_ID: Final = "canary-client-id-5f1c9e"
SECRET: Final = "canary-secret-83b7d2"  # noqa: S105 - made up
ACCESS_TOKEN: Final = "canary-access-token-c46a08"  # noqa: S105 - made up
SECRETS: Final = (CLIENT_ID, SECRET, ACCESS_TOKEN)
BASE_URL: Final = "https://api.example"

_APART: Final = frozenset({"timeout", "total_timeout", "headers", "plaid_version"})
"""Arguments of every method that are not properties of a request."""

Handler = Callable[[httpx.Request], httpx.Response]


@attrs.frozen
class Outcome:
    """The result of a call: a model or a response, or an exception."""

    value: Any = None
    error: BaseException | None = None

    @property
    def model(self) -> Any:
        """The returned model; an AssertionError if an exception was raised instead."""
        assert self.error is None, f"{type(self.error).__name__}: {self.error}"
        return getattr(self.value, "parsed", self.value)

    def failure(self, kind: type[BaseException]) -> Any:
        """Return the exception; raise AssertionError if none was raised, or another than `kind`."""
        found = f"a {type(self.value).__name__}" if self.error is None else f"{type(self.error).__name__}: {self.error}"
        assert isinstance(self.error, kind), f"expected {kind.__name__}, got {found}"
        return self.error

    def summary(self) -> tuple[Any, ...]:
        """Return what must be the same in every style of calling."""
        if self.error is None:
            return ("model", type(self.model).__name__, self.model.to_dict())
        return ("error", type(self.error).__name__, str(self.error))


def installed(parser: Parser | None = None) -> Any:
    """Return the client package, by default with the fastest parser."""
    return package(parser or parsers()[-1])


def errors(parser: Parser | None = None) -> Any:
    """Return the client's exceptions."""
    return installed(parser).errors


def client(handler: Handler | None = None, *, parser: Parser | None = None, **settings: Any) -> Any:
    """Create a client whose requests `handler` responds to, by default strict and without retries."""
    chosen: dict[str, Any] = {
        "client_id": CLIENT_ID, "secret": SECRET, "base_url": BASE_URL, "retries": 0, "strict": True,
    }  # fmt: skip
    if handler is not None:
        chosen["transport"] = httpx.MockTransport(handler)
    return installed(parser).Client(**(chosen | settings))


def connect(server: ReferenceServer, **settings: Any) -> Any:
    """Create a client of the reference server."""
    keys = {"client_id": server.client_id, "secret": server.secret}
    chosen: dict[str, Any] = {"base_url": server.url, **keys, **settings}
    return client(**chosen)


def call(
    made: Any, style: Style = "sync", *, method: Method = PRIMARY, parser: Parser | None = None, **arguments: Any
) -> Outcome:
    """Call an operation and return the result; required arguments that are left out are made up."""
    given = {**prepared(method, bodies.minimal_request(method), parser), **arguments}
    apart = {name: given.pop(name) for name in _APART & given.keys()}
    if not style.startswith("api."):
        function = getattr(made, f"{method.name}_async" if style == "async" else method.name)
        named = {
            argument.word(function): given[argument.name] for argument in method.arguments if argument.name in given
        }
        apart = method.needed | apart
        return attempt(lambda: function(**named, **apart), closing=made if style == "async" else None)
    return call_api(made, style, request(method, given, parser), method=method, parser=parser, **apart)


def prepared(method: Method, body: Any, parser: Parser | None = None) -> dict[str, Any]:
    """Return the arguments for the body of a request."""
    found: dict[str, Any] = {}
    for argument in method.arguments:
        holder = body.get(argument.path[0], {}) if len(argument.path) > 1 else body
        if argument.name in holder:
            found[argument.name] = value_of(argument.schema, holder[argument.name], installed(parser).models)
    return found


def request(method: Method, given: Mapping[str, Any], parser: Parser | None = None) -> Any:
    """Return the request model for arguments, None without a body; None leaves out what is optional and not nullable."""
    if not method.request:
        return None
    models = installed(parser).models
    properties: dict[tuple[str, ...], dict[str, Any]] = {(): {}}
    for argument in method.arguments:
        left_out = given.get(argument.name) is None and not argument.required and not argument.may_be_null
        if argument.name in given and not left_out:
            properties.setdefault(argument.path[:-1], {})[argument.name] = given[argument.name]
    top = properties.pop(())
    for path, inner in properties.items():
        top[path[0]] = _made(getattr(models, method.options), inner)
    return _made(getattr(models, method.request), top)


def _made(cls: Any, properties: Mapping[str, Any]) -> Any:
    return cls(**{word(cls, name): value for name, value in properties.items()})


def call_api(
    made: Any, style: Style, body: Any, *, method: Method = PRIMARY, parser: Parser | None = None, **arguments: Any
) -> Outcome:
    """Send a request through the function of `api`."""
    module = getattr(getattr(installed(parser).api, method.tag), method.name)
    function = getattr(module, style.removeprefix("api."))
    arguments = method.needed | ({"body": body} if method.request else {}) | arguments
    return attempt(lambda: function(client=made, **arguments), closing=made if "async" in style else None)


def attempt(begin: Callable[[], Any], *, closing: Any = None) -> Outcome:
    """Run a call and return its result; with `closing`, in an event loop, at whose end that client is closed."""
    try:
        return Outcome(value=begin() if closing is None else asyncio.run(_wait(begin, closing)))
    except Exception as error:  # noqa: BLE001 - which one it may be is what the tests judge
        return Outcome(error=error)


async def _wait(begin: Callable[[], Any], closing: Any) -> Any:
    try:
        return await begin()
    finally:
        await closing.aclose()


def responding(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Handler:
    """Return a handler that responds to every request with JSON, or with bytes as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    shown = {"Content-Type": "application/json"} if headers is None else headers
    return lambda _: httpx.Response(status, headers=shown, content=content)


def read(
    body: object,
    status: int = 200,
    *,
    parser: Parser | None = None,
    style: Style = "sync",
    method: Method = PRIMARY,
) -> Outcome:
    """Let a client read a response."""
    return call(client(responding(body, status), parser=parser), style, method=method, parser=parser)


_FORMATS: Final[Mapping[str, Callable[[str], Any]]] = {
    "date-time": lambda text: datetime.datetime.fromisoformat(text.upper()),
    "date": datetime.date.fromisoformat,
    "uuid": uuid.UUID,
}


def built(name: str, body: Any, models: Any) -> Any:
    """Return the model of a component for its JSON."""
    return value_of({"$ref": f"#/components/schemas/{name}"}, body, models)


def value_of(schema: Node, value: Any, models: Any) -> Any:
    """Return the Python value for a JSON value of this schema; JSON of another type as it is."""
    for name, inner in documents.named_alternatives(schema):
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
    """Return the attribute name of a property; a reserved name has a trailing underscore."""
    return name if name in {field.name for field in attrs.fields(cls)} else f"{name}_"


def _model(cls: Any, schema: Node, value: Mapping[str, Any], models: Any) -> Any:
    known = {name: item for name, item in value.items() if name in schema["properties"]}
    model = cls(**{word(cls, name): value_of(schema["properties"][name], item, models) for name, item in known.items()})
    for name in value.keys() - known.keys():
        model[name] = value[name]
    return model
