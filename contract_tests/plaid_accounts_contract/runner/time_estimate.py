"""How long a run takes that keeps to a rate limit."""

from __future__ import annotations

import math
from typing import Final

import attrs

from plaid_accounts_contract.settings import Settings

# Counted on the reference server; how many accounts and Items a server has makes little difference.
_WRITTEN: Final = {True: 170, False: 690}
_WRITTEN_FURTHER: Final = {True: 30, False: 160}


def expected(settings: Settings, further: int = 0) -> str:
    """Say how many minutes a run at the rate limit of `settings` takes, and what shortens it.

    `further` operations are asked for beside the primary one, as far as the server has them.
    """
    number = requests(settings, further)
    told = f"{number} requests at {settings.rate_limit} a minute take about {_minutes(settings, further)}"
    if settings.quick:
        return told
    return f"{told} (--quick: {_minutes(attrs.evolve(settings, quick=True), further)})"


def requests(settings: Settings, further: int = 0) -> int:
    """Return about how many requests a run with `settings` sends."""
    other = further * (_WRITTEN_FURTHER[settings.quick] + settings.generated_requests_of_additional)
    return len(settings.modes) * (_WRITTEN[settings.quick] + settings.generated_requests + other)


def _minutes(settings: Settings, further: int) -> str:
    minutes = math.ceil(requests(settings, further) / settings.rate_limit)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
