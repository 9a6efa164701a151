"""Every fault of the client that its checks have to catch, by id, and the fixed sample of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import attrs

from mutation.client_faults import code, contract
from mutation.client_faults.code.mutants import Mutant
from mutation.client_faults.explained import Explained
from mutation.client_faults.fault import ClientFault
from plaid_accounts_contract.client.guarantees import GUARANTEES
from plaid_accounts_contract.contract import Contract

CLIENT: Final = Path(__file__).parents[3] / "generated" / "plaid_accounts"


def catalogue(package: Path = CLIENT) -> Mapping[str, ClientFault]:
    """Return the faults that come of the contract, and those of the code of `package`, by id.

    Raises:
        LookupError: a fault is explained that is no longer there, or a file of the client is new to the faults.

    """
    explained = Explained.load()
    faults = [*contract.derive(dict(Contract.load().document)), *code.derive(package)]
    explained.require_current({fault.key for fault in faults})
    return {fault.id: _with_reason(fault, explained) for fault in faults}


def _with_reason(fault: ClientFault, explained: Explained) -> ClientFault:
    equivalent = explained.equivalent.get(fault.key, fault.equivalent)
    return attrs.evolve(fault, equivalent=equivalent, accepted=explained.accepted.get(fault.key, ""))


def sample(faults: Mapping[str, ClientFault]) -> Mapping[str, ClientFault]:
    """Return the first fault of each class that breaks the same guarantees; of code, one within a function."""
    taken: dict[tuple[str, ...], ClientFault] = {}
    for fault in faults.values():
        within = not isinstance(fault.edit, Mutant) or fault.edit.function
        if within and not fault.equivalent and not fault.accepted:
            taken.setdefault((fault.kind, *fault.guarantees), fault)
    return {fault.id: fault for fault in taken.values()}


def unbroken(faults: Iterable[ClientFault]) -> list[str]:
    """Return the guarantees that none of `faults` breaks."""
    broken = {guarantee for fault in faults if not fault.equivalent for guarantee in fault.guarantees}
    return [guarantee for guarantee in GUARANTEES if guarantee not in broken]
