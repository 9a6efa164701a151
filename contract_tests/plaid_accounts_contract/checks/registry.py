"""Every check by the id of its requirement, and the evaluation of one exchange by all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from plaid_accounts_contract.checks import accounts, balance, link, protocol, schema, webhook_key
from plaid_accounts_contract.checks.context import Check, CheckContext
from plaid_accounts_contract.checks.findings import Results, Violation

CHECKS: Final[Mapping[str, Check]] = {
    **protocol.CHECKS,
    **accounts.CHECKS,
    **balance.CHECKS,
    **link.CHECKS,
    **webhook_key.CHECKS,
}


def evaluate(context: CheckContext, results: Results) -> None:
    """Check one exchange; record in `results` which clauses it exercised and which it violates."""
    # A server error is a violation of no-server-error, whatever its body; only one that was expected has to be documented.
    if context.status and context.right_method and (context.status < 500 or context.expectation.failure is not None):
        _evaluate_schema(context, results)
    contract, operation = context.contract, context.operation
    for requirement in contract.requirements_of(operation):
        clause = schema.named(contract, operation, requirement.id)
        for failed in CHECKS[requirement.id](context):
            results.observe(clause)
            if failed is not None:
                place = (failed.path, failed.got, failed.expected, requirement.pointer)
                results.record(Violation(clause, requirement.level, *place, context.exchange))


def _evaluate_schema(context: CheckContext, results: Results) -> None:
    contract, operation = context.contract, context.operation
    for clause in schema.observed(context):
        results.observe(schema.named(contract, operation, clause))
    for mismatch in schema.mismatches(context):
        clause = schema.named(contract, operation, mismatch.clause)
        place = (mismatch.path, mismatch.got, mismatch.expected, mismatch.pointer)
        results.record(Violation(clause, "MUST", *place, context.exchange))
