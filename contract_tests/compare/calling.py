"""Calls of a client that was generated: the function for an operation, found by its name, and what reads a webhook."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
import httpx

from compare import cases, clients
from compare.failure import Failure
from compare.operations import Operation

KEYS: Final = {"client_id": "a-client-id-of-nobody", "secret": "a-secret-of-nobody"}
BASE_URL: Final = "https://api.example"
Handler = Callable[[httpx.Request], httpx.Response]
_ALWAYS: Final = ("client", "body", "timeout")


@attrs.frozen
class Call:
    """The function of a client for one operation."""

    function: Callable[..., Any]
    client: Callable[[Handler], Any]
    body: Callable[[Any], Any] | None
    """Makes the model of a request; None for an operation that takes none."""
    others: Mapping[str, Any]
    """The further arguments that it needs."""
    errors: Any

    def __call__(self, handler: Handler, body: Any) -> Any:
        """Send a request body; `handler` answers."""
        given = {} if self.body is None else {"body": self.body(body)}
        return self.function(client=self.client(handler), **given, **self.others)


@attrs.frozen
class Event:
    """What reads the body of a webhook, once `webhooks.verify` found it genuine."""

    models: Mapping[tuple[str, str], Any]
    errors: Any

    def __call__(self, handler: Handler, _: Any) -> Any:
        """Read the body that `handler` gives."""
        told = handler(httpx.Request("POST", BASE_URL)).json()
        group, code = told["webhook_type"], told["webhook_code"]
        if (group, code) not in self.models:
            raise self.errors.WebhookUnlistedError(group, code, told)
        return self.models[group, code].from_dict(told)


def event_of(client: Any) -> Event:
    """Find what reads the webhooks that a client knows.

    Raises:
        Failure: the client knows none.

    """
    try:
        webhooks = importlib.import_module(f"{client.__name__}.webhooks")
    except ModuleNotFoundError:
        raise Failure("the client has no module webhooks, so what it reads of a webhook can't be told") from None
    return Event(webhooks.EVENTS, client.errors)


def call_of(client: Any, operation: Operation) -> Call:
    """Find the function of a client for an operation.

    Raises:
        Failure: the client has none.

    """
    found = next((module for module in clients.submodules(client, "api") if _is(module, operation)), None)
    if found is None:
        raise Failure(f"the client has no function for {operation.id}, so what it reads can't be told")
    model = inspect.get_annotations(found.sync, eval_str=True).get("body")

    def made(handler: Handler) -> Any:
        return client.Client(**KEYS, base_url=BASE_URL, retries=0, transport=httpx.MockTransport(handler))

    return Call(found.sync, made, model and model.from_dict, _needed(found.sync, operation), client.errors)


def _is(module: Any, operation: Operation) -> bool:
    name = str(module.__name__).rpartition(".")[2]
    return _spelt(name) == _spelt(operation.id) and hasattr(module, "sync")


def _needed(function: Callable[..., Any], operation: Operation) -> dict[str, Any]:
    parameters = {_spelt(entry.name): entry for entry in operation.parameters.values()}
    return {
        name: cases.base(parameters[_spelt(name)].shape)
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is inspect.Parameter.empty and name not in _ALWAYS
    }


def _spelt(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
