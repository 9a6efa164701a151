"""The checks of the client: each test is about a guarantee, each guarantee has tests, and faulty clients fail them.

`make faults` runs every fault of the client; a fixed sample runs here.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mutation.client_faults.catalogue import catalogue, unbroken
from mutation.client_faults.fault import CLIENT
from mutation.client_faults.mutant_runner import MutantRunner
from plaid_accounts_contract.client import guarantees
from plaid_accounts_contract.client.guarantees import GUARANTEES
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.settings import Settings

# What they share is made once, in one process.
pytestmark = pytest.mark.xdist_group("client-faults")

FAULTS = catalogue()
SAMPLE = (
    "contract:accountsGet:path", "contract:Account.mask:dropped", "contract:AccountBalances.current:not-nullable",
    "contract:AccountType:removed", "contract:clientId:header", "contract:INVALID_API_KEYS:type",
)  # fmt: skip
CALL = "api/accounts/accounts_get.py"
RUN = """
import sys
from plaid_accounts_contract.cli.check_client import run_tests
from plaid_accounts_contract.settings import Settings
record = run_tests(Settings(quick=True), only=sys.argv[1])
for failure in record.failures:
    print(failure.guarantee, failure.message.replace(chr(10), " "), sep=": ")
print("errors", record.errors)
"""


@pytest.fixture(scope="module")
def runner() -> Iterator[MutantRunner]:
    """Yield a process that has collected the tests of the client."""
    with MutantRunner.of(Settings(quick=True, seed=1)) as runner:
        yield runner


def edited(file: str, was: str, becomes: str) -> dict[str, str | None]:
    """Return a file of the client with one piece replaced."""
    text = (CLIENT / file).read_text("utf-8")
    assert was in text
    return {file: text.replace(was, becomes)}


@pytest.mark.parametrize("name", SAMPLE)
def test_a_fault_of_the_contract_is_caught(runner: MutantRunner, name: str) -> None:
    """A client generated from a faulty contract fails a test of a guarantee that the fault breaks."""
    run = runner.run(FAULTS[name].sources(), FAULTS[name].guarantees, FAULTS[name].near)
    assert (run.outcome, run.caught_by.partition(":")[0] in FAULTS[name].guarantees) == ("caught", True), run


@pytest.mark.parametrize(("guarantee", "sources", "outcome"), [
    ("wire-method-path-headers", edited(CALL, '"/accounts/get"', '"/accounts/list"'), "caught"),
    ("size-limit", edited(CALL, '"/accounts/get"', '"/accounts/list"'), "survived"),
    ("surface", edited("__init__.py", "from .client import Client", "from .client import Clients"), "caught"),
    ("error-fields", edited("errors.py", "def display_message(", "def shown_message("), "error"),
])  # fmt: skip
def test_an_edit_of_the_code_has_its_outcome(
    runner: MutantRunner, guarantee: str, sources: dict[str, str | None], outcome: str
) -> None:
    """A fault is caught by a test of a guarantee that it breaks; a test that breaks by itself is an error."""
    assert runner.run(sources, [guarantee]).outcome == outcome


def test_every_guarantee_and_every_part_of_the_contract_has_a_fault() -> None:
    """Each guarantee, property, enum, operation and error code has faults; without its faults a guarantee is reported."""
    assert unbroken(FAULTS.values()) == []
    rest = [fault for fault in FAULTS.values() if "https-required" not in fault.guarantees]
    assert unbroken(rest) == ["https-required"]
    contract = Contract.load()
    for name, schema in contract.document["components"]["schemas"].items():
        parts = [f"{name}.{prop}" for prop in schema.get("properties", ())] + ([name] if "enum" in schema else [])
        assert all(f"contract:{part}:{'dropped' if '.' in part else 'removed'}" in FAULTS for part in parts), name
    expected = [f"contract:{operation.id}:path" for operation in contract.operations]
    assert {*expected, *(f"contract:{code}:type" for code in contract.error_codes)} <= set(FAULTS)


def test_each_file_of_the_client_has_mutants() -> None:
    """Every module with code is mutated, and every statement of a fault is a sentence about guarantees that exist."""
    mutated = {fault.kind.removeprefix("code/") for fault in FAULTS.values() if fault.kind.startswith("code/")}
    assert mutated >= {path.name for path in CLIENT.glob("*.py")} - {"__init__.py"} | {"api", "models"}
    assert {name for fault in FAULTS.values() for name in fault.guarantees} <= set(GUARANTEES)
    assert [fault.id for fault in FAULTS.values() if not re.fullmatch(r".+\S\.", fault.statement)] == []


def test_each_test_of_the_client_is_about_one_guarantee() -> None:
    """Every test names one guarantee, and every guarantee is named."""
    named: set[object] = set()
    for path in Path(guarantees.__file__).parent.glob("test_*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found = [ast.unparse(decorator) for decorator in node.decorator_list]
                own = [text.split("'")[1] for text in found if text.startswith("guarantee(")]
                assert len(own) == 1, f"{path.name}::{node.name}"
                named.update(own)
    assert named == set(GUARANTEES)


def test_check_client_reports_a_client_that_cannot_be_imported(tmp_path: Path) -> None:
    """A client that does not import breaks guarantees; the suite reports no error of its own."""
    shutil.copytree(CLIENT, tmp_path / CLIENT.name)
    (tmp_path / CLIENT.name / "__init__.py").write_text("raise ImportError('gone')\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", RUN, "test_surface"], env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "surface: ImportError: gone" in done.stdout
    assert "errors []" in done.stdout
