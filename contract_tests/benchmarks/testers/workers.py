"""Observations in several processes at once."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

import attrs

from benchmarks.testers.dredd import Dredd
from benchmarks.testers.observations import Key
from benchmarks.testers.prism import Prism
from benchmarks.testers.schemathesis_runs import Narrowed, Plain
from benchmarks.testers.specmatic import Specmatic
from benchmarks.testers.suite import Suite
from benchmarks.testers.tester import Tester
from benchmarks.testers.trial import CONFORMING, Observation, observe
from mutation.runner.catalogue import catalogue, variations
from mutation.runner.workers import silence_server
from mutation.server_faults import Deviation
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.wire.exchange import Request

AGAIN = ":again"
"""Ends the name of the second run against the conforming server."""


def all_testers(contract: Contract, seed: int, requests: Sequence[Request] = ()) -> tuple[Tester, ...]:
    """Return every tester; `requests` are those that Prism sees."""
    return (
        Suite(seed),
        Narrowed(contract, seed),
        Plain(contract, seed),
        Specmatic(contract),
        Prism(contract, requests),
        Dredd(contract),
    )


@attrs.frozen
class Bench:
    """Everything that observations need, made once for each process."""

    testers: Mapping[str, Tester]
    servers: Mapping[str, Deviation]

    @classmethod
    def of(cls, seed: int, requests: Sequence[Request]) -> Bench:
        """Collect testers and servers."""
        contract = Contract.load()
        testers = {tester.name: tester for tester in all_testers(contract, seed, requests)}
        conforming = {CONFORMING.id: CONFORMING, CONFORMING.id + AGAIN: CONFORMING}
        return cls(testers, {**catalogue(contract), **variations(), **conforming})

    def observation(self, key: Key) -> Observation:
        """Run a tester against a server."""
        server, tester = key
        return observe(self.testers[tester], server, self.servers[server])


def observe_all(keys: Iterable[Key], seed: int, requests: Sequence[Request], processes: int) -> Iterator[Observation]:
    """Yield the observation of every key as it comes in."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, _begin, (seed, requests))
    try:
        for future in as_completed([pool.submit(_observation, key) for key in keys]):
            yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_BENCH: list[Bench] = []


def _begin(seed: int, requests: Sequence[Request]) -> None:
    # Ctrl-C is for the process that collects the observations.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    silence_server()
    _BENCH.append(Bench.of(seed, requests))


def _observation(key: Key) -> Observation:
    return _BENCH[0].observation(key)
