"""Every fault that the suite has to catch, by id, and the fixed sample of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import chain
from typing import Final

from mutation.runner.clauses import requirement_clauses, response_clauses
from mutation.server_faults import MEANING, VARIATIONS, Deviation, Fault, carried, derive, rarities
from plaid_accounts_contract.contract import Contract

_MEANING_FOR_EACH: Final = 2


def catalogue(contract: Contract) -> Mapping[str, Fault]:
    """Return the faults of meaning, those carried over, those derived, and the rare ones, in this order."""
    derived, asked = derive(contract.document), set(requirement_clauses(contract))
    further = (fault for fault in carried(contract.document) if fault.breaks in asked)
    return {fault.id: fault for fault in chain(MEANING, further, derived, rarities(MEANING, derived))}


def variations() -> Mapping[str, Deviation]:
    """Return the harmless variations."""
    return {variation.id: variation for variation in VARIATIONS}


def sample(faults: Mapping[str, Fault]) -> Mapping[str, Fault]:
    """Return up to two faults of meaning for each requirement, one for each clause, and one for each rare occasion."""
    return {fault.id: fault for fault in faults.values() if fault.id in set(_sampled(faults.values()))}


def _sampled(faults: Iterable[Fault]) -> Iterator[str]:
    taken: dict[tuple[str, str], int] = {}
    for fault in faults:
        family, _, kind = fault.kind.partition("/")
        key = (family, kind if family == "rare" else fault.breaks)
        taken[key] = taken.get(key, 0) + 1
        if taken[key] <= (_MEANING_FOR_EACH if family == "meaning" else 1):
            yield fault.id


def select(ids: Iterable[str], patterns: Iterable[str]) -> list[str]:
    """Return the ids that fit one of `patterns`, in which `*` stands for anything.

    Raises:
        LookupError: a pattern fits none.

    """
    known, chosen = list(ids), []
    for pattern in patterns:
        fitting = [entry for entry in known if entry == pattern or fnmatchcase(entry, pattern)]
        if not fitting:
            msg = f"--only {pattern}: there is no such fault; --list names them"
            raise LookupError(msg)
        chosen += fitting
    return list(dict.fromkeys(chosen))


def unbroken(contract: Contract, faults: Iterable[Fault]) -> list[str]:
    """Return the requirements of each operation and the clauses of responses that none of `faults` breaks."""
    broken = {fault.breaks for fault in faults if not fault.equivalent}
    clauses = (*requirement_clauses(contract), *sorted(response_clauses(contract)))
    return [clause for clause in clauses if clause not in broken]
