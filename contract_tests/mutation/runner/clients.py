"""The half of the table that is about clients: those of a changed contract, and those with changed code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Final

import attrs

import plaid_accounts_contract
from mutation.client_faults import catalogue as catalogues
from mutation.client_faults.bench import Bench
from mutation.client_faults.fault import ClientFault
from mutation.client_faults.generation import CODEGEN
from mutation.client_faults.server import Order
from mutation.runner.results import Result, fingerprint
from mutation.runner.table import Entry
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.settings import Settings

_PLACES: Final = (
    Contract.load().path, CODEGEN, catalogues.CLIENT, Path(__file__).parent,
    Path(plaid_accounts_contract.__file__).parent,
)  # fmt: skip


@attrs.define(eq=False)
class Clients:
    """Faults of the client, tried with cases of one `seed` in `processes` at once."""

    name: ClassVar[str] = "client"
    variations: ClassVar[list[str]] = []
    seed: int
    processes: int
    faults: Mapping[str, ClientFault] = attrs.field(factory=catalogues.catalogue)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What the table says of each fault."""
        return {
            name: Entry(name, fault.kind, fault.statement, fault.breaks, fault.equivalent, fault.accepted)
            for name, fault in self.faults.items()
        }

    @property
    def sample(self) -> list[str]:
        """The fixed sample."""
        return [*catalogues.sample(self.faults)]

    def key(self) -> str:
        """Return what results depend on, in short."""
        return fingerprint(self.seed, _PLACES)

    def unbroken(self, chosen: Iterable[str]) -> list[str]:
        """Return the guarantees that none of the chosen faults breaks."""
        return catalogues.unbroken(self.faults[name] for name in chosen)

    def results(self, tasks: Iterable[str], folder: Path) -> Iterator[Result]:
        """Yield the result of every task as it comes in; what is observed of the sound client is kept in `folder`.

        Raises:
            NotSound: the client without any fault does not pass, or does not follow from the contract.

        """
        for other in folder.glob("observed-*.json"):
            if other.name != f"observed-{self.key()}.json":
                other.unlink()
        order = Order(Settings(seed=self.seed), self.processes, folder / f"observed-{self.key()}.json")
        with Bench(order) as bench:
            yield from bench.results(tasks)
