"""Bodies that the contract allows, drawn once for all tests that change or count rather than shrink them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from plaid_accounts_contract.client import damage, documents
from plaid_accounts_contract.client.documents import CONTRACT, ERROR, SUCCESS, Node
from plaid_accounts_contract.client.effort import scaled
from plaid_accounts_contract.client.operations import KEYS, PRIMARY, Method

_MANY: Final = 16
_FEW: Final = 5
_STRINGS: Final = {
    "date-time": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def successes(method: Method = PRIMARY) -> list[Any]:
    """Return bodies of a success, some with all that the contract names; many of the operation known by heart."""
    return of(method.success, _MANY if method is PRIMARY else _FEW)


def errors() -> list[Any]:
    """Return error bodies."""
    return of(ERROR, _MANY)


def of(name: str, cases: int = _FEW) -> list[Any]:
    """Return bodies of a component, and one with all that the contract names."""
    return copy.deepcopy(_drawn(name, cases))


def complete(name: str = SUCCESS) -> Any:
    """Return one body that has every property, no null and two items in every array."""
    return copy.deepcopy(_complete(name))


def requests(method: Method) -> list[Any]:
    """Return bodies of a request without the keys: the least, that with each further argument, some drawn, the whole."""
    drawn = [_without_keys(body) for body in of(method.request)]
    return [least(method), *_one_more(method), *drawn[:-1], whole(method)]


def least(method: Method) -> Any:
    """Return the request with required properties only, secrets unlike anything else."""
    body = _least({"$ref": f"#/components/schemas/{method.request}"})
    if documents.breaches(method.request, body):
        body = _without_keys(_drawn(method.request, _FEW)[0])
    return _with_canaries(method.request, body)


def whole(method: Method) -> Any:
    """Return a request with every property but the keys, secrets unlike anything else."""
    return _with_canaries(method.request, _without_keys(complete(method.request)))


def secrets(method: Method, body: Any) -> tuple[str, ...]:
    """Return the secrets in the body of a request."""
    return tuple(damage.at(body, place.path) for place in _secret_places(method.request, body))


def examples(method: Method) -> Iterator[tuple[int, Any]]:
    """Give the answers that stand as examples in the contract, with their statuses."""
    for status in method.operation.definition["responses"]:
        pointer = CONTRACT.response(method.operation, int(status))
        assert pointer is not None
        for example in CONTRACT.at(pointer)["content"]["application/json"].get("examples", {}).values():
            yield int(status), copy.deepcopy(example["value"])


def forget() -> None:
    """Draw anew when next asked."""
    _drawn.cache_clear()
    _complete.cache_clear()


@cache
def _drawn(name: str, cases: int) -> list[Any]:
    return [*documents.sample(documents.bodies(name), scaled(cases)), _complete(name)]


@cache
def _complete(name: str) -> Any:
    # The first that is drawn is the simplest, in which many properties hold the same.
    return documents.sample(documents.complete(name), 5)[-1]


def _one_more(method: Method) -> Iterator[Any]:
    for argument in method.arguments:
        if not argument.required:
            body, value = least(method), damage.at(whole(method), argument.path)
            outer = body if len(argument.path) == 1 else body.setdefault(argument.path[0], {})
            outer[argument.name] = value
            yield body


def _without_keys(body: Any) -> Any:
    return {name: value for name, value in body.items() if name not in KEYS}


def _secret_places(name: str, body: Any) -> list[damage.Place]:
    places = damage.places(name, body)
    return [place for place in places if place.is_secret and isinstance(damage.at(body, place.path), str)]


def _with_canaries(name: str, body: Any) -> Any:
    for place in _secret_places(name, body):
        words = "-".join(str(step) for step in place.path).replace("_", "-")
        body = damage.changed(body, place.path, f"canary-{words}-c46a08")
    return body


def _least(schema: Node) -> Any:
    schema = next(inner for inner in documents.alternatives(schema) if inner.get("type") != "null")
    kind = schema.get("type")
    if kind == "object":
        return {name: _least(schema["properties"][name]) for name in schema.get("required", ())}
    if kind == "array":
        return [_least(schema["items"])] * schema.get("minItems", 0)
    if kind in ("integer", "number"):
        return schema.get("minimum", 0)
    if kind == "boolean":
        return False
    listed = schema.get("enum") or [schema.get("const") or _STRINGS.get(schema.get("format", ""))]
    return listed[0] or "a" * schema.get("minLength", 1)
