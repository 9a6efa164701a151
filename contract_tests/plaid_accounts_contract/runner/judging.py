"""Checks recorded exchanges: the clauses that one response can violate, and nothing is sent."""

from collections.abc import Sequence

import attrs

from plaid_accounts_contract import conformance
from plaid_accounts_contract.checks import registry, schema
from plaid_accounts_contract.checks.baseline import ItemBaseline, TestData
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.runner.known_failing import Entry
from plaid_accounts_contract.runner.recordings import Recordings
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.verdict import Outcome, conclude
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.target import Target

# Two are SHOULD, so no violation of a single response, but worth knowing.
_CLAUSES = frozenset(
    (*conformance.OF_ONE_RESPONSE, "subtype-of-type", "last-updated-institution", "no-server-error",
     schema.STATUS, schema.MEDIA_TYPE)
)  # fmt: skip


def judge(recordings: Recordings, settings: Settings, contract: Contract, known: Sequence[Entry] = ()) -> Outcome:
    """Return the verdict on recorded exchanges; what they cannot show is not observed."""
    test_data = TestData("", "", (ItemBaseline("", {}, {}),), sensitive=recordings.sensitive())
    with Target("http://127.0.0.1") as target:
        run = Run(contract, settings, target, test_data, recorded=True)
        for one in recordings.exchanges:
            run.origin = one.request.purpose
            exchange = run.keep(one.request, one.response)
            context = conformance.context_of(contract, one.operation, one.request, one.response)
            listed = contract.error_codes_of(one.operation).get(context.error_code or "")
            # A documented error may be that of the Item, as far as a recording shows; any other 5xx is the server's.
            failure = listed.code if listed and listed.status == context.status >= 500 else None
            expectation = attrs.evolve(context.expectation, failure=failure)
            context = attrs.evolve(context, exchange=exchange, expectation=expectation)
            registry.evaluate(context, run.results, _CLAUSES - one.unknown)
        if not recordings.exchanges:
            run.unusable = "the recordings hold no exchange of the contract's operations and API version"
        return conclude(run, known=known)
