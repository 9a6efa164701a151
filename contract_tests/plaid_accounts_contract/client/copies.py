"""Copies of a value, made in every way that Python has."""

from __future__ import annotations

import copy
import pickle
from typing import Final, TypeVar

T = TypeVar("T")

_PROTOCOLS: Final = range(2, pickle.HIGHEST_PROTOCOL + 1)


def copies(value: T) -> list[T]:
    """Return a copy, a deep copy, and one unpickled from each protocol.

    Raises:
        AssertionError: it cannot be copied or pickled.

    """
    try:
        unpickled = [pickle.loads(pickle.dumps(value, protocol)) for protocol in _PROTOCOLS]  # noqa: S301 - pickled here
        return [copy.copy(value), copy.deepcopy(value), *unpickled]
    except (AttributeError, TypeError, pickle.PicklingError) as error:
        msg = f"a {type(value).__name__} cannot be copied: {error}"
        raise AssertionError(msg) from error
