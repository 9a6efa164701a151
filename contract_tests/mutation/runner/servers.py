"""The half of the table that is about servers: faults of the reference server, and harmless variations of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Final

import attrs

import plaid_accounts_contract
from mutation.runner import catalogue as catalogues
from mutation.runner.corpus import record
from mutation.runner.results import Result, fingerprint
from mutation.runner.table import Entry
from mutation.runner.workers import SEED, try_all
from mutation.server_faults import Fault
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.settings import Settings

_SUITE: Final = Path(plaid_accounts_contract.__file__).parent
_VARIATION_SEEDS: Final = 3


@attrs.define(eq=False)
class Servers:
    """Faults of the reference server, tried with requests of one `seed` in `processes` at once."""

    name: ClassVar[str] = "server"
    seed: int
    processes: int
    contract: Contract = attrs.field(factory=Contract.load)
    faults: Mapping[str, Fault] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Collect the faults."""
        self.faults = catalogues.catalogue(self.contract)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What the table says of each fault."""
        return {
            name: Entry(name, fault.kind, fault.statement, fault.breaks, fault.equivalent)
            for name, fault in self.faults.items()
        }

    @property
    def variations(self) -> list[str]:
        """The harmless variations, each at several seeds."""
        names = catalogues.variations()
        return [f"{name}{SEED}{self.seed + number}" for name in names for number in range(_VARIATION_SEEDS)]

    @property
    def sample(self) -> list[str]:
        """The fixed sample, with one variation."""
        return [*catalogues.sample(self.faults), f"all-at-once{SEED}{self.seed}"]

    def key(self) -> str:
        """Return what results depend on, in short."""
        return fingerprint(self.seed, (self.contract.path, _SUITE, Path(__file__).parent))

    def unbroken(self, chosen: Iterable[str]) -> list[str]:
        """Return the requirements and clauses that none of the chosen faults breaks."""
        return catalogues.unbroken(self.contract, (self.faults[name] for name in chosen if name in self.faults))

    def results(self, tasks: Iterable[str], folder: Path) -> Iterator[Result]:  # noqa: ARG002 - only the other half keeps more
        """Yield the result of every task as it comes in.

        Raises:
            NotSound: the reference server without any fault does not pass.

        """
        wanted, settings = [*tasks], Settings(seed=self.seed)
        paths = {self.faults[task].endpoint for task in wanted if task in self.faults}
        operations = tuple(operation.id for operation in self.contract.operations if operation.path in paths)
        corpus = record(attrs.evolve(settings, operations=operations), self.contract) if operations else None
        return try_all(wanted, corpus, settings, self.processes)
