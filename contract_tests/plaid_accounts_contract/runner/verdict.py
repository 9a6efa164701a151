"""What a run came to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.contract import Level
from plaid_accounts_contract.runner import known_failing, operations
from plaid_accounts_contract.runner.known_failing import Entry, Key
from plaid_accounts_contract.runner.run import Run

_TOLERABLE: Final = 0.1
"""The share of requests that a rate limit may swallow before too little was seen to speak of conformance."""


@attrs.frozen
class Outcome:
    """What a run came to; `reasons` say why it could not be judged, or only in part, where it could not."""

    run: Run
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    known: frozenset[Key] = frozenset()
    """The faults found that the known-failing file names."""
    stale: tuple[Entry, ...] = ()
    """Entries of that file that were observed and found nothing."""

    @property
    def exit_code(self) -> int:
        """0 conforms, 1 does not, 2 could not be judged."""
        return {Verdict.PASS: 0, Verdict.FAIL: 1}.get(self.verdict, 2)


def conclude(run: Run, errors: tuple[str, ...] = (), known: Sequence[Entry] = ()) -> Outcome:
    """Come to the verdict of a run that has sent everything."""
    listed, stale = known_failing.apply(known, run.results)
    level: Level = "SHOULD" if run.settings.level == "SHOULD" else "MUST"
    broken = any(group.example.key not in listed for group in run.results.violations(level))
    reasons = tuple(_reasons(run, errors))
    if run.unusable and broken:
        # First answers that leave nothing to ask about are a fault where they break the contract.
        verdict = Verdict.FAIL
    elif reasons:
        verdict = Verdict.ERROR
    else:
        verdict = Verdict.FAIL if broken or stale else Verdict.PASS
    return Outcome(run, verdict, reasons, listed, stale)


def _reasons(run: Run, errors: tuple[str, ...]) -> Iterator[str]:
    if run.aborted or run.unusable or errors:
        yield from filter(None, (run.aborted, run.unusable))
        yield from (f"the suite broke: {error}" for error in errors)
        return
    if run.limited > len(run.exchanges) * _TOLERABLE:
        yield (
            f"{run.limited} of {len(run.exchanges)} requests are answered with 429, which says nothing about the rest"
            " (keep to the server's limit with --rate-limit, or lift it for the run)"
        )
    if run.settings.replay:
        return  # Failing exchanges alone need not hold an accepted one.
    if not operations.is_selected(run.operation, run.settings):
        return  # Then nothing but the first requests is about it.
    path = run.operation.path
    asked = [exchange for exchange in run.exchanges if exchange.request.path.partition("?")[0] == path]
    accepted = {exchange.request.mode for exchange in asked if exchange.response.status == 200}
    for mode in run.settings.modes:
        if mode not in accepted:
            yield f"no request with credentials in the {mode} is answered with 200 (if none is meant to be: --modes)"
