"""Records what a client sends, and checks it against the contract."""

from collections.abc import Sequence
from typing import Any, Final

import attrs
import httpx
import pytest

from plaid_accounts_contract.client import bodies, calls, documents
from plaid_accounts_contract.client.documents import CONTRACT
from plaid_accounts_contract.client.operations import METHODS, PRIMARY, Method
from plaid_accounts_contract.wire import strict_json

ALL: Final = [pytest.param(method, id=method.id) for method in METHODS]
"""Every operation as a parameter of a test."""
WITH_BODY: Final = [pytest.param(method, id=method.id) for method in METHODS if method.request]
"""Those whose requests have a body."""

_KEYS: Final = ("PLAID-CLIENT-ID", "PLAID-SECRET")
_ENOUGH: Final = 50


@attrs.define
class Recorder:
    """Responds to every request with a success of the operation, and records the requests."""

    method: Method = PRIMARY
    requests: list[httpx.Request] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Record a request and respond to it."""
        request.read()
        self.requests.append(request)
        return httpx.Response(self.method.status, json=bodies.complete(self.method.success))

    @property
    def last(self) -> httpx.Request:
        """The last request."""
        return self.requests[-1]


@attrs.define
class Server:
    """Sends its responses in order, repeating the last one; an exception is raised."""

    responses: Sequence[httpx.Response | Exception]
    requests: list[httpx.Request] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Respond to one request."""
        assert len(self.requests) < _ENOUGH, "the client does not stop retrying"
        response = self.responses[min(len(self.requests), len(self.responses) - 1)]
        self.requests.append(request)
        if isinstance(response, Exception):
            raise response
        return httpx.Response(response.status_code, headers=response.headers, content=response.content)


def body_of(request: httpx.Request, method: Method = PRIMARY) -> Any:
    """Return the JSON of a request; raise AssertionError if it isn't UTF-8, JSON and what the contract allows."""
    if not method.request:
        assert request.content == b"", "the request of an operation without a body has one"
        return {}
    parsed = strict_json.parse(request.content)
    problems = [*parsed.problems, *([parsed.unreadable] if parsed.unreadable else [])]
    assert not problems, f"the request is not valid JSON: {'; '.join(problems)}"
    violations = documents.violations(method.request, parsed.value)
    assert not violations, f"the contract does not allow the request: {'; '.join(violations)}"
    return parsed.value


def check_head(request: httpx.Request, base_url: str = calls.BASE_URL, method: Method = PRIMARY) -> None:
    """Check method, path and headers of a request against the contract."""
    kind = {"Content-Type": "application/json" if method.request else None}
    headers = {"Accept": "application/json", **kind, **constant_headers(method)}
    expected = {"method": method.operation.method, "URL": base_url + method.path, **headers}
    sent = {"method": request.method, "URL": str(request.url), **{name: request.headers.get(name) for name in headers}}
    wrong = [f"{name} {sent[name]!r}, not {value!r}" for name, value in expected.items() if sent[name] != value]
    assert not wrong, f"{method.id} is sent with {'; '.join(wrong)}"
    names = [name.lower() for name, _ in request.headers.multi_items()]
    assert len(names) == len(set(names)), f"a header is sent twice: {sorted(names)}"
    assert int(request.headers.get("Content-Length", 0)) == len(request.content), (
        "Content-Length is not that of the body"
    )
    agent = request.headers["User-Agent"]
    assert agent.startswith(f"plaid-accounts/{CONTRACT.version} "), f"the User-Agent is {agent!r}"


def keys_in_headers(request: httpx.Request) -> list[str | None]:
    """Return the client_id and secret that the headers hold."""
    return [request.headers.get(name) for name in _KEYS]


def constant_headers(method: Method) -> dict[str, str]:
    """Return the headers that an operation has by default, such as the version of the API."""
    headers = [entry for entry in method.operation.parameters if entry["in"] == "header"]
    return {entry["name"]: str(entry["schema"]["default"]) for entry in headers if "default" in entry["schema"]}
