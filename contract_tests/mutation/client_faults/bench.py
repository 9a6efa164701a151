"""Trials of client faults, from the side of the one who wants the results."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self

from mutation.client_faults import server
from mutation.client_faults.catalogue import CLIENT
from mutation.client_faults.server import Order
from mutation.runner.results import NotSound, Result


class Bench:
    """A context manager around the process that tries client faults."""

    def __init__(self, order: Order, client: Path = CLIENT) -> None:
        self._ours, theirs = multiprocessing.Pipe()
        # A fresh process: it forks, so it may have neither threads nor a client imported.
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_serve, args=(theirs, order, client))
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ours.close()
        self._process.join()

    def results(self, tasks: Iterable[str]) -> Iterator[Result]:
        """Yield the result of each fault as it comes in.

        Raises:
            NotSound: the client without any fault does not pass, or its tests cannot be collected.

        """
        wanted = [*tasks]
        self._ours.send(wanted)
        for _ in wanted:
            yield self._received()

    def result(self, task: str) -> Result:
        """Try one fault.

        Raises:
            NotSound: the client without any fault does not pass, or its tests cannot be collected.

        """
        return next(self.results([task]))

    def _received(self) -> Result:
        try:
            said = self._ours.recv()
        except EOFError:
            said = "the process that tries client faults has died"
        if isinstance(said, str):
            raise NotSound(said)
        assert isinstance(said, Result)
        return said


def _serve(asked: Connection, order: Order, client: Path) -> None:
    # Ctrl-C is for the process that collects the results.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server.serve(asked, order, client)
