"""An operation as one HTTP call with placeholders for values: what the task of every engine is made from."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import attrs

from plaid_accounts import configuration
from plaid_accounts_contract.contract import JSON_MEDIA_TYPE, Contract, Operation, resolve

_Value = TypeVar("_Value")
_DOUBLING: Final = 2.0  # The factor by which httpx-retries multiplies each wait.


class ExportError(Exception):
    """The operation, environment or value cannot be exported; the message lists what can."""


@attrs.frozen
class Parameter:
    """A value that the workflow's input supplies under `name`."""

    name: str


@attrs.frozen
class RetryPolicy:
    """Timeouts in whole seconds, `retries` after the first attempt, and the wait before the first of them, in seconds.

    Each wait is `backoff_rate` times as long as the one before it.
    """

    connect_seconds: int
    read_seconds: int
    retries: int
    first_wait_seconds: int
    backoff_rate: float

    @classmethod
    def of_the_client(cls, method: str) -> RetryPolicy:
        """Return the defaults of `plaid_accounts.Client`, so that a task behaves like the client."""
        timeout = configuration.DEFAULT_TIMEOUT
        retry = configuration.retry(configuration.RETRIES, (method,))
        connect, read, wait = (
            max(1, math.ceil(seconds or 0))
            for seconds in (timeout.connect, timeout.read, retry.backoff_factor * _DOUBLING)
        )
        return cls(connect, read, retry.total, wait, _DOUBLING)


@attrs.frozen
class HttpCall:
    """One request, with a `Parameter` wherever a run of the workflow fills in a value.

    `headers` are those without credentials; `credential_headers` maps the name of each header that carries one to the
    name of the credential. `rate_limits` are the environment's, in calls per so many `seconds`.
    """

    operation: Operation
    environment: str
    url: str
    headers: Mapping[str, str]
    credential_headers: Mapping[str, str]
    body: Mapping[str, Any]
    rate_limits: Mapping[str, int]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the values that the workflow's input has to supply, each once."""
        names: dict[str, str] = {}
        self.body_with(lambda parameter: names.setdefault(parameter.name, parameter.name))
        return tuple(names)

    def body_with(self, write: Callable[[Parameter], str]) -> Any:
        """Return the body with each parameter replaced by the expression that `write` returns for it."""
        return _written(self.body, write)

    @classmethod
    def of(
        cls,
        contract: Contract,
        operation_id: str,
        environment: str,
        include: Sequence[str] = (),
        base_url: str | None = None,
    ) -> HttpCall:
        """Derive the call of an operation: its required values, and of the optional ones those in `include`."""
        operations = {operation.id: operation for operation in contract.operations}
        operation = _known(operations, operation_id, "operation")
        hosts = {server["x-environment"]: str(server["url"]) for server in contract.document["servers"]}
        host = base_url or _known(hosts, environment, "environment")
        credentials = credential_headers(contract)
        body = _Body(contract, frozenset(include), frozenset(credentials.values()))
        written = body.object(operation.request_body, ())
        unknown = [name for name in include if name not in body.included]
        if unknown:
            known = ", ".join(sorted(body.optional)) or "none"
            raise ExportError(f"{operation_id} has no optional value {', '.join(unknown)}; it has: {known}")
        return cls(
            operation,
            environment,
            host.rstrip("/") + operation.path,
            {"Content-Type": JSON_MEDIA_TYPE, "Accept": JSON_MEDIA_TYPE, **operation.fixed_headers},
            credentials,
            written,
            operation.definition.get("x-rate-limits", {}).get(environment, {}),
        )


def credential_headers(contract: Contract) -> dict[str, str]:
    """Return for each header that carries a credential the credential's name, such as client_id."""
    schemes = contract.document["components"]["securitySchemes"]
    return {
        scheme["name"]: scheme["name"].lower().removeprefix("plaid-").replace("-", "_")
        for scheme in schemes.values()
        if scheme["type"] == "apiKey" and scheme["in"] == "header"
    }


def _known(values: Mapping[str, _Value], name: str, kind: str) -> _Value:
    if name not in values:
        raise ExportError(f"unknown {kind} {name!r}; the contract has: {', '.join(values)}")
    return values[name]


@attrs.define
class _Body:
    contract: Contract
    include: frozenset[str]
    credentials: frozenset[str]
    optional: set[str] = attrs.field(factory=set)
    included: set[str] = attrs.field(factory=set)
    names: dict[str, tuple[str, ...]] = attrs.field(factory=dict)

    def object(self, schema: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
        """Return the properties of an object that are required or included; credentials go in headers."""
        written: dict[str, Any] = {}
        for name, inner in schema.get("properties", {}).items():
            if path or name not in self.credentials:
                value = self._value(inner, (*path, name), required=name in schema.get("required", ()))
                written |= {} if value is None else {name: value}
        return written

    def _value(self, schema: Mapping[str, Any], path: tuple[str, ...], *, required: bool) -> Any:
        schema = resolve(self.contract.document, schema)
        name = path[-1]
        if not required:
            self.optional.add(name)
            self.included |= {name} & self.include
        is_wanted = required or name in self.include
        if "properties" in schema:
            before = set(self.included)
            inner = self.object(schema, path)
            # Including a value within an optional object includes the object, with what it requires.
            return inner if inner and (is_wanted or self.included != before) else None
        if not is_wanted:
            return None
        # A name that another value has already is replaced by the path.
        taken = self.names.setdefault(name, path)
        return schema["const"] if "const" in schema else Parameter(name if taken == path else "_".join(path))


def _written(node: Any, write: Callable[[Parameter], str]) -> Any:
    if isinstance(node, Parameter):
        return write(node)
    if isinstance(node, Mapping):
        return {name: _written(value, write) for name, value in node.items()}
    return node
