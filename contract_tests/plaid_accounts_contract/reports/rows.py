"""The table of a run: every requirement and every group of schema clauses, with its verdict."""

from collections import defaultdict
from typing import Final

import attrs

from plaid_accounts_contract.checks import schema as schema_checks
from plaid_accounts_contract.checks.findings import Group, Verdict
from plaid_accounts_contract.contract import Contract, Level, Operation, Pointer, pointer_of
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.settings import Settings

STATEMENTS: Final = {
    schema_checks.STATUS: "The status of a response is one that the contract lists.",
    schema_checks.MEDIA_TYPE: "The Content-Type of a response is one that the contract lists for its status.",
}

# What lets a run observe a requirement at all: a setting, or something of the server.
_NEEDED: Final = {
    "active-accounts-only": "closed_account_id",
    "account-ids-filter": "an Item with several accounts",
    "balance-in-real-time": "moved_account_ids",
    "clients-kept-apart": "other_client_id",
    "item-error-returned": "error_tokens",
    "own-item-only": "other_access_token",
    "verification-key-asked-for": "webhook_key_ids",
}


@attrs.frozen
class Row:
    """A row of the table.

    `observed` counts the exchanges that exercised the clause, `failed` those that broke it. `known` is whether the
    known-failing file lists all of its violations, `binding` whether it decides the verdict. `hint` names what is
    needed to observe the clause. `operation` is the operationId, empty for the primary operation.
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

    @property
    def word(self) -> str:
        """The verdict, with the reason why a failure does not decide the run."""
        if self.verdict is not Verdict.FAIL or (self.binding and not self.known):
            return str(self.verdict)
        return f"{self.verdict} ({'known' if self.known else self.level})"

    @property
    def style(self) -> str:
        """The verdict or the word of a block whose looks the row shares."""
        return str(self.verdict) if self.word == self.verdict else "known failing" if self.known else "should"

    @property
    def remark(self) -> str:
        """How many exchanges broke it, or what is needed to observe it."""
        return f"{self.failed} broken" if self.failed else self.hint


def rows(outcome: Outcome, operation: Operation) -> list[Row]:
    """Return the table of an operation: its requirements in the order of the contract, then what its schemas say."""
    contract = outcome.run.contract
    broken: dict[str, list[tuple[Group, set[int]]]] = defaultdict(list)
    for group in outcome.run.results.groups.values():
        for name, numbers in rows_of(outcome, group).items():
            broken[name].append((group, numbers))
    responses: Pointer = (*operation.pointer, "responses")
    listed = [Row(one.id, one.level, one.statement, one.pointer) for one in contract.requirements_of(operation)]
    listed += [Row(name, "MUST", statement, responses) for name, statement in STATEMENTS.items()]
    for status in operation.definition["responses"]:
        schema = contract.response_schema(operation, status)
        if schema is not None:
            number = int(status)
            listed.append(Row(schema_checks.schema_clause(number), "MUST", body_statement(number, schema), schema))
    owner = "" if operation is contract.primary else operation.id
    named = (attrs.evolve(row, id=schema_checks.named(contract, operation, row.id), operation=owner) for row in listed)
    return [_with_verdict(outcome, row, broken[row.id]) for row in named]


def rows_of(outcome: Outcome, group: Group) -> dict[str, set[int]]:
    """Return the rows that a violation belongs to, its own or those of the schemas it breaks, with their exchanges."""
    clause, contract = group.example.clause, outcome.run.contract
    if not clause.startswith("#/"):
        return {clause: group.exchanges}
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for number in group.exchanges:
        one = outcome.run.exchanges[number - 1]
        operation = contract.operation_at(one.request.path, one.request.method)
        found[contract.operations.index(operation), one.response.status].add(number)
    return {
        schema_checks.named(contract, contract.operations[index], schema_checks.schema_clause(status)): numbers
        for (index, status), numbers in sorted(found.items())
    }


def body_statement(status: int, schema: Pointer) -> str:
    """Return what the contract requires of the body of a response."""
    return f"The body of a response with status {status} is valid against {schema[-1]}."


def _with_verdict(outcome: Outcome, row: Row, groups: list[tuple[Group, set[int]]]) -> Row:
    settings, observed = outcome.run.settings, outcome.run.results.observed[row.id]
    row = attrs.evolve(row, observed=observed, binding=row.level == "MUST" or settings.level == "SHOULD")
    if groups:
        failed = len(set[int]().union(*(numbers for _, numbers in groups)))
        known = all(group.example.key in outcome.known for group, _ in groups)
        return attrs.evolve(row, verdict=Verdict.FAIL, failed=failed, known=known)
    return attrs.evolve(row, verdict=Verdict.PASS) if observed else attrs.evolve(row, hint=_hint(row, settings))


def _hint(row: Row, settings: Settings) -> str:
    name = schema_checks.plain(row.id)
    mode = name.removeprefix("credentials-")
    if mode in ("header", "body") and mode not in settings.modes:
        return f"excluded by --modes {','.join(settings.modes)}"
    of_schema = "" if row.operation or not name.startswith("schema-") else "error_tokens"
    needed = _NEEDED.get(name, of_schema)
    if " " in needed:
        return f"needs {needed}"
    return f"needs CONTRACT_{needed.upper()}" if needed and not getattr(settings, needed) else ""


def statement_of(contract: Contract, clause: str, pointer: Pointer) -> str:
    """Return what a clause requires: the statement of a requirement, or the description of the property concerned."""
    name = schema_checks.plain(clause)
    if name in contract.requirements:
        return contract.requirements[name].statement
    if name in STATEMENTS:
        return STATEMENTS[name]
    component = pointer[2] if pointer[:2] == ("components", "schemas") else pointer[-1]
    parts = pointer_of(clause)
    if parts[-2:-1] == ("required",) and pointer[-1] == "required":
        described = _description(contract, (*pointer[:-1], "properties", parts[-1]))
        return f"{component}.{parts[-1]} is required.{described}"
    for end in range(len(pointer), 3, -1):
        if pointer[end - 2] == "properties" and pointer[-1] != "properties":
            return f"{component}.{pointer[end - 1]}:{_description(contract, pointer[:end])}"
    return f"{component}:{_description(contract, pointer[:3])}"


def _description(contract: Contract, pointer: Pointer) -> str:
    """Return a space and the description at `pointer`, or at what it refers to; empty if there is none."""
    try:
        found = [contract.at(pointer), contract.at(contract.follow(pointer))]
    except (KeyError, IndexError, TypeError):
        return ""
    return next((f" {node['description']}" for node in found if isinstance(node, dict) and "description" in node), "")
