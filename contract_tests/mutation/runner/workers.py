"""Trials in several processes at once."""

from __future__ import annotations

import logging
import multiprocessing
import signal
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed

import attrs

from mutation.runner.catalogue import catalogue, variations
from mutation.runner.corpus import Corpus
from mutation.runner.results import Result
from mutation.runner.trial import try_fault, try_variation
from mutation.server_faults import Deviation, Fault
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.settings import Settings

SEED = ":seed="


@attrs.define
class Bench:
    """Everything that trials need, made once for each process."""

    contract: Contract
    settings: Settings
    corpus: Corpus | None
    faults: Mapping[str, Fault] = attrs.field(init=False)
    variations: Mapping[str, Deviation] = attrs.field(factory=variations, init=False)

    def __attrs_post_init__(self) -> None:
        """Collect the faults, and keep what the HTTP server logs of broken answers off the terminal."""
        self.faults = catalogue(self.contract)
        silence_server()

    def result(self, task: str) -> Result:
        """Try a fault, or a variation at a seed (`id:seed=1`)."""
        if task in self.faults and self.corpus is not None:
            return try_fault(self.faults[task], self.corpus, self.settings, self.contract)
        name, _, seed = task.rpartition(SEED)
        settings = attrs.evolve(self.settings, seed=int(seed))
        return try_variation(self.variations[name], task, settings, self.contract)


def silence_server() -> None:
    """Drop what the HTTP server logs of answers that are broken on purpose."""
    logger = logging.getLogger("uvicorn.error")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False


def try_all(tasks: Iterable[str], corpus: Corpus | None, settings: Settings, processes: int) -> Iterator[Result]:
    """Yield the result of every task as it comes in."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, _begin, (corpus, settings))
    try:
        for future in as_completed([pool.submit(_result, task) for task in tasks]):
            yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_BENCH: list[Bench] = []


def _begin(corpus: Corpus | None, settings: Settings) -> None:
    # Ctrl-C is for the process that collects the results.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _BENCH.append(Bench(Contract.load(), settings, corpus))


def _result(task: str) -> Result:
    return _BENCH[0].result(task)
