"""The suite catches a sample of the faults of a server for the right reason, and the table of faults reports them."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import attrs
import pytest

from mutation.runner.server_runs import Corpus, record, run_fault, run_variation
from mutation.server_faults.catalogue import catalogue, requirement_clauses, response_clauses, uncovered
from mutation.server_faults.fault import DESCRIBED, Fault, responses
from mutation.server_faults.injection import FaultyServer
from mutation.server_faults.variations import VARIATIONS
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server.running import running
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.runner.runner import run_checks
from plaid_accounts_contract.settings import Settings

# What they share is made once, in one process.
pytestmark = pytest.mark.xdist_group("faults")

CONTRACT = Contract.load()
FAULTS = catalogue(CONTRACT)
# A quick run catches these; `make faults` runs the others too, with a run of default length.
SETTINGS = Settings(seed=1, quick=True, operations=("accountsGet",))
SAMPLE = (
    "balance-drifts", "media-type-415", "request-id-constant-in-errors", "nan-for-null", "crash-on-many-ids",
    "rejections-kept", "options-empty-accepted", "missing-token-opens-first-item", "trailing-text-ignored",
    "item-of-another-with-filter", "closed-account-listed", "unknown-id-in-the-middle-dropped",
    "filter-sticks", "secret-escaped", "header-credentials-ignored",
    *[name for name, fault in FAULTS.items() if name.startswith(("200", "400")) and not fault.equivalent][::60],
)  # fmt: skip
IDLE = Fault("idle", "account-ids-filter", "Does nothing.", responses(lambda response, _: response))


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The requests of one quick run, ready to be sent to any number of servers."""
    return record(SETTINGS, CONTRACT)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_fault_is_caught_by_the_clause_it_breaks(corpus: Corpus, name: str) -> None:
    """A server with the fault violates the very clause that the fault breaks."""
    result = run_fault(FAULTS[name], corpus, SETTINGS, CONTRACT)
    assert result.outcome == "caught", f"{FAULTS[name].statement} {result}"


@pytest.mark.parametrize("variation", [one for one in VARIATIONS if one.id == "all-together"])
def test_a_harmless_variation_raises_no_alarm(variation: Fault) -> None:
    """A server that differs within the contract passes a complete run."""
    result = run_variation(variation, SETTINGS, CONTRACT)
    assert result.outcome == "no alarm", result


def test_replayed_requests_find_what_a_run_of_its_own_finds(corpus: Corpus) -> None:
    """The violations of a faulty server are the same whether its requests are replayed or made for it."""
    fault = attrs.evolve(FAULTS["closed-account-listed"], breaks="nothing")
    app = FaultyServer(fault)
    with running(app) as server:
        own = run_checks(complete(SETTINGS, app.dataset, server.url), CONTRACT).run
    replayed = run_fault(fault, corpus, SETTINGS, CONTRACT)
    assert replayed.exchanges == len(own.exchanges)
    assert set(replayed.caught_by.split("; ")) == {f"{clause} {path}".strip() for clause, path in own.results.groups}


def test_what_cannot_be_observed_survives(corpus: Corpus) -> None:
    """A fault that changes nothing is not caught, and one that breaks another clause is reported as such."""
    assert run_fault(IDLE, corpus, SETTINGS, CONTRACT).outcome == "survived"
    misnamed = attrs.evolve(FAULTS["closed-account-listed"], breaks="own-item-only")
    result = run_fault(misnamed, corpus, SETTINGS, CONTRACT)
    assert result.outcome == "caught by another clause"
    assert "active-accounts-only" in result.caught_by


def test_every_requirement_and_clause_has_a_fault() -> None:
    """Faults break all that the contract asks and nothing else, few by behaviour for each; what none breaks is named."""
    assert uncovered(CONTRACT, FAULTS.values()) == []
    assert uncovered(CONTRACT, [fault for fault in FAULTS.values() if fault.breaks != "post-only"]) == ["post-only"]
    assert {*DESCRIBED} <= {name.rpartition(":")[2] for name in FAULTS}
    assert {fault.breaks for fault in FAULTS.values()} <= {*requirement_clauses(CONTRACT), *response_clauses(CONTRACT)}
    counted = Counter(fault.breaks for fault in FAULTS.values() if fault.kind.startswith("behaviour/"))
    access_control = ("credentials-checked", "access-token-checked", "account-ids-unknown")
    most = {clause: 8 if clause.rpartition(":")[2] in access_control else 4 for clause in counted}
    assert {clause: number for clause, number in counted.items() if number > most[clause]} == {}


def test_listing_the_faults_imports_no_server() -> None:
    """`make faults ARGS=--list` names each fault with its clause and statement, and imports neither server nor framework."""
    program = (
        "import sys, pytest; pytest.main([sys.argv[1], '--list']); "
        "print(*(name for name in sys.modules if name.startswith(('starlette', 'uvicorn')) or '.reference_server' in name))"
    )
    folder = Path(__file__).parents[1] / "mutation" / "runner" / "test_server_faults.py"
    run = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=True)
    lines = run.stdout.splitlines()
    assert "put-accepted\tpost-only\tTreats PUT like POST." in lines
    assert lines[-1] == ""


def test_the_table_has_every_outcome(tmp_path: Path) -> None:
    """A survivor fails and an equivalent fault does not, unless it is caught; the table names what each one breaks."""
    (tmp_path / "test_table.py").write_text(
        "import pytest\n"
        "from mutation.server_faults.fault import Fault\n"
        "ROWS = [Fault(one, 'c', 'Does it.', None, equivalent=why)\n"
        "        for one, why in (('a', ''), ('b', ''), ('d', 'unseen'), ('e', 'unseen'))]\n"
        "@pytest.mark.parametrize('fault', ROWS, ids=lambda fault: fault.id)\n"
        "def test_fault(fault, record):\n"
        "    record('caught' if fault.id in 'ae' else 'survived', 'a|b' if fault.id == 'a' else '')\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "mutation.runner.conftest", "test_table.py"]
    path = {"PYTHONPATH": str(Path(__file__).parents[1])}
    run = subprocess.run(command, cwd=tmp_path, env=path, capture_output=True, text=True, check=False)
    assert "2 failed, 2 passed" in run.stdout, run.stdout + run.stderr
    assert "caught, though marked equivalent: unseen" in run.stdout
    table = (tmp_path / ".faults" / "faults.md").read_text("utf-8")
    for row in (
        "`a`: Does it. | c | caught | a\\|b |",
        "`b`: Does it. | c | survived |",
        "`d`: Does it. | c | equivalent: unseen",
    ):
        assert row in table
