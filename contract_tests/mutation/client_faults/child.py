"""A process forked to do one piece of work and to end; what it says on the way is heard by the one that forked it."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from typing import Any

import attrs

Work = Callable[[Callable[[str], None]], Any]


@attrs.define(eq=False)
class Child:
    """A forked process: which task it is at, where its words come from, the last of them, and when it was heard."""

    task: str
    pid: int
    words: Connection
    said: str = ""
    begun: float = attrs.field(factory=time.monotonic)
    heard: float = attrs.field(factory=time.monotonic)

    def hear(self) -> Any:
        """Take a word; return the last one, which is no string, or None if there is more to come.

        Raises:
            EOFError: the process has died without a last word.

        """
        word = self.words.recv()
        self.heard = time.monotonic()
        if isinstance(word, str):
            self.said = word
            return None
        return word


def fork(task: str, work: Work) -> Child:
    """Do `work` in a forked process; what it returns is sent as the last word, `(True, value)` or `(False, complaint)`."""
    ours, theirs = Pipe(duplex=False)
    pid = os.fork()
    if pid:
        theirs.close()
        return Child(task, pid, ours)
    os.setpgid(0, 0)
    _silence()
    try:
        last = (True, work(theirs.send))
    except BaseException as error:  # noqa: BLE001 - whatever breaks, the process that asked has to hear of it
        last = (False, f"{type(error).__name__}: {error}\n{''.join(traceback.format_exception(error)[-3:])}")
    with suppress(OSError):
        theirs.send(last)
    # No clean-up of what the parent has made: temporary folders, threads of pytest, its exit handlers.
    os._exit(0)


def _silence() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open as long as the process


def end(child: Child) -> None:
    """End a process and what it started, and wait for it."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    os.waitpid(child.pid, 0)
    child.words.close()
