"""The table of a run: every requirement and every clause that stands for many, with verdict and times observed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import attrs

from plaid_accounts_contract.checks import schema as schema_checks
from plaid_accounts_contract.checks.findings import Group, Verdict
from plaid_accounts_contract.contract import Contract, Level, Operation, Pointer
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.settings import Settings

STATEMENTS: Final = {
    schema_checks.STATUS: "The status of a response is one that the contract lists.",
    schema_checks.MEDIA_TYPE: "The Content-Type of a response is one that the contract lists for its status.",
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
    operation: str = ""
    """The operationId, where it is not the primary operation."""

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


def rows(outcome: Outcome, operation: Operation | None = None) -> list[Row]:
    """Return the table of an operation, by default the primary one.

    It has the requirements in the order of the contract, then what the schemas say.
    """
    about = operation or outcome.run.operation
    broken: dict[str, list[Group]] = defaultdict(list)
    for group in outcome.run.results.groups.values():
        for name in rows_of(outcome, group):
            broken[name].append(group)
    listed = (*_requirements(outcome.run.contract, about), *_clauses(outcome.run.contract, about))
    return [_row(outcome, row, broken[row.id]) for row in (_of(outcome.run.contract, about, row) for row in listed)]


def _of(contract: Contract, operation: Operation, row: Row) -> Row:
    further = "" if operation is contract.primary else operation.id
    return attrs.evolve(row, id=schema_checks.named(contract, operation, row.id), operation=further)


def rows_of(outcome: Outcome, group: Group) -> list[str]:
    """Name the rows that a fault belongs to: its own, or those of the statuses whose schema it breaks."""
    clause = group.example.clause
    if not clause.startswith("#/"):
        return [clause]
    contract = outcome.run.contract
    shown = (outcome.run.exchanges[number - 1] for number in group.exchanges)
    found = {(contract.operation_at(one.request.path, one.request.method), one.response.status) for one in shown}
    listed = sorted(found, key=lambda one: (contract.operations.index(one[0]), one[1]))
    return [
        schema_checks.named(contract, operation, schema_checks.schema_clause(status)) for operation, status in listed
    ]


def _requirements(contract: Contract, operation: Operation) -> Iterator[Row]:
    for requirement in contract.requirements_of(operation):
        yield Row(requirement.id, requirement.level, requirement.statement, requirement.pointer)


def _clauses(contract: Contract, operation: Operation) -> Iterator[Row]:
    responses: Pointer = (*operation.pointer, "responses")
    for name, statement in STATEMENTS.items():
        yield Row(name, "MUST", statement, responses)
    for status in operation.definition["responses"]:
        pointer = contract.follow((*responses, status))
        schema = contract.follow((*pointer, "content", "application/json", "schema"))
        statement = f"The body of a response with status {status} is valid against {schema[-1]}."
        yield Row(schema_checks.schema_clause(int(status)), "MUST", statement, schema)


def _row(outcome: Outcome, row: Row, groups: list[Group]) -> Row:
    observed = outcome.run.results.observed[row.id]
    row = attrs.evolve(row, binding=row.level == "MUST" or outcome.run.settings.level == "SHOULD")
    if not groups:
        if observed:
            return attrs.evolve(row, observed=observed, verdict=Verdict.PASS)
        return attrs.evolve(row, hint=_hint(row, outcome.run.settings))
    return attrs.evolve(
        row,
        observed=observed,
        verdict=Verdict.FAIL,
        failed=len(frozenset[int]().union(*(group.exchanges for group in groups))),
        known=all(group.example.key in outcome.known for group in groups),
    )


def _hint(row: Row, settings: Settings) -> str:
    """Name the setting without which a clause cannot be put to the test, if it was not given."""
    name = schema_checks.plain(row.id)
    mode = name.removeprefix("credentials-")
    if mode in ("header", "body") and mode not in settings.modes:
        return f"left out by --modes {','.join(settings.modes)}"
    if row.operation:
        return ""
    needed = "error_tokens" if name.startswith("schema-") else _NEEDED.get(name, "")
    return f"needs CONTRACT_{needed.upper()}" if needed and not getattr(settings, needed) else ""


def statement_of(contract: Contract, clause: str, pointer: Pointer) -> str:
    """Say what a clause asks for: a requirement's statement, or what the schema says of the property."""
    name = schema_checks.plain(clause)
    if name in contract.requirements:
        return contract.requirements[name].statement
    if name in STATEMENTS:
        return STATEMENTS[name]
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
