"""The operations of the contract as the client offers them: method, arguments and models, derived from the document."""

import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

import attrs

from plaid_accounts_contract.client import documents
from plaid_accounts_contract.client.documents import CONTRACT, Node
from plaid_accounts_contract.contract import Operation
from plaid_accounts_contract.generation.bodies import base

KEYS: Final = ("client_id", "secret")
"""What the client sends by itself; no argument of a method."""

_NESTED: Final = "options"
_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


def snake(name: str) -> str:
    """Return a name of the contract in snake case."""
    return "_".join(word for word in _WORDS.split(name) if word).lower()


@attrs.frozen
class Argument:
    """A keyword argument of a method, and the property of the request that it sets."""

    path: tuple[str, ...]
    schema: Node = attrs.field(repr=False)
    required: bool

    @property
    def name(self) -> str:
        """The property's name; in the client, a reserved name has a trailing underscore."""
        return self.path[-1]

    @property
    def may_be_null(self) -> bool:
        """Whether None is sent as null rather than left out."""
        return any(inner.get("type") == "null" for inner in documents.alternatives(self.schema))

    @property
    def is_date_time(self) -> bool:
        """Whether the argument is a date-time."""
        return any(inner.get("format") == "date-time" for inner in documents.alternatives(self.schema))

    def word(self, function: Any) -> str:
        """Return the argument's name in the signature of a method."""
        return self.name if self.name in inspect.signature(function).parameters else f"{self.name}_"


@attrs.frozen(slots=False, eq=False)
class Method:
    """An operation as the client offers it."""

    operation: Operation

    @property
    def id(self) -> str:
        """The operationId, which a failing test names."""
        return self.operation.id

    @cached_property
    def name(self) -> str:
        """The name of the method, and of the module in `api`."""
        return snake(self.operation.id)

    @cached_property
    def tag(self) -> str:
        """The name of the package in `api` that holds the module."""
        return snake(self.operation.definition.get("tags", ["default"])[0])

    @cached_property
    def request(self) -> str:
        """The component that describes the body of a request; empty without one."""
        if "requestBody" not in self.operation.definition:
            return ""
        return str(CONTRACT.request(self.operation)[-1])

    @cached_property
    def success(self) -> str:
        """The component that describes the body of the success; empty if that is an array or a file."""
        pointer = CONTRACT.response_schema(self.operation, self.status)
        return str(pointer[-1]) if pointer and CONTRACT.at(pointer).get("type") != "array" else ""

    @property
    def status(self) -> int:
        """The status of the success."""
        return next(status for status in self._statuses if status < 300)

    @property
    def reads(self) -> bool:
        """Whether the operation only reads, by the names of Plaid's paths, so that it can be retried after any failure."""
        return self.operation.method == "GET" or self.operation.path.rpartition("/")[2] in ("get", "list", "search")

    @property
    def error_statuses(self) -> list[int]:
        """The documented statuses of errors."""
        return [status for status in self._statuses if status >= 400]

    @property
    def _statuses(self) -> list[int]:
        return [int(status) for status in self.operation.definition["responses"]]

    @cached_property
    def needed(self) -> dict[str, Any]:
        """A value for each parameter that a call must have, by its argument."""
        entries = [entry for entry in self.operation.parameters if entry.get("required")]
        return {snake(entry["name"]): base(CONTRACT.document, entry["schema"]) for entry in entries}

    @cached_property
    def path(self) -> str:
        """The path of a call with these values."""
        return re.sub(r"\{(.+?)\}", lambda name: str(self.needed[snake(name[1])]), self.operation.path)

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        """The arguments: the properties of the request but the keys, and those of `options`."""
        return tuple(self._found())

    @cached_property
    def options(self) -> str:
        """The component of `options`, whose properties are arguments too; empty without one."""
        inner = self._schema["properties"].get(_NESTED, {})
        if "$ref" not in inner or documents.resolve(inner).get("type") != "object":
            return ""
        needed = _NESTED in self._schema.get("required", ())
        return documents.name_of(inner) if needed or not documents.resolve(inner).get("required") else ""

    @property
    def _schema(self) -> Node:
        return documents.schemas()[self.request] if self.request else {"properties": {}}

    def _found(self) -> Iterator[Argument]:
        schema = self._schema
        for name, inner in schema["properties"].items():
            needed = name in schema.get("required", ())
            if name == _NESTED and self.options:
                options = documents.resolve(inner)
                for below, innermost in options["properties"].items():
                    yield Argument((name, below), innermost, needed and below in options.get("required", ()))
            elif name not in KEYS:
                yield Argument((name,), inner, needed)


METHODS: Final = tuple(method for method in map(Method, CONTRACT.operations) if method.success)
PRIMARY: Final = next(method for method in METHODS if method.operation is CONTRACT.primary)
