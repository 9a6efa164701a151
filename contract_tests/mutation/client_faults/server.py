"""The process that has collected the tests once, and tries every fault that it is asked for in a process of its own."""

from __future__ import annotations

import gc
import json
import tempfile
import time
from collections import deque
from contextlib import redirect_stdout
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final

import attrs

from mutation.client_faults import baseline as baselines
from mutation.client_faults.baseline import Baseline
from mutation.client_faults.catalogue import catalogue
from mutation.client_faults.child import Child, Work, end, fork
from mutation.client_faults.fault import ClientFault
from mutation.client_faults.generation import ContractEdit, unchanged
from mutation.client_faults.package import prepare
from mutation.client_faults.session import Items, collect
from mutation.client_faults.trial import attempt
from mutation.client_faults.witness import guarantee_of
from mutation.runner.results import End, NotSound, Result
from plaid_accounts_contract.settings import Settings

_WAITING: Final = 3.0
"""Seconds without a sign after which a trial is taken to wait for something, so that it needs no core."""

_MOST: Final = 8
"""Trials at once, those that wait included."""


@attrs.frozen
class Order:
    """What a server needs: how to test, how many trials at once, and the file for what it observes of the sound client.

    Without a file nothing is observed, which saves half a minute and costs a few tests for each fault. `silence` are the
    seconds that one test may take; the longest takes two on the sound client. `further` are faults beside the catalogue.
    """

    settings: Settings
    processes: int
    observed: Path | None = None
    silence: float = 60.0
    further: tuple[ClientFault, ...] = ()


@attrs.define(eq=False)
class Server:
    """Tries faults as they are asked for, and answers with results as they come in."""

    items: Items
    asked: Connection
    order: Order
    sound: Path
    baseline: Baseline | None = None
    faults: dict[str, ClientFault] = attrs.field(init=False)
    waiting: deque[str] = attrs.field(factory=deque)
    running: dict[Connection, Child] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """Collect the faults."""
        self.faults = {**catalogue(), **{fault.id: fault for fault in self.order.further}}

    def serve(self) -> None:
        """Work until the other side hangs up."""
        self._compare()
        self._observe()
        # What is in memory now is shared by all processes to come, as long as nobody writes to it.
        gc.collect()
        gc.freeze()
        try:
            while self._turn():
                pass
        finally:
            for child in self.running.values():
                end(child)

    def _turn(self) -> bool:
        while self.waiting and self._has_room():
            child = self._begin(self.waiting.popleft())
            self.running[child.words] = child
        for ready in wait([self.asked, *self.running], timeout=1.0):
            if ready is self.asked:
                try:
                    self.waiting.extend(self.asked.recv())
                except EOFError:
                    return False
            else:
                self._hear(self.running[ready])  # type: ignore[index]
        for child in [*self.running.values()]:
            if time.monotonic() - child.heard > self.order.silence:
                self._finish(child, self._hung(child))
        return True

    def _has_room(self) -> bool:
        now = time.monotonic()
        busy = [child for child in self.running.values() if now - child.heard < _WAITING]
        return len(busy) < self.order.processes and len(self.running) < _MOST

    def _begin(self, task: str) -> Child:
        fault = self.faults[task]
        return fork(task, lambda tell: attempt(fault, self.items, self.sound, self.baseline, tell))

    def _hear(self, child: Child) -> None:
        try:
            last = child.hear()
        except EOFError:
            last = (False, f"the process died in {child.said or 'its beginning'}")
        if last is not None:
            said: object = last[1]
            self._finish(child, said if isinstance(said, Result) else Result(child.task, End.ERROR, detail=str(said)))

    def _finish(self, child: Child, result: Result) -> None:
        del self.running[child.words]
        end(child)
        self.asked.send(result)

    def _hung(self, child: Child) -> Result:
        """Return the result of a fault that made a test go on for ever: caught if that test is about the right guarantee."""
        guarantee = next((guarantee_of(item) for item in self.items if item.nodeid == child.said), "")
        right = guarantee in self.faults[child.task].guarantees
        told = f"by hang: {child.said}"
        return Result(
            child.task,
            End.CAUGHT if right else End.MISNAMED,
            guarantee,
            seconds=time.monotonic() - child.begun,
            detail=told,
        )

    def _compare(self) -> None:
        """Make sure that the client without a fault follows from the contract: else each fault would have others beside it."""
        # In this process, and not in one of its own, so that all to come have the templates compiled.
        with redirect_stdout(None):
            other = sorted(ContractEdit(unchanged).sources(self.sound))
        if other:
            msg = f"the client does not follow from the contract, see {', '.join(other)}; run: make generate"
            raise NotSound(msg)

    def _observe(self) -> None:
        path = self.order.observed
        if path is None:
            return
        self.baseline = baselines.load(path)
        if self.baseline is None:
            seen = _done("observe", lambda _: baselines.observe(self.items, self.sound).document())
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(seen), "utf-8")
            self.baseline = Baseline.of(seen)


def _done(task: str, work: Work) -> Any:
    """Do something in a process of its own, and wait for it.

    Raises:
        NotSound: it did not succeed.

    """
    child = fork(task, work)
    last = None
    while last is None:
        last = child.hear()
    end(child)
    sound, value = last
    if not sound:
        raise NotSound(value)
    return value


def serve(asked: Connection, order: Order, client: Path) -> None:
    """Collect the tests and try faults of the package `client` until the other side hangs up."""
    with tempfile.TemporaryDirectory(prefix="client-faults-") as folder:
        sound = prepare(client, Path(folder))
        try:
            collect(order.settings, lambda items: Server(items, asked, order, sound).serve())
        except Exception as error:  # noqa: BLE001 - the other side has to hear of it
            asked.send(f"{type(error).__name__}: {error}")
