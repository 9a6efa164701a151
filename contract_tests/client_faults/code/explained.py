"""Faults of the code that no test catches, each with its reason: `explained.toml` beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Final, Self

import attrs

from client_faults.code.mutants import Mutant

FILE: Final = Path(__file__).with_name("explained.toml")


@attrs.frozen
class Explained:
    """The reasons by the keys of changes: of those that break nothing, and of those that nobody looks for."""

    equivalent: dict[str, str]
    accepted: dict[str, str]

    @classmethod
    def load(cls, path: Path = FILE) -> Self:
        """Read the file."""
        return cls(**tomllib.loads(path.read_text("utf-8")))

    @property
    def files(self) -> set[str]:
        """The files of the client that it speaks of."""
        return {key.partition(":")[0] for key in (*self.equivalent, *self.accepted)}

    def require_current(self, found: Collection[Mutant]) -> None:
        """Refuse reasons for changes that can no longer be made.

        Raises:
            LookupError: there are some.

        """
        known = {mutant.key for mutant in found if mutant.file in self.files}
        stale = [key for key in (*self.equivalent, *self.accepted) if key not in known]
        if stale:
            msg = f"{FILE.name} explains what the code no longer has; remove or correct it:\n" + "\n".join(stale)
            raise LookupError(msg)
