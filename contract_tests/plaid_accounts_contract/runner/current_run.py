"""The run that the server tests belong to.

pytest collects tests at import, and generated requests are made for one target; so there is one run at a time, set by
whoever starts pytest before it collects.
"""

from __future__ import annotations

from plaid_accounts_contract.runner.run import Run

_RUNS: list[Run] = []


def begin(run: Run) -> None:
    """Make `run` the one that tests belong to."""
    _RUNS.append(run)


def end() -> None:
    """Forget the run begun last."""
    _RUNS.pop()


def current() -> Run:
    """Return the run begun last.

    Raises:
        LookupError: none has begun; the tests are started by `plaid-accounts-contract check`.

    """
    if not _RUNS:
        msg = "no run has begun: start these tests with `plaid-accounts-contract check`"
        raise LookupError(msg)
    return _RUNS[-1]
