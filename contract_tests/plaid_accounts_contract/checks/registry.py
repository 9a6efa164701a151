"""Every check by the id of its requirement, and the evaluation of one exchange by all of them."""

from collections.abc import Container, Mapping
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

# Checks of nothing but the body without its request_id: what was met once need not be looked at again.
_OF_BODY: Final = (
    "account-ids-unique", "balance-known", "balance-never-billed", "item-error-null", "last-updated-institution",
    "products-disjoint", "subtype-of-type",
)  # fmt: skip


def evaluate(context: CheckContext, results: Results, only: Container[str] | None = None) -> None:
    """Check one exchange; record in `results` which clauses it exercised and which it violates.

    `only` names the requirements to check, with status and media type; by default, all.
    """
    # A server error is a violation of no-server-error, whatever its body; only one that was expected has to be documented.
    documented = context.status < 500 or context.expectation.failure is not None
    if context.status and context.right_method and documented:
        _evaluate_schema(context, results, only)
    contract, operation = context.contract, context.operation
    for requirement in contract.requirements_of(operation):
        if only is not None and requirement.id not in only:
            continue
        clause, met = schema.named(contract, operation, requirement.id), context.exchange.parsed.met
        if (context.history, clause) in met:
            results.observe(clause, met[context.history, clause])
            continue
        found = list(CHECKS[requirement.id](context))
        if found:
            results.observe(clause, len(found))
        for failed in filter(None, found):
            place = (failed.path, failed.got, failed.expected, requirement.pointer)
            results.record(Violation(clause, requirement.level, *place, context.exchange))
        if requirement.id in _OF_BODY and not any(found):
            met[context.history, clause] = len(found)


def _evaluate_schema(context: CheckContext, results: Results, only: Container[str] | None) -> None:
    contract, operation = context.contract, context.operation
    left_out = {name for name in (schema.STATUS, schema.MEDIA_TYPE) if only is not None and name not in only}
    for clause in schema.observed(context):
        if clause not in left_out:
            results.observe(schema.named(contract, operation, clause))
    for mismatch in schema.mismatches(context):
        if mismatch.clause in left_out:
            continue
        clause = schema.named(contract, operation, mismatch.clause)
        place = (mismatch.path, mismatch.got, mismatch.expected, mismatch.pointer)
        results.record(Violation(clause, "MUST", *place, context.exchange))
