"""What keeps a comparison from a verdict, said to the person who started it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Final

_NOT_JUDGED: Final = 2
_INTERRUPTED: Final = 130


class Failure(Exception):
    """Nothing can be judged; the message names the subject, what was found and what to do."""


def status_of(command: Callable[[], int]) -> int:
    """Run a command and return its exit status; what keeps it from a verdict is said in a line."""
    try:
        status = command()
        sys.stdout.flush()
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return _NOT_JUDGED
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever reads has seen enough; without this, the interpreter would try once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NOT_JUDGED
    return status
