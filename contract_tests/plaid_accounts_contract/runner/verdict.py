"""The result of a run."""

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.contract import Level
from plaid_accounts_contract.runner import known_failing, operations
from plaid_accounts_contract.runner.known_failing import Entry, Key
from plaid_accounts_contract.runner.run import Run

# If a rate limit rejects more than a tenth of the requests, too little was observed for a verdict.
_TOLERABLE: Final = 0.1
INTERNAL: Final = "internal error"
"""What the reason begins with if an exception in the suite prevents a verdict."""


@attrs.frozen
class Outcome:
    """The verdict of a run; `reasons` are why it is inconclusive, or incomplete."""

    run: Run
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    known: frozenset[Key] = frozenset()
    """The violations that the known-failing file lists."""
    stale: tuple[Entry, ...] = ()
    """Entries of that file whose clauses were observed and not violated."""

    @property
    def exit_code(self) -> int:
        """0 conforms, 1 violates the contract, 2 inconclusive."""
        return {Verdict.PASS: 0, Verdict.FAIL: 1}.get(self.verdict, 2)


def conclude(run: Run, errors: tuple[str, ...] = (), known: Sequence[Entry] = ()) -> Outcome:
    """Compute the verdict of a finished run."""
    listed, stale = known_failing.apply(known, run.results)
    level: Level = "SHOULD" if run.settings.level == "SHOULD" else "MUST"
    broken = any(group.example.key not in listed for group in run.results.violations(level))
    reasons = tuple(_reasons(run, errors))
    if broken and not errors:
        # A violation is proven, whatever ended the run or kept it from seeing more.
        verdict = Verdict.FAIL
    elif reasons:
        verdict = Verdict.ERROR
    else:
        verdict = Verdict.FAIL if broken or stale else Verdict.PASS
    return Outcome(run, verdict, reasons, listed, stale)


def _reasons(run: Run, errors: tuple[str, ...]) -> Iterator[str]:
    if run.aborted or run.unusable or errors:
        yield from filter(None, (run.aborted, run.unusable))
        yield from (f"{INTERNAL}: {error}" for error in errors)
        return
    if run.limited > len(run.exchanges) * _TOLERABLE:
        yield (
            f"{run.limited} of {len(run.exchanges)} requests were rejected with 429, too many for a verdict"
            " (set --rate-limit to the server's limit)"
        )
    if run.settings.replay or run.recorded:
        return  # A replay sends failing requests only, and recordings are what they are.
    if not operations.is_selected(run.operation, run.settings):
        return  # Then the preflight alone sends requests to it.
    path = run.operation.path
    sent = [exchange for exchange in run.exchanges if exchange.request.path.partition("?")[0] == path]
    # A success of another status is a violation, which is a verdict.
    accepted = {exchange.request.mode for exchange in sent if 200 <= exchange.response.status < 300}
    for mode in run.modes:
        if mode not in accepted:
            yield f"no request with credentials in the {mode} succeeded (if the server does not accept credentials there, set --modes)"
