"""Children of this process that work at the same time."""

import os
from collections.abc import Callable, Sequence


def exit_statuses(work: Sequence[Callable[[], int]]) -> list[int]:
    """Fork a child for each piece of work, all at the same time; return their exit statuses."""
    children = [_forked(one) for one in work]
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _forked(work: Callable[[], int]) -> int:
    child = os.fork()
    if child:
        return child
    status = 255
    try:
        status = work()
    finally:
        os._exit(status)
