"""Errors that keep a comparison from a verdict, reported to whoever started it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Final

_NO_VERDICT: Final = 2
_INTERRUPTED: Final = 130


class Failure(Exception):
    """No verdict is possible; the message names what was read, what was found and what to do."""


def status_of(command: Callable[[], int]) -> int:
    """Run a command and return its exit status; print a `Failure` as one line."""
    try:
        status = command()
        sys.stdout.flush()
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return _NO_VERDICT
    except KeyboardInterrupt:
        print("interrupted; no verdict", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader, such as a pager, has quit. Without this, the interpreter would flush again when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NO_VERDICT
    return status
