"""Violations, and the results of a run: which clauses were observed, and which were violated how often."""

import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import attrs

from plaid_accounts_contract.contract import Level, Pointer
from plaid_accounts_contract.wire.exchange import Exchange

INDEX: Final = re.compile(r"\[\d+\]")
"""A position in an array, which the key of a violation leaves out."""


class Verdict(StrEnum):
    """The verdict on a requirement, a clause or a run."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    NOT_OBSERVED = "not observed"
    ERROR = "error"


@attrs.frozen
class Violation:
    """One exchange that violates one clause.

    `clause` is the id of a requirement or the JSON pointer of a schema's clause; `path` leads to the value in the response
    (empty for the response itself); `pointer` is the place in the contract.
    """

    clause: str
    level: Level
    path: str
    got: str
    expected: str
    pointer: Pointer
    exchange: Exchange

    @property
    def key(self) -> tuple[str, str]:
        """The clause and the path without positions; violations with the same key are reported once."""
        return self.clause, INDEX.sub("[]", self.path)


@attrs.define
class Group:
    """Violations with the same key: how many, and the one with the shortest request as the example."""

    example: Violation
    count: int = 0
    exchanges: set[int] = attrs.field(factory=set)

    def add(self, violation: Violation) -> None:
        """Count `violation`, and keep it as the example if its request is shorter."""
        self.count += 1
        self.exchanges.add(violation.exchange.number)
        if _size(violation) < _size(self.example):
            self.example = violation


def _rank(group: Group) -> tuple[str, bool, str]:
    clause = group.example.clause
    return group.example.level, clause not in ("credentials-header", "credentials-body"), clause


def _size(violation: Violation) -> tuple[int, int]:
    return len(violation.exchange.request.body), violation.exchange.number


@attrs.define
class Results:
    """Counts observations and groups violations; not thread-safe."""

    observed: Counter[str] = attrs.field(factory=Counter)
    groups: dict[tuple[str, str], Group] = attrs.field(factory=dict)
    failed: Counter[str] = attrs.field(factory=Counter)

    def observe(self, clause: str, times: int = 1) -> None:
        """Count what exercises `clause` in an exchange."""
        self.observed[clause] += times

    def record(self, violation: Violation) -> None:
        """Add a violation."""
        self.failed[violation.clause] += 1
        self.groups.setdefault(violation.key, Group(violation)).add(violation)

    def verdict(self, clause: str) -> Verdict:
        """Return the verdict on `clause` so far."""
        if self.failed[clause]:
            return Verdict.FAIL
        return Verdict.PASS if self.observed[clause] else Verdict.NOT_OBSERVED

    def violations(self, level: Level = "SHOULD") -> Iterator[Group]:
        """Yield the groups, MUST before SHOULD, a mode without credentials first; `level` MUST leaves out SHOULD."""
        for group in sorted(self.groups.values(), key=_rank):
            if level == "SHOULD" or group.example.level == "MUST":
                yield group
