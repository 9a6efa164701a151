"""The checks of the client bite: clients of a changed contract and clients with changed code are caught by the right guarantee."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mutation.client_faults import catalogue as catalogues
from mutation.client_faults.bench import Bench
from mutation.client_faults.code.guarantees import guarantees
from mutation.client_faults.contract import reach
from mutation.client_faults.explained import Explained
from mutation.client_faults.fault import ClientFault, Replacement
from mutation.client_faults.server import Order
from mutation.runner.results import End, NotSound
from plaid_accounts_contract.client.guarantees import GUARANTEES
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.settings import Settings

# What they share is made once, in one process.
pytestmark = pytest.mark.xdist_group("client-faults")


def written(name: str, promised: str, piece: tuple[str, str, str], equivalent: str = "") -> ClientFault:
    """Make a fault that is not in the catalogue: a file, what it has, and what comes in its place."""
    edit = Replacement(*piece)
    return ClientFault(
        id=name, kind="code/own", statement="It.", guarantees=(promised,), edit=edit, equivalent=equivalent
    )


WIRE = "wire-method-path-headers"
CALL = "api/accounts/accounts_get.py"
PATH = (CALL, '"/accounts/get"', '"/accounts/list"')
SAME = ("decode.py", '"""Reading JSON', '"""Reads JSON')
ENDLESS = (CALL, "    headers: dict", "    import threading; threading.Event().wait()\n    headers: dict")
BROKEN = ("__init__.py", "from .client import Client", "from .client import Clients")
LACKING = ("models/account.py", "    def additional_keys(", "    def further_keys(")
OWN = (
    written("another path", WIRE, PATH),
    written("another path, for a wrong reason", "size-limit", PATH),
    written("nothing", "size-limit", SAME),
    written("nothing, as told", "size-limit", SAME, "nothing is said to change"),
    written("endless", WIRE, ENDLESS),
    written("no client", "surface", BROKEN),
    written("what only tests look at", "unknown-fields-kept", LACKING),
)
ENDS = {
    "another path": (End.CAUGHT, "test_"),
    "another path, for a wrong reason": (End.SURVIVED, ""),
    "nothing": (End.SURVIVED, ""),
    "nothing, as told": (End.EQUIVALENT, ""),
    "endless": (End.CAUGHT, "by hang: test_"),
    "no client": (End.CAUGHT, "test_"),
    "what only tests look at": (End.MISNAMED, "unknown-fields-kept: test_"),
}


DOCUMENT = dict(Contract.load().document)
FAULTS = catalogues.catalogue()
SAMPLE = catalogues.sample(FAULTS)
QUICK = Order(Settings(quick=True), processes=1, silence=15.0, further=OWN)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """A process that has collected the tests of the client and tries faults one at a time."""
    with Bench(QUICK) as made:
        yield made


@pytest.mark.parametrize("name", SAMPLE)
def test_a_fault_of_the_client_is_caught_by_a_promise_it_breaks(bench: Bench, name: str) -> None:
    """A client with the fault is found to break a guarantee that the fault names."""
    result = bench.result(name)
    assert result.end in (End.CAUGHT, End.REFUSED), f"{SAMPLE[name].statement} {result.detail}"


def test_every_promise_is_broken_by_a_fault() -> None:
    """No guarantee of the client is without a fault; taking those of one away leaves it unbroken."""
    assert catalogues.unbroken(FAULTS.values()) == []
    rest = [fault for fault in FAULTS.values() if "https-required" not in fault.guarantees]
    assert catalogues.unbroken(rest) == ["https-required"]


def test_every_part_of_the_contract_has_a_fault() -> None:
    """Each property is renamed, dropped, retyped, and changed in nullability and necessity; each list, operation, code too."""
    for owner, schema in reach.objects(DOCUMENT).items():
        for name in schema["properties"]:
            deeds = {fault.rpartition(":")[2].partition("-")[0] for fault in FAULTS if f":{owner}.{name}:" in fault}
            assert deeds >= {"renamed", "dropped", "retyped", "nullability", "necessity"}, f"{owner}.{name}"
    for name, schema in reach.schemas(DOCUMENT).items():
        assert "enum" not in schema or {f"contract:{name}:changed-0", f"contract:{name}:removed-0"} <= set(FAULTS), name
    for _, _, operation in reach.operations(DOCUMENT):
        assert {f"contract:{operation['operationId']}:{deed}" for deed in ("path", "method", "request-swapped")} <= set(
            FAULTS
        )
    for code in Contract.load().error_codes:
        assert {f"contract:{code}:{deed}" for deed in ("type", "unlisted")} <= set(FAULTS), code


def test_every_fault_says_what_it_does_in_a_sentence() -> None:
    """A statement ends with a full stop, and every guarantee that a fault names is one."""
    assert [fault.id for fault in FAULTS.values() if not re.fullmatch(r"[A-Za-z].*\.", fault.statement)] == []
    assert {guarantee for fault in FAULTS.values() for guarantee in fault.guarantees} <= set(GUARANTEES)
    assert [fault.id for fault in FAULTS.values() if not fault.guarantees] == []


@pytest.mark.parametrize("name", ENDS)
def test_a_fault_ends_as_it_deserves(bench: Bench, name: str) -> None:
    """A fault is caught by a guarantee it names or survives; a test that breaks by itself, or nothing changed, is no catch."""
    result = bench.result(name)
    end, said = ENDS[name]
    assert (result.end, result.detail[: len(said)]) == (end, said), result.detail


def test_a_client_that_does_not_pass_is_not_tried(tmp_path: Path) -> None:
    """Where the client has a fault already, none is tried, and it is said what to do."""
    copied = tmp_path / "plaid_accounts"
    shutil.copytree(catalogues.CLIENT, copied, ignore=shutil.ignore_patterns("__pycache__"))
    (copied / "decode.py").write_text((copied / "decode.py").read_text("utf-8") + "\n# Edited.\n", "utf-8")
    with Bench(QUICK, copied) as bench, pytest.raises(NotSound, match=r"decode\.py; run: make generate"):
        bench.result("another path")


def test_a_reason_for_what_is_gone_is_stale() -> None:
    """A fault that is explained and is no longer there is told."""
    explained = Explained({"decode.py:gone: x -> y": "why"}, {})
    with pytest.raises(LookupError, match=r"decode\.py:gone: x -> y"):
        explained.require_current({fault.key for fault in FAULTS.values()})


def test_a_new_file_needs_promises() -> None:
    """What a new file of the client guarantees has to be said before faults of it can be tried."""
    with pytest.raises(LookupError, match=r"novelty\.py is new"):
        guarantees("novelty.py", "f")
