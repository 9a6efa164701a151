"""A request, its response, and both together as an exchange."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final

import attrs

from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire import strict_json

Headers = tuple[tuple[str, str], ...]

MISSING: Final = object()
"""For a value that is missing, where None is a value."""


def header(headers: Headers, name: str) -> str | None:
    """Return the value of the header `name`; the values of a repeated header are joined by commas."""
    values = [value for key, value in headers if key.lower() == name.lower()]
    return ", ".join(values) if values else None


@attrs.frozen
class Request:
    """A request as sent, byte for byte.

    `purpose` describes it in reports, `mode` is where its credentials are meant to be. Headers and body hold credentials,
    so neither is part of the repr.
    """

    method: str
    path: str
    headers: Headers = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    purpose: str = ""
    mode: Mode = "none"

    def header(self, name: str) -> str | None:
        """Return a header's value, or None."""
        return header(self.headers, name)


@attrs.frozen
class Response:
    """A response as received, the body decoded by Content-Encoding.

    `transport_error` describes what went wrong below JSON (a truncated body, invalid compression); it is empty otherwise. A
    status of 0 means that there was no response.
    """

    status: int
    headers: Headers = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    seconds: float = 0.0
    transport_error: str = ""

    def header(self, name: str) -> str | None:
        """Return a header's value, or None."""
        return header(self.headers, name)

    @property
    def media_type(self) -> str | None:
        """The media type without parameters, in lower case, or None if none was sent."""
        value = self.header("content-type")
        return None if value is None else value.split(";")[0].strip().lower()


class KeptResponse(Response):
    """A response whose body is compressed in memory, since a run keeps thousands."""

    __slots__ = ("_packed",)
    _packed: bytes

    @property
    def body(self) -> bytes:
        """The body as received."""
        return zlib.decompress(self._packed)

    @body.setter
    def body(self, body: bytes) -> None:  # pyright: ignore[reportIncompatibleVariableOverride] - as an attribute
        object.__setattr__(self, "_packed", zlib.compress(body, 1))


@attrs.frozen(slots=False)
class Exchange:
    """A request with its response; `number` counts from 1 within a run, `origin` is the test that sent it."""

    number: int
    request: Request
    response: Response
    origin: str = ""

    @cached_property
    def parsed(self) -> strict_json.Parsed:
        """The body, parsed once for all checks."""
        return strict_json.parse(self.response.body)

    def kept(self) -> Exchange:
        """Return the exchange in as little memory as possible."""
        response = self.response
        fields = (response.status, response.headers, response.body, response.seconds, response.transport_error)
        return _KeptExchange(self.number, self.request, KeptResponse(*fields), self.origin)

    @property
    def json(self) -> Any:
        """The response's JSON value, or MISSING if the body is not JSON."""
        return MISSING if self.parsed.unreadable else self.parsed.value


class _KeptExchange(Exchange):
    """An exchange that parses its body each time, since a run keeps thousands."""

    @property
    def parsed(self) -> strict_json.Parsed:  # pyright: ignore[reportIncompatibleVariableOverride] - nobody sets it
        """The body, parsed."""
        return strict_json.parse(self.response.body)


def merge(headers: Headers, changes: Iterable[tuple[str, str | None]]) -> Headers:
    """Return `headers` with each of `changes` set, or removed if its value is None."""
    replaced = dict(changes)
    lowered = {name.lower() for name in replaced}
    kept = tuple((name, value) for name, value in headers if name.lower() not in lowered)
    return (*kept, *((name, value) for name, value in replaced.items() if value is not None))
