"""An operation as one HTTP call whose values are not known yet: what every engine's task is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from plaid_accounts_contract.contract import Contract, Operation, Pointer

MEDIA_TYPE: Final = "application/json"


class ExportError(Exception):
    """What was asked for cannot be exported; the message says what can."""


@attrs.frozen
class Parameter:
    """A value that the workflow's input supplies under `name`."""

    name: str


@attrs.frozen
class HttpCall:
    """One request, with a `Parameter` wherever a run of the workflow fills in a value.

    `headers` are those without credentials; `credential_headers` maps the name of each header that carries one to the
    name of the credential. `rate_limits` are the environment's, in calls for each number of `seconds`.
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
        """The names of all values that the workflow's input has to supply, each once."""
        return tuple(dict.fromkeys(parameter.name for parameter in _parameters(self.body)))

    def body_with(self, write: Callable[[Parameter], str]) -> Any:
        """Return the body with each parameter written as `write` says."""
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
        """Derive the call of an operation: its required values, and of the optional ones those in `include`.

        Raises:
            ExportError: the contract has no such operation, environment or optional value.

        """
        operation = _operation(contract, operation_id)
        body = _Body(contract, frozenset(include))
        schema = (*operation.pointer, "requestBody", "content", MEDIA_TYPE, "schema")
        written = body.object(contract.follow(schema), ())
        unknown = [name for name in include if name not in body.seen]
        if unknown:
            known = ", ".join(sorted(body.optional)) or "none"
            msg = f"{operation_id} has no optional value {', '.join(unknown)}; it has: {known}"
            raise ExportError(msg)
        return cls(
            operation,
            environment,
            (base_url or _address(contract, environment)).rstrip("/") + operation.path,
            {"Content-Type": MEDIA_TYPE, "Accept": MEDIA_TYPE, **dict(_fixed_headers(contract, operation))},
            credential_headers(contract),
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


def _operation(contract: Contract, operation_id: str) -> Operation:
    found = next((each for each in contract.operations if each.id == operation_id), None)
    if found is None:
        msg = (
            f"there is no operation {operation_id!r}; the contract has: {', '.join(o.id for o in contract.operations)}"
        )
        raise ExportError(msg)
    return found


def _address(contract: Contract, environment: str) -> str:
    addresses = {server["x-environment"]: str(server["url"]) for server in contract.document["servers"]}
    if environment not in addresses:
        msg = f"there is no environment {environment!r}; the contract has: {', '.join(addresses)}"
        raise ExportError(msg)
    return addresses[environment]


def _fixed_headers(contract: Contract, operation: Operation) -> Iterator[tuple[str, str]]:
    """Give the headers whose value the contract itself fixes, such as the version of the API."""
    for index, _ in enumerate(operation.definition.get("parameters", ())):
        parameter = contract.at(contract.follow((*operation.pointer, "parameters", index)))
        value = parameter["schema"].get("const", parameter["schema"].get("default"))
        if parameter["in"] == "header" and value is not None:
            yield parameter["name"], str(value)


@attrs.define
class _Body:
    contract: Contract
    include: frozenset[str]
    optional: set[str] = attrs.field(factory=set)
    seen: set[str] = attrs.field(factory=set)
    names: dict[str, tuple[str, ...]] = attrs.field(factory=dict)

    def object(self, pointer: Pointer, path: tuple[str, ...]) -> dict[str, Any]:
        """Write the properties of the schema at `pointer` that are required or included."""
        schema = self.contract.at(pointer)
        credentials = frozenset(credential_headers(self.contract).values()) if not path else frozenset[str]()
        required = frozenset(schema.get("required", ()))
        written: dict[str, Any] = {}
        for name in schema.get("properties", {}):
            if name in credentials:
                continue
            value = self._value((*pointer, "properties", name), (*path, name), wanted=name in required)
            if value is not None:
                written[name] = value
        return written

    def _value(self, pointer: Pointer, path: tuple[str, ...], *, wanted: bool) -> Any:
        pointer = self.contract.follow(pointer)
        schema = self.contract.at(pointer)
        asked_for = self._asked_for(path[-1], wanted=wanted)
        if "properties" in schema:
            before = set(self.seen)
            inner = self.object(pointer, path)
            # Asking for a value within an optional object asks for the object, with what it requires.
            return inner if inner and (asked_for or self.seen != before) else None
        if not asked_for:
            return None
        return schema["const"] if "const" in schema else Parameter(self._name(path))

    def _asked_for(self, name: str, *, wanted: bool) -> bool:
        if wanted:
            return True
        self.optional.add(name)
        if name in self.include:
            self.seen.add(name)
        return name in self.include

    def _name(self, path: tuple[str, ...]) -> str:
        """Name a value by its property, or by its whole path where another one has that name already."""
        taken = self.names.setdefault(path[-1], path)
        return path[-1] if taken == path else "_".join(path)


def _parameters(node: Any) -> Iterator[Parameter]:
    if isinstance(node, Parameter):
        yield node
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from _parameters(value)


def _written(node: Any, write: Callable[[Parameter], str]) -> Any:
    if isinstance(node, Parameter):
        return write(node)
    if isinstance(node, Mapping):
        return {name: _written(value, write) for name, value in node.items()}
    return node
