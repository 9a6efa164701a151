"""Faults of meaning, written by hand: what a server may get wrong that its schema does not show."""

from typing import Final

from ..fault import Fault
from . import (
    accounts,
    credentials,
    encodings,
    errors,
    fields,
    filters,
    items,
    request_ids,
    requests,
    secrecy,
    stability,
    tokens,
)

MEANING: Final[tuple[Fault, ...]] = (
    *credentials.FAULTS,
    *secrecy.FAULTS,
    *tokens.FAULTS,
    *items.FAULTS,
    *filters.FAULTS,
    *accounts.FAULTS,
    *fields.FAULTS,
    *requests.FAULTS,
    *stability.FAULTS,
    *request_ids.FAULTS,
    *encodings.FAULTS,
    *errors.FAULTS,
)
"""Every fault of meaning."""
