"""One fault on trial: its client is made and tested in a forked process, until a guarantee that it breaks is found broken."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from mutation.client_faults.baseline import Baseline
from mutation.client_faults.choice import choose
from mutation.client_faults.fault import ClientFault, Refused
from mutation.client_faults.package import build
from mutation.client_faults.session import Items, enter, run
from mutation.client_faults.witness import Failure, Witness
from mutation.runner.results import End, Result

_CPU_SECONDS: Final = 300
_MEMORY: Final = 4 * 2**30


def attempt(
    fault: ClientFault, items: Items, sound: Path, baseline: Baseline | None, tell: Callable[[str], None]
) -> Result:
    """Try a fault in this process; for a process of its own. `tell` hears of each test before it runs."""
    begun = time.monotonic()
    _limit()
    with tempfile.TemporaryDirectory(prefix="client-fault-") as folder:
        try:
            changed = fault.edit.sources(sound)
        except Refused as refusal:
            return Result(fault.id, End.REFUSED, detail=str(refusal))
        if not changed:
            return Result(
                fault.id, End.EQUIVALENT if fault.equivalent else End.SURVIVED, detail="the client is the same"
            )
        package = build(sound, changed, Path(folder))
        witness = Witness(package, tell)
        chosen = choose(fault, items, baseline)
        enter(package)
        run(chosen, witness, lambda: witness.caught(fault.guarantees) is not None)
    return _result(fault, witness, time.monotonic() - begun)


def _limit() -> None:
    # A client that never ends, or takes all memory, harms itself alone.
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _result(fault: ClientFault, witness: Witness, seconds: float) -> Result:
    tests = len(witness.seconds)
    caught = witness.caught(fault.guarantees)
    if caught is not None:
        return Result(fault.id, End.CAUGHT, caught.guarantee, tests, tests, tests, seconds, caught.test)
    said = "; ".join(dict.fromkeys([*map(_told, witness.failures), *witness.errors]))
    if witness.failures:
        return Result(fault.id, End.MISNAMED, exchanges=tests, seconds=seconds, detail=said[:_LONGEST])
    if witness.errors:
        return Result(fault.id, End.ERROR, exchanges=tests, seconds=seconds, detail=said[:_LONGEST])
    end = End.EQUIVALENT if fault.equivalent else End.ACCEPTED if fault.accepted else End.SURVIVED
    return Result(fault.id, end, exchanges=tests, seconds=seconds)


_LONGEST: Final = 2000


def _told(failure: Failure) -> str:
    broke = "" if failure.judged else "the test itself broke: "
    return f"{failure.guarantee}: {failure.test}: {broke}{failure.message}"
