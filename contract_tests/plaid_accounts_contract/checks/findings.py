"""What a run found: single findings, and the ledger that counts what was observed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

import attrs

from plaid_accounts_contract.contract import Level, Pointer
from plaid_accounts_contract.wire.exchange import Exchange

_INDEX: Final = re.compile(r"\[\d+\]")


class Verdict(StrEnum):
    """What is claimed of a requirement, a clause or a whole run."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    NOT_OBSERVED = "not observed"
    ERROR = "error"


@attrs.frozen
class Violation:
    """One exchange that breaks one clause.

    `clause` is a requirement's id or, for a schema, the JSON pointer of what is broken; `path` leads to the value in
    the response (empty for the response as a whole); `pointer` is the place in the contract.
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
        """What makes two findings the same fault: the clause, and the path without positions."""
        return self.clause, _INDEX.sub("[]", self.path)


@attrs.define
class Group:
    """Findings of the same fault: how many, and the one with the shortest request to show."""

    example: Violation
    count: int = 0
    exchanges: set[int] = attrs.field(factory=set)

    def add(self, violation: Violation) -> None:
        """Count `finding` and keep it as the example if its request is shorter."""
        self.count += 1
        self.exchanges.add(violation.exchange.number)
        if _size(violation) < _size(self.example):
            self.example = violation


def _size(violation: Violation) -> tuple[int, int]:
    return len(violation.exchange.request.body), violation.exchange.number


@attrs.define
class Results:
    """Counts what was observed and groups what was found; safe to use from one thread at a time."""

    observed: Counter[str] = attrs.field(factory=Counter)
    groups: dict[tuple[str, str], Group] = attrs.field(factory=dict)
    failed: Counter[str] = attrs.field(factory=Counter)

    def observe(self, clause: str) -> None:
        """Note that an exchange put `clause` to the test."""
        self.observed[clause] += 1

    def record(self, violation: Violation) -> None:
        """Add a finding."""
        self.failed[violation.clause] += 1
        self.groups.setdefault(violation.key, Group(violation)).add(violation)

    def verdict(self, clause: str) -> Verdict:
        """Return what can be claimed of `clause` so far."""
        if self.failed[clause]:
            return Verdict.FAIL
        return Verdict.PASS if self.observed[clause] else Verdict.NOT_OBSERVED

    def violations(self, level: Level = "SHOULD") -> Iterator[Group]:
        """Yield the groups, most binding first; `level` MUST leaves out the others."""
        for group in sorted(self.groups.values(), key=lambda group: (group.example.level, group.example.clause)):
            if level == "SHOULD" or group.example.level == "MUST":
                yield group

    def by_clause(self) -> Mapping[str, int]:
        """Return how many findings each clause has."""
        return dict(self.failed)
