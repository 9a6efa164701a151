"""One tester against one server: what it complains of, and what that took."""

from __future__ import annotations

import resource
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Final

import attrs

from benchmarks.testers.document import told
from benchmarks.testers.tester import Broken, Tester
from mutation.server_faults import Deviation
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server.running import running
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.settings import Settings

CONFORMING: Final = Deviation(
    id="conforming", kind="conforming", statement="The reference server as it is.", tamper=lambda honest: honest
)
_KEPT: Final = 40


@attrs.frozen
class Observation:
    """What a tester made of a server.

    `seconds` is wall time and `cpu` the processor time of the tester's processes, start-up included and the server's
    own left out. `broken` says why there is no result; such an observation is not kept.
    """

    server: str
    tester: str
    complaints: tuple[str, ...] = ()
    seconds: float = 0.0
    cpu: float = 0.0
    broken: str = ""


def observe(tester: Tester, name: str, deviation: Deviation) -> Observation:
    """Run `tester` against a new server that differs by `deviation`; `name` is what the server is called."""
    begun, spent = time.monotonic(), _cpu()
    complaints: list[str] = []
    broken = ""
    with running(deviation.app()) as server, tempfile.TemporaryDirectory(prefix="plaid-accounts-") as scratch:
        known = told(Contract.load(), complete(Settings(), deviation.world(), server.url))
        try:
            complaints = tester.complaints(server.url, known, Path(scratch))
        except (Broken, ET.ParseError) as error:
            broken = str(error)
        except subprocess.TimeoutExpired as error:
            broken = f"{tester.name} did not end within {error.timeout:.0f} seconds"
        except Exception as error:  # noqa: BLE001 - what one tester wrote and nobody foresaw is no other run's concern
            broken = f"its report was not understood: {type(error).__name__}: {error}"
        seconds, cpu = time.monotonic() - begun, _cpu() - spent
    return Observation(name, tester.name, tuple(complaints[:_KEPT]), round(seconds, 2), round(cpu, 2), broken)


def _cpu() -> float:
    """Return the processor time of all processes that were started and have ended, and of this thread."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime + time.thread_time()
