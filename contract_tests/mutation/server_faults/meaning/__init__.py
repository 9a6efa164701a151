"""Faults of meaning, written by hand: what a server may get wrong that its schema does not show."""

from dataclasses import replace
from typing import Final

from mutation.server_faults.fault import Fault
from mutation.server_faults.meaning import (
    account_ids,
    accounts,
    balances,
    crashes,
    credentials,
    encodings,
    errors,
    fields,
    filters,
    items,
    neighbours,
    request_ids,
    requests,
    secrecy,
    stability,
    tokens,
)

_MODULES: Final = (
    credentials,
    crashes,
    secrecy,
    tokens,
    items,
    filters,
    account_ids,
    accounts,
    fields,
    requests,
    stability,
    request_ids,
    encodings,
    errors,
    balances,
    neighbours,
)

MEANING: Final[tuple[Fault, ...]] = tuple(
    replace(entry, kind=f"meaning/{module.__name__.rsplit('.', 1)[-1].replace('_', ' ')}")
    for module in _MODULES
    for entry in module.FAULTS
)
"""Every fault of meaning."""
