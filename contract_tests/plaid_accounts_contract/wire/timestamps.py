"""Instants of RFC 3339, as far as every reader takes them for the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

_PLAIN: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_ERA: Final = range(1970, 2200)


def instant(text: Any) -> datetime | None:
    """Return the instant that a date-time names; None for what some readers refuse: leap seconds, far years, odd forms."""
    if not isinstance(text, str) or not _PLAIN.fullmatch(text) or int(text[:4]) not in _ERA:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)
