"""How far a run over all faults has come: one line that changes on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Final, TextIO

import attrs

from mutation.runner.results import End, Result

_EVERY: Final = 100
_RIGHT: Final = (End.CAUGHT, End.EQUIVALENT, End.ACCEPTED, End.REFUSED, End.QUIET)


@attrs.define
class Progress:
    """Counts results of one `side` out of `total`."""

    side: str
    total: int
    out: TextIO = attrs.field(factory=lambda: sys.stderr)
    done: int = 0
    failed: int = 0
    begun: float = attrs.field(factory=time.monotonic)

    def tell(self, result: Result) -> None:
        """Count a result, and say how things stand."""
        self.done += 1
        if result.end not in _RIGHT:
            self.failed += 1
            self._say(f"{result.end}: {result.id} {result.detail[:200]}", stays=True)
        if self.out.isatty() or self.done % _EVERY == 0 or self.done == self.total:
            passed = time.monotonic() - self.begun
            left = passed / self.done * (self.total - self.done)
            self._say(
                f"{self.side}: {self.done} of {self.total} tried, {self.failed} not as they should be; {left:.0f} s left",
                stays=False,
            )

    def end(self) -> None:
        """Leave the line."""
        if self.out.isatty():
            self.out.write("\n")

    def _say(self, text: str, *, stays: bool) -> None:
        if not self.out.isatty():
            self.out.write(f"{text}\n")
        else:
            self.out.write(f"\r\033[K{text}" + ("\n" if stays else ""))
        self.out.flush()
