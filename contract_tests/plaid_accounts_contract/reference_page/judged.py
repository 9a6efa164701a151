"""What the contract says of one exchange: every clause that the answer puts to the test, met or broken."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from plaid_accounts_contract import conformance
from plaid_accounts_contract.checks import schema as schema_checks
from plaid_accounts_contract.checks.context import CheckContext
from plaid_accounts_contract.contract import Contract, Level, Operation, Pointer
from plaid_accounts_contract.reports.rows import statement_of
from plaid_accounts_contract.wire.exchange import Request, Response


@attrs.frozen
class Clause:
    """One clause. `path`, `got` and `expected` are empty where it is met; `place` is where it stands in the contract."""

    clause: str
    level: Level
    met: bool
    statement: str
    place: str
    path: str = ""
    got: str = ""
    expected: str = ""


def judge(contract: Contract, operation: Operation, request: Request, response: Response) -> list[Clause]:
    """Hold one response against the contract; broken clauses come first, those that bind before the others.

    As with `assert_conforms`, nothing is known of the server but this exchange.
    """
    context = conformance.context_of(contract, operation, request, response)
    found = dict.fromkeys((*_schemas(context), *_requirements(context)))
    broken = {entry.clause for entry in found if not entry.met}
    kept = [entry for entry in found if not entry.met or entry.clause not in broken]
    return sorted(kept, key=lambda entry: (entry.met, entry.level))


def _schemas(context: CheckContext) -> Iterator[Clause]:
    contract = context.contract
    breaches = list(schema_checks.mismatches(context))
    for breach in breaches:
        statement = statement_of(contract, breach.clause, breach.pointer)
        place = contract.place(breach.pointer)
        yield Clause(breach.clause, "MUST", False, statement, place, breach.path, breach.got, breach.expected)
    named = {breach.clause for breach in breaches}
    broken = (
        {schema_checks.schema_clause(context.status)} if any(name.startswith("#/") for name in named) else set[str]()
    )
    for name in schema_checks.observed(context):
        if name not in named | broken:
            pointer, statement = _described(context, name)
            yield Clause(name, "MUST", True, statement, contract.place(pointer))


def _described(context: CheckContext, name: str) -> tuple[Pointer, str]:
    """Return where a clause that is met stands, and what it asks for."""
    contract, operation = context.contract, context.operation
    responses: Pointer = (*operation.pointer, "responses")
    if name != schema_checks.schema_clause(context.status):
        return responses, statement_of(contract, name, responses)
    pointer = contract.response(operation, context.status) or responses
    schema = contract.follow((*pointer, "content", "application/json", "schema"))
    return schema, f"The body of a response with status {context.status} is valid against {schema[-1]}."


def _requirements(context: CheckContext) -> Iterator[Clause]:
    for requirement, outcome in conformance.requirement_outcomes(context):
        place = context.contract.place(requirement.pointer)
        if outcome is None:
            yield Clause(requirement.id, requirement.level, True, requirement.statement, place)
        else:
            yield Clause(
                requirement.id, requirement.level, False, requirement.statement, place,
                outcome.path, outcome.got, outcome.expected,
            )  # fmt: skip
