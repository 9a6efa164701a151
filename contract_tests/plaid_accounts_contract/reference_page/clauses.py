"""What one exchange shows of the contract: every clause that the response exercises, met or broken."""

from collections.abc import Iterator

import attrs

from plaid_accounts_contract import conformance
from plaid_accounts_contract.checks import schema as schema_checks
from plaid_accounts_contract.checks.context import CheckContext
from plaid_accounts_contract.contract import Contract, Level, Operation, Pointer
from plaid_accounts_contract.reports.rows import body_statement, statement_of
from plaid_accounts_contract.wire.exchange import Request, Response


@attrs.frozen
class Clause:
    """One clause and its place in the contract; `path`, `got` and `expected` are empty if it is met."""

    clause: str
    level: Level
    met: bool
    statement: str
    place: str
    path: str = ""
    got: str = ""
    expected: str = ""


def check(contract: Contract, operation: Operation, request: Request, response: Response) -> list[Clause]:
    """Check one response against the contract; broken clauses come first, MUST before SHOULD.

    As with `assert_conforms`, nothing is known of the server but this exchange.
    """
    context = conformance.context_of(contract, operation, request, response)
    found = dict.fromkeys((*_schemas(context), *_requirements(context)))
    broken = {entry.clause for entry in found if not entry.met}
    kept = [entry for entry in found if not entry.met or entry.clause not in broken]
    return sorted(kept, key=lambda entry: (entry.met, entry.level))


def _schemas(context: CheckContext) -> Iterator[Clause]:
    contract, status = context.contract, context.status
    broken = set[str]()
    for mismatch in schema_checks.mismatches(context):
        statement = statement_of(contract, mismatch.clause, mismatch.pointer)
        place = contract.place(mismatch.pointer)
        yield Clause(mismatch.clause, "MUST", False, statement, place, mismatch.path, mismatch.got, mismatch.expected)
        broken.add(schema_checks.schema_clause(status) if mismatch.clause.startswith("#/") else mismatch.clause)
    responses: Pointer = (*context.operation.pointer, "responses")
    for name in schema_checks.observed(context):
        if name in broken:
            continue
        pointer, statement = responses, statement_of(contract, name, responses)
        if name == schema_checks.schema_clause(status):
            response = contract.response(context.operation, status) or responses
            pointer = contract.follow((*response, "content", "application/json", "schema"))
            statement = body_statement(status, pointer)
        yield Clause(name, "MUST", True, statement, contract.place(pointer))


def _requirements(context: CheckContext) -> Iterator[Clause]:
    for requirement, outcome in conformance.requirement_outcomes(context):
        place = context.contract.place(requirement.pointer)
        shown = () if outcome is None else (outcome.path, outcome.got, outcome.expected)
        yield Clause(requirement.id, requirement.level, outcome is None, requirement.statement, place, *shown)
