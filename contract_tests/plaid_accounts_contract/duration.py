"""How long a run takes that keeps to a rate limit."""

from __future__ import annotations

import math
from typing import Final

import attrs

from plaid_accounts_contract.settings import Settings

# Counted on the reference server; how many accounts and Items a server has makes little difference.
_WRITTEN: Final = {True: 170, False: 690}
_QUICK_EXAMPLES: Final = 15


def expected(settings: Settings) -> str:
    """Say how many minutes a run at the rate limit of `settings` takes, and what shortens it."""
    told = f"{requests(settings)} requests at {settings.rate_limit} a minute take about {_minutes(settings)}"
    if settings.quick:
        return told
    return f"{told} (--quick: {_minutes(attrs.evolve(settings, quick=True))})"


def requests(settings: Settings) -> int:
    """Return about how many requests a run with `settings` sends."""
    return len(settings.modes) * (_WRITTEN[settings.quick] + examples(settings))


def examples(settings: Settings) -> int:
    """Return how many requests the fuzzing of one mode makes."""
    return min(settings.examples, _QUICK_EXAMPLES) if settings.quick else settings.examples


def _minutes(settings: Settings) -> str:
    minutes = math.ceil(requests(settings) / settings.rate_limit)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
