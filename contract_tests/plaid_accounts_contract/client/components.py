"""Decodable components: those of responses, by a call, and those of webhooks only, by their model."""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final

import attrs
import pytest

from plaid_accounts_contract.client import bodies, documents
from plaid_accounts_contract.client.calls import Outcome, attempt, installed, read
from plaid_accounts_contract.client.documents import ERROR
from plaid_accounts_contract.client.operations import METHODS, PRIMARY, Method
from plaid_accounts_contract.client.packages import Parser
from plaid_accounts_contract.contract import reachable


@attrs.frozen
class Reading:
    """A component, and the response that contains it: the success of an operation, an error, or none."""

    name: str
    method: Method | None = None

    @property
    def bodies(self) -> list[Any]:
        """Bodies of the component, one of them with every property."""
        return bodies.of(self.name) if self.method is None or self.is_error else bodies.successes(self.method)

    @property
    def is_error(self) -> bool:
        """Whether the response is an error."""
        return self.name == ERROR

    def read(self, body: Any, parser: Parser | None = None) -> Outcome:
        """Let the client read a body."""
        if self.method is None or self.is_error:
            # A call does not raise for what is wrong in an error, strict or not.
            cls = getattr(installed(parser).models, self.name)
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            return attempt(lambda: installed(parser).decode.read(content, partial(cls.from_dict, strict=True)))
        return read(body, self.method.status, parser=parser, method=self.method)


def _of_responses() -> Iterator[Reading]:
    """Yield each component that is the response of an operation once, and the error."""
    holders = {method.success: method for method in reversed((PRIMARY, *METHODS))}
    yield from (Reading(name, holders[name]) for name in reversed(holders))
    yield Reading(ERROR, PRIMARY)


def _others(known: Iterable[str]) -> Iterator[Reading]:
    """Yield each object that no request or response contains, but not those inside another of them."""
    left = documents.objects().keys() - _within(known)
    inside = {name: _within([name]) - {name} for name in sorted(left)}
    yield from (Reading(name) for name in inside if not any(name in parts for parts in inside.values()))


def _within(names: Iterable[str]) -> set[str]:
    """Return components and all that they refer to."""
    given = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    return {str(pointer[-1]) for pointer in reachable(documents.CONTRACT.document, given)}


_RESPONSES: Final = tuple(_of_responses())
READINGS: Final = (
    *_RESPONSES,
    *_others([*(method.request for method in METHODS if method.request), *(reading.name for reading in _RESPONSES)]),
)
ALL: Final = [pytest.param(reading, id=reading.name) for reading in READINGS]
"""Everything that can be read as a parameter of a test."""
