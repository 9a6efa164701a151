"""What an edit of the contract means for services and servers: `make compare` and `make upstream`."""

import sys
from collections.abc import Callable


class Failure(Exception):
    """No verdict is possible; the message names what was read, what was found and what to do. Any function here may raise it."""


def status_of(command: Callable[[], int]) -> int:
    """Run a command and return its exit status; print a `Failure` as one line."""
    try:
        return command()
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; no verdict", file=sys.stderr)
        return 130
