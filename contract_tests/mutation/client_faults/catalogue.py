"""Every fault of the client by id, and the fixed sample of them that `make test` runs."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import attrs

from mutation.client_faults import mutants, schemas, wire
from mutation.client_faults.fault import ClientFault
from plaid_accounts_contract.client.guarantees import GUARANTEES
from plaid_accounts_contract.contract import Contract

EQUIVALENT: Final = Path(__file__).with_name("equivalent.toml")


@cache
def catalogue() -> Mapping[str, ClientFault]:
    """Return the faults by id; raise LookupError if `equivalent.toml` names mutants that no longer exist."""
    document = dict(Contract.load().document)
    faults = [*wire.faults(document), *schemas.faults(document), *mutants.faults()]
    reasons: dict[str, str] = tomllib.loads(EQUIVALENT.read_text("utf-8"))
    stale = sorted(set(reasons) - {fault.key for fault in faults})
    if stale:
        msg = f"{EQUIVALENT.name} names mutants that no longer exist; remove them:\n" + "\n".join(stale)
        raise LookupError(msg)
    return {fault.id: attrs.evolve(fault, equivalent=reasons.get(fault.key, fault.equivalent)) for fault in faults}


def unbroken(faults: Iterable[ClientFault]) -> list[str]:
    """Return the guarantees that none of `faults` breaks."""
    broken = {guarantee for fault in faults if not fault.equivalent for guarantee in fault.guarantees}
    return [guarantee for guarantee in GUARANTEES if guarantee not in broken]
