"""The bodies of an edition's requests and answers that are put to the test: systematic ones, and some at random."""

from __future__ import annotations

import json
import os
import re
import warnings
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import attrs
import hypothesis
import hypothesis.errors
import schemathesis

from compare import cases
from compare.cases import Case
from compare.clients import CACHE, digest
from compare.editions import Edition
from compare.failure import Failure
from compare.operations import JSON, Key, body_pointer
from plaid_accounts_contract.contract import Contract, Pointer

REQUEST: Final = "request"
RANDOM_BODY: Final = "at random"
_SCHEMAS: Final = ("components", "schemas")
_RANDOM: Final = 10
_SEED: Final = 1
_UNHEEDED: Final = (
    hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.filter_too_much, hypothesis.HealthCheck.data_too_large,
    hypothesis.HealthCheck.large_base_example,
)  # fmt: skip


@attrs.frozen
class _Asked:
    """What bodies are asked for: editions that were read from the same document have the same."""

    digest: str
    key: Key
    status: str
    edition: Edition = attrs.field(eq=False)


def bodies(edition: Edition, key: Key, status: str) -> tuple[Case, ...]:
    """Return bodies of the answer with a status, or of the request; none where it has no JSON body."""
    return _bodies(_Asked(edition.digest, key, status, edition))


@cache
def _bodies(asked: _Asked) -> tuple[Case, ...]:
    edition, key, status = asked.edition, asked.key, asked.status
    operation = edition.operations[key]
    answer = operation.body if status == REQUEST else operation.answers.get(status)
    if answer is None or answer.shape is None:
        return ()
    pointer = schema(edition.contract, key, status)
    errors = edition.contract.validator(pointer).iter_errors
    try:
        found = tuple(cases.systematic(answer.shape, errors))
    except ValueError as error:
        raise Failure(str(error)) from None
    if status == REQUEST:
        return found
    # Errors of several statuses share a schema: one status shows what the others would.
    alike = [
        other for other, seen in operation.answers.items() if seen.shape and seen.shape.origin == answer.shape.origin
    ]
    return found + _random(edition.contract, pointer, errors) if alike[0] == status else found[:2]


def schema(contract: Contract, key: Key, status: str) -> Pointer:
    """Return the place of the schema of an answer, of the request, or of a webhook."""
    place = body_pointer(key, None if status == REQUEST else status)
    return contract.follow((*contract.follow(place), "content", JSON, "schema"))


def _random(contract: Contract, pointer: Pointer, errors: cases.Errors) -> tuple[Case, ...]:
    drawn = _drawn(contract, pointer)
    return tuple(Case((), RANDOM_BODY, body) for body in drawn if not any(True for _ in errors(body)))


@cache
def _drawn(contract: Contract, pointer: Pointer) -> list[Any]:
    """Return the same bodies each time, from the last time where the schemas are still the same: drawing takes long."""
    schemas = {name: _short(contract.at((*_SCHEMAS, name))) for name in _reached(contract, pointer)}
    asked = json.dumps([contract.at(pointer), schemas, _RANDOM, _SEED, *map(version, ("hypothesis", "schemathesis"))])
    known = CACHE / "bodies" / f"{digest(asked.encode())}.json"
    if not known.is_file():
        known.parent.mkdir(parents=True, exist_ok=True)
        fresh = known.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(_draw(contract.at(pointer), schemas)), encoding="utf-8")
        fresh.replace(known)
    bodies: list[Any] = json.loads(known.read_text(encoding="utf-8"))
    return bodies


def _reached(contract: Contract, pointer: Pointer) -> list[str]:
    """Return the components that a schema refers to, be it by way of others."""
    found: set[str] = set()
    waiting = {pointer}
    while waiting:
        text = json.dumps(contract.at(waiting.pop()))
        names = set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', text)) - found
        found |= names
        waiting |= {(*_SCHEMAS, name) for name in names}
    return sorted(found)


def _draw(schema: Any, schemas: Mapping[str, Any]) -> list[Any]:
    """Draw bodies. Schemathesis writes requests; an answer is a request to what would take it."""
    operation = {
        "requestBody": {"required": True, "content": {JSON: {"schema": schema}}},
        "responses": {"200": {"description": ""}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "one body", "version": "1"},
        "paths": {"/": {"post": operation}},
        "components": {"schemas": schemas},
    }
    loaded = schemathesis.openapi.from_dict(document, config=schemathesis.Config())
    drawn: list[Any] = []

    @hypothesis.seed(_SEED)
    @hypothesis.settings(
        max_examples=_RANDOM,
        phases=[hypothesis.Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=_UNHEEDED,
    )
    @hypothesis.given(loaded["/"]["POST"].as_strategy())
    def draw(case: schemathesis.Case[Any]) -> None:
        drawn.append(case.body)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", hypothesis.errors.HypothesisWarning)
        draw()
    return drawn


def _short(node: Any) -> Any:
    """Limit every array: two items show what two hundred do."""
    if isinstance(node, Mapping):
        limit = {"maxItems": 2} if node.get("type") == "array" else {}
        return {key: _short(value) for key, value in node.items()} | limit
    return [_short(value) for value in node] if isinstance(node, list) else node
