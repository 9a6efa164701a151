"""The table of a run: every requirement and every clause that stands for many, with verdict and times observed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import attrs

from plaid_accounts_contract import clauses
from plaid_accounts_contract.contract import Contract, Level, Pointer
from plaid_accounts_contract.findings import Group, Verdict
from plaid_accounts_contract.outcome import Outcome
from plaid_accounts_contract.settings import Settings

STATEMENTS: Final = {
    clauses.STATUS: "The status of a response is one that the contract lists.",
    clauses.MEDIA_TYPE: "The Content-Type of a response is one that the contract lists for its status.",
}

_NEEDED: Final = {
    "active-accounts-only": "closed_account_id",
    "last-updated-institution": "other_access_token",
}


@attrs.frozen
class Row:
    """A line of the table.

    `observed` counts what put the clause to the test, `failed` the exchanges that broke it; `known` says that all its
    faults stand in the known-failing file, `binding` that it decides the verdict. `hint` says what it would take to observe what was not.
    """

    id: str
    level: Level
    statement: str
    pointer: Pointer
    verdict: Verdict = Verdict.NOT_OBSERVED
    observed: int = 0
    failed: int = 0
    known: bool = False
    binding: bool = True
    hint: str = ""

    @property
    def word(self) -> str:
        """The verdict in words."""
        if self.verdict is not Verdict.FAIL or (self.binding and not self.known):
            return str(self.verdict)
        return f"{self.verdict} ({'known' if self.known else self.level})"

    @property
    def style(self) -> str:
        """The word of a block or the verdict that the row is to look like."""
        return str(self.verdict) if self.word == self.verdict else "known failing" if self.known else "should"


def rows(outcome: Outcome) -> list[Row]:
    """Return the table of a run: requirements in the order of the contract, then what the schemas say."""
    broken: dict[str, list[Group]] = defaultdict(list)
    for group in outcome.run.ledger.groups.values():
        for name in rows_of(outcome, group):
            broken[name].append(group)
    return [_row(outcome, row, broken[row.id]) for row in (*_requirements(outcome), *_clauses(outcome))]


def rows_of(outcome: Outcome, group: Group) -> list[str]:
    """Name the rows that a fault belongs to: its own, or those of the statuses whose schema it breaks."""
    clause = group.example.clause
    if not clause.startswith("#/"):
        return [clause]
    statuses = {outcome.run.exchanges[number - 1].response.status for number in group.exchanges}
    return [clauses.schema_clause(status) for status in sorted(statuses)]


def _requirements(outcome: Outcome) -> Iterator[Row]:
    for requirement in outcome.run.contract.requirements.values():
        yield Row(requirement.id, requirement.level, requirement.statement, requirement.pointer)


def _clauses(outcome: Outcome) -> Iterator[Row]:
    run = outcome.run
    responses: Pointer = (*run.operation.pointer, "responses")
    for name, statement in STATEMENTS.items():
        yield Row(name, "MUST", statement, responses)
    for status in run.operation.definition["responses"]:
        pointer = run.contract.follow((*responses, status))
        schema = run.contract.follow((*pointer, "content", "application/json", "schema"))
        statement = f"The body of a response with status {status} is valid against {schema[-1]}."
        yield Row(clauses.schema_clause(int(status)), "MUST", statement, schema)


def _row(outcome: Outcome, row: Row, groups: list[Group]) -> Row:
    observed = outcome.run.ledger.observed[row.id]
    row = attrs.evolve(row, binding=row.level == "MUST" or outcome.run.settings.level == "SHOULD")
    if not groups:
        if observed:
            return attrs.evolve(row, observed=observed, verdict=Verdict.PASS)
        return attrs.evolve(row, hint=_hint(row.id, outcome.run.settings))
    return attrs.evolve(
        row,
        observed=observed,
        verdict=Verdict.FAIL,
        failed=len(frozenset[int]().union(*(group.exchanges for group in groups))),
        known=all(group.example.key in outcome.known for group in groups),
    )


def _hint(name: str, settings: Settings) -> str:
    """Name the setting without which a clause cannot be put to the test, if it was not given."""
    mode = name.removeprefix("credentials-")
    if mode in ("header", "body") and mode not in settings.modes:
        return f"left out by --modes {','.join(settings.modes)}"
    needed = "error_tokens" if name.startswith("schema-") else _NEEDED.get(name, "")
    return f"needs CONTRACT_{needed.upper()}" if needed and not getattr(settings, needed) else ""


def statement_of(contract: Contract, clause: str, pointer: Pointer) -> str:
    """Say what a clause asks for: a requirement's statement, or what the schema says of the property."""
    if clause in contract.requirements:
        return contract.requirements[clause].statement
    if clause in STATEMENTS:
        return STATEMENTS[clause]
    parts = clause.split("/")
    if parts[-2:-1] == ["required"] and pointer[-1] == "required":
        return f"{_component(pointer)}.{parts[-1]} is required.{_described(contract, (*pointer[:-1], 'properties', parts[-1]))}"
    for end in range(len(pointer), 3, -1):
        if pointer[end - 2] == "properties" and pointer[-1] != "properties":
            return f"{_component(pointer)}.{pointer[end - 1]}:{_described(contract, pointer[:end])}"
    return f"{_component(pointer)}:{_described(contract, pointer[:3])}"


def _described(contract: Contract, pointer: Pointer) -> str:
    """Return a blank and the description at `pointer`, or at what it refers to; nothing if there is none."""
    try:
        found = [contract.at(pointer), contract.at(contract.follow(pointer))]
    except (KeyError, IndexError, TypeError):
        return ""
    texts = [node["description"] for node in found if isinstance(node, dict) and "description" in node]
    return f" {texts[0]}" if texts else ""


def _component(pointer: Pointer) -> str:
    return str(pointer[2]) if pointer[:2] == ("components", "schemas") else str(pointer[-1])
