"""What a client puts on the wire, kept and held against the contract."""

from __future__ import annotations

from typing import Any, Final

import attrs
import httpx

from plaid_accounts_contract import encoding

from . import bodies, calls, documents
from .documents import CONTRACT, REQUEST

OPERATION: Final = CONTRACT.operations[0]
VERSION_HEADER: Final = "Plaid-Version"
_KEYS: Final = ("PLAID-CLIENT-ID", "PLAID-SECRET")


@attrs.define
class Wire:
    """Answers every request with accounts, and keeps the requests."""

    requests: list[httpx.Request] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Keep a request and answer it."""
        request.read()
        self.requests.append(request)
        return httpx.Response(200, json=bodies.complete())

    @property
    def last(self) -> httpx.Request:
        """The request that was sent last."""
        return self.requests[-1]


def body_of(request: httpx.Request) -> Any:
    """Return the JSON of a request.

    Raises:
        AssertionError: it is no JSON in UTF-8, or not what the contract allows.

    """
    parsed = encoding.parse(request.content)
    problems = [*parsed.problems, *([parsed.unreadable] if parsed.unreadable else [])]
    assert not problems, f"the request is no sound JSON: {'; '.join(problems)}"
    breaches = documents.breaches(REQUEST, parsed.value)
    assert not breaches, f"the contract does not allow the request: {'; '.join(breaches)}"
    return parsed.value


def check_head(request: httpx.Request, base_url: str = calls.BASE_URL) -> None:
    """Hold method, path and headers of a request against the contract."""
    assert request.method == OPERATION.method
    assert str(request.url) == base_url + OPERATION.path
    names = [name.lower() for name, _ in request.headers.multi_items()]
    assert len(names) == len(set(names)), f"a header is sent twice: {sorted(names)}"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Accept"] == "application/json"
    assert int(request.headers["Content-Length"]) == len(request.content)
    assert request.headers[VERSION_HEADER] == default_version()
    assert request.headers["User-Agent"].startswith(f"plaid-accounts/{CONTRACT.version} ")


def keys_in_headers(request: httpx.Request) -> list[str | None]:
    """Return the client_id and secret that the headers hold."""
    return [request.headers.get(name) for name in _KEYS]


def default_version() -> str:
    """Return the version of the API that the contract describes."""
    pointer = CONTRACT.follow((*OPERATION.pointer, "parameters", 0))
    return str(CONTRACT.at(pointer)["schema"]["default"])
