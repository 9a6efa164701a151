"""Faults of meaning, written by hand: what a server may get wrong that its schema does not show."""

from dataclasses import replace
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

_MODULES: Final = (
    credentials,
    secrecy,
    tokens,
    items,
    filters,
    accounts,
    fields,
    requests,
    stability,
    request_ids,
    encodings,
    errors,
)

MEANING: Final[tuple[Fault, ...]] = tuple(
    replace(entry, kind=f"meaning/{module.__name__.rsplit('.', 1)[-1].replace('_', ' ')}")
    for module in _MODULES
    for entry in module.FAULTS
)
"""Every fault of meaning."""
