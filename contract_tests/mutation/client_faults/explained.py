"""Faults that no test catches, each with its reason: `explained.toml` beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Final, Self

import attrs

FILE: Final = Path(__file__).with_name("explained.toml")


@attrs.frozen
class Explained:
    """The reasons by what names a fault: of those that break nothing, and of those that nobody looks for."""

    equivalent: dict[str, str]
    accepted: dict[str, str]

    @classmethod
    def load(cls, path: Path = FILE) -> Self:
        """Read the file."""
        return cls(**tomllib.loads(path.read_text("utf-8")))

    def require_current(self, known: Collection[str]) -> None:
        """Refuse reasons for faults that can no longer be made.

        Raises:
            LookupError: there are some.

        """
        stale = [key for key in (*self.equivalent, *self.accepted) if key not in known]
        if stale:
            msg = f"{FILE.name} explains what is no longer there; remove or correct it:\n" + "\n".join(stale)
            raise LookupError(msg)
