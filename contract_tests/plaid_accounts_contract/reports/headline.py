"""The verdict in a line, and the settings of a run as they may be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.redaction.printable import printable
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.runner.run import Run
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.settings import Mode, Settings

_MODES: Final[Mapping[Mode, str]] = {"header": "header", "body": "body", "none": "other"}
_LONGEST_REASON: Final = 400


def headline(outcome: Outcome, redactor: Redactor, seconds: float) -> list[str]:
    """Return what follows the verdict's word, exchanges, time and seed among it; then a line for each reason."""
    run = outcome.run
    why = ", ".join(_why(outcome))
    counted = f"{exchanges(run)}, {seconds:.1f} s, seed {run.settings.seed}"
    return [f"{why}; {counted}" if why else counted, *(_reason(reason, redactor) for reason in outcome.reasons)]


def _reason(reason: str, redactor: Redactor) -> str:
    text = printable(redactor.text(reason))
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}..."


def _why(outcome: Outcome) -> Iterator[str]:
    found = [group.example for group in outcome.run.results.violations()]
    known = sum(violation.key in outcome.known for violation in found)
    must = sum(violation.level == "MUST" for violation in found if violation.key not in outcome.known)
    should = len(found) - known - must
    if outcome.verdict is Verdict.ERROR:
        yield "could not be judged"
    if must:
        yield f"{must} {'fault' if must == 1 else 'faults'}"
    if should:
        yield f"{should} SHOULD not met"
    if known:
        yield f"{known} known failing"
    if outcome.stale:
        yield f"{len(outcome.stale)} stale in the known-failing file"


def exchanges(run: Run) -> str:
    """Count exchanges, and those answered with 200, by where the credentials stood."""
    sent = Counter(exchange.request.mode for exchange in run.exchanges)
    accepted = Counter(exchange.request.mode for exchange in run.exchanges if exchange.response.status == 200)
    counts = ", ".join(f"{name} {sent[mode]}" for mode, name in _MODES.items() if sent[mode])
    answered = ", ".join(f"{name} {accepted[mode]}" for mode, name in _MODES.items() if sent[mode])
    return f"{len(run.exchanges)} exchanges ({counts}), {accepted.total()} answered 200 ({answered})"


def stale_entries(outcome: Outcome) -> Iterator[str]:
    """Say of each stale entry of the known-failing file what to do about it."""
    for entry in outcome.stale:
        place = f"line {entry.line} of {outcome.run.settings.known_failing}"
        yield f"{entry.clause} {entry.path}".rstrip() + f" no longer fails; take {place} out"


def settings_lines(settings: Settings, redactor: Redactor) -> list[str]:
    """Return the base URL and then each effective setting, secrets as `set` or `not set`."""
    shown = settings.redacted()
    target = printable(redactor.text(without_userinfo(settings.base_url))) or "the embedded reference server"
    told = {name: value for name, value in shown.items() if name != "--base-url" and value not in ("", "False")}
    return [target, *(_setting(name, printable(redactor.text(value))) for name, value in told.items())]


def _setting(name: str, value: str) -> str:
    return name if value == "True" else f"{name} {value}"


def without_userinfo(url: str) -> str:
    """Return `url` without a user and password before its host."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}" if separator else url
