"""Bodies that the contract allows, drawn once and shared by the tests that change them."""

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from plaid_accounts_contract.client import broken_bodies, documents
from plaid_accounts_contract.client.documents import CONTRACT, ERROR, SUCCESS
from plaid_accounts_contract.client.effort import scaled
from plaid_accounts_contract.client.operations import KEYS, PRIMARY, Method
from plaid_accounts_contract.generation.bodies import least

# Chosen, not measured: bodies drawn at the default number of examples, most where tests change each in many ways.
_MANY: Final = 16
_FEW: Final = 5


def successes(method: Method = PRIMARY) -> list[Any]:
    """Return bodies of a success, one of them with every property; more of them for the primary operation."""
    return of(method.success, _MANY if method is PRIMARY else _FEW)


def errors() -> list[Any]:
    """Return error bodies."""
    return of(ERROR, _MANY)


def of(name: str, cases: int = _FEW) -> list[Any]:
    """Return bodies of a component, the last one with every property."""
    return copy.deepcopy(_drawn(name, cases))


def complete(name: str = SUCCESS) -> Any:
    """Return one body with every property, no null and two items in every array."""
    return copy.deepcopy(_complete(name))


def requests(method: Method) -> list[Any]:
    """Return request bodies without the keys: the minimal, that with each other argument, some drawn, the complete."""
    if not method.request:
        return [{}]
    drawn = [_arguments_of(method, _without_keys(body)) for body in of(method.request)]
    return [minimal_request(method), *_one_more(method), *drawn[:-1], complete_request(method)]


def minimal_request(method: Method) -> Any:
    """Return the request with required properties only, and unmistakable secrets."""
    if not method.request:
        return {}
    return _with_canaries(method.request, _without_keys(copy.deepcopy(_least(method.request))))


def complete_request(method: Method) -> Any:
    """Return a request with every property but the keys, and unmistakable secrets."""
    return _with_canaries(method.request, _without_keys(complete(method.request))) if method.request else {}


def secrets(method: Method, body: Any) -> tuple[str, ...]:
    """Return the secrets in the body of a request."""
    places = _secret_places(method.request, body) if method.request else ()
    return tuple(broken_bodies.at(body, place.path) for place in places)


def examples(method: Method) -> Iterator[tuple[int, Any]]:
    """Yield the response examples of the contract, with their statuses."""
    for status in method.operation.definition["responses"]:
        pointer = CONTRACT.response(method.operation, int(status))
        assert pointer is not None
        for example in CONTRACT.at(pointer)["content"]["application/json"].get("examples", {}).values():
            yield int(status), copy.deepcopy(example["value"])


def forget() -> None:
    """Draw again at the next call."""
    _drawn.cache_clear()
    _complete.cache_clear()


@cache
def _drawn(name: str, cases: int) -> list[Any]:
    return [*documents.sample(documents.bodies(name), scaled(cases)), _complete(name)]


@cache
def _complete(name: str) -> Any:
    # The first that is drawn is the simplest, in which many properties hold the same.
    return documents.sample(documents.complete(name), 5)[-1]


@cache
def _least(name: str) -> Any:
    return least(CONTRACT.document, documents.schemas()[name])


def _one_more(method: Method) -> Iterator[Any]:
    for argument in method.arguments:
        if not argument.required:
            body, value = minimal_request(method), broken_bodies.at(complete_request(method), argument.path)
            outer = body if len(argument.path) == 1 else body.setdefault(argument.path[0], {})
            outer[argument.name] = value
            yield body


def _arguments_of(method: Method, body: Any) -> Any:
    """Return a body without properties that no argument sets, which an open request may have."""
    paths = {argument.path for argument in method.arguments}
    kept = {name: value for name, value in body.items() if any(path[0] == name for path in paths)}
    if method.options and isinstance(kept.get("options"), dict):
        kept["options"] = {name: value for name, value in kept["options"].items() if ("options", name) in paths}
    return kept


def _without_keys(body: Any) -> Any:
    return {name: value for name, value in body.items() if name not in KEYS}


def _secret_places(name: str, body: Any) -> list[broken_bodies.Place]:
    places = broken_bodies.places(name, body)
    return [place for place in places if place.is_secret and isinstance(broken_bodies.at(body, place.path), str)]


def _with_canaries(name: str, body: Any) -> Any:
    for place in _secret_places(name, body):
        words = "-".join(str(step) for step in place.path).replace("_", "-")
        body = broken_bodies.changed(body, place.path, f"canary-{words}-c46a08")
    return body
