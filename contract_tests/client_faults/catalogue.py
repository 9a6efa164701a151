"""Every fault of the client that its checks have to catch, by id, and the fixed sample of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import Final

from client_faults import code, contract
from client_faults.code.mutants import Mutant
from client_faults.fault import ClientFault
from plaid_accounts_contract.client.promises import PROMISES
from plaid_accounts_contract.contract import Contract

CLIENT: Final = Path(__file__).parents[2] / "generated" / "plaid_accounts"


def catalogue(package: Path = CLIENT) -> Mapping[str, ClientFault]:
    """Return the faults that come of the contract, and those of the code of `package`, by id."""
    derived = contract.derive(dict(Contract.load().document))
    return {fault.id: fault for fault in chain(derived, code.derive(package))}


def sample(faults: Mapping[str, ClientFault]) -> Mapping[str, ClientFault]:
    """Return the first fault of each class that breaks the same promises; of code, one within a function."""
    taken: dict[tuple[str, ...], ClientFault] = {}
    for fault in faults.values():
        within = not isinstance(fault.edit, Mutant) or fault.edit.function
        if within and not fault.equivalent and not fault.accepted:
            taken.setdefault((fault.kind, *fault.promises), fault)
    return {fault.id: fault for fault in taken.values()}


def unbroken(faults: Iterable[ClientFault]) -> list[str]:
    """Return the promises that none of `faults` breaks."""
    broken = {promise for fault in faults if not fault.equivalent for promise in fault.promises}
    return [promise for promise in PROMISES if promise not in broken]
