"""The suite bites: faults of the reference server are caught for the right reason, harmless variations are not."""

from __future__ import annotations

import re

import attrs
import httpx
import pytest

from mutation.runner import catalogue as catalogues
from mutation.runner.clauses import requirement_clauses, response_clauses
from mutation.runner.corpus import record
from mutation.runner.results import End
from mutation.runner.trial import try_fault, try_variation
from mutation.runner.workers import Bench, silence_server
from mutation.server_faults import Deviation, Fault, derive
from mutation.server_faults.middleware import Handler
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server import create_app
from plaid_accounts_contract.reference_server.data import EVERYDAY, REFERENCE_CREDENTIALS
from plaid_accounts_contract.reference_server.running import running
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.runner.runner import run_checks
from plaid_accounts_contract.settings import Settings

# What they share is made once, in one process.
pytestmark = pytest.mark.xdist_group("faults")

CONTRACT = Contract.load()
FAULTS = catalogues.catalogue(CONTRACT)
SAMPLE = catalogues.sample(FAULTS)
VARIATIONS = catalogues.variations()
CREDENTIALS = {"PLAID-CLIENT-ID": REFERENCE_CREDENTIALS.client_id, "PLAID-SECRET": REFERENCE_CREDENTIALS.secret}


def honest(handler: Handler) -> Handler:
    """Tamper with nothing."""
    return handler


@pytest.fixture(scope="module")
def bench() -> Bench:
    """The requests of one whole run of default length, ready to be sent to any number of servers."""
    settings = Settings()
    return Bench(CONTRACT, settings, record(settings, CONTRACT))


@pytest.mark.parametrize("name", SAMPLE)
def test_a_fault_is_caught_by_the_clause_it_breaks(bench: Bench, name: str) -> None:
    """A server with the fault is found to break the very clause that the fault names."""
    result = bench.result(name)
    assert result.end is End.CAUGHT, f"{SAMPLE[name].statement} {result.detail}"


@pytest.mark.parametrize("name", ["all-at-once", "plain-ids", "many-accounts"])
def test_a_harmless_variation_raises_no_alarm(name: str) -> None:
    """A server that differs within the contract passes a whole run."""
    silence_server()
    result = try_variation(VARIATIONS[name], name, Settings(seed=len(name)), CONTRACT)
    assert result.end is End.QUIET, f"{VARIATIONS[name].statement} {result.detail}"


@pytest.mark.parametrize("name", ["closed-account-listed", next(name for name in FAULTS if name.endswith("@cards"))])
def test_sending_kept_requests_finds_what_a_run_of_its_own_finds(bench: Bench, name: str) -> None:
    """The findings on a faulty server are the same whether the requests are kept ones or written for it."""
    fault = FAULTS[name]
    with running(fault.app()) as server:
        settings = complete(bench.settings, fault.world(), server.url)
        own = run_checks(attrs.evolve(settings, operations=(CONTRACT.primary.id,)), CONTRACT).run
    never = Fault(id="", kind="", statement="", breaks="nothing", tamper=fault.tamper)
    assert bench.corpus is not None
    kept = try_fault(never, bench.corpus, bench.settings, CONTRACT)
    assert kept.exchanges == len(own.exchanges)
    found = {f"{clause} {path}".strip() for clause, path in own.results.groups}
    assert set(kept.detail.removeprefix("found instead: ").split("; ")) == found


def test_a_fault_that_breaks_nothing_survives(bench: Bench) -> None:
    """What does not show on the wire is not said to be caught."""
    assert bench.corpus is not None
    idle = Fault(id="idle", kind="", statement="Does nothing.", breaks="account-ids-filter", tamper=honest)
    result = try_fault(idle, bench.corpus, bench.settings, CONTRACT)
    assert (result.end, result.first, result.exchange) == (End.SURVIVED, "", 0)


def test_a_fault_caught_for_another_reason_is_told_apart(bench: Bench) -> None:
    """A fault whose own clause is not among the findings does not count as caught."""
    assert bench.corpus is not None
    misnamed = Fault(
        id="x", kind="", statement="", breaks="own-item-only", tamper=FAULTS["closed-account-listed"].tamper
    )
    result = try_fault(misnamed, bench.corpus, bench.settings, CONTRACT)
    assert result.end is End.MISNAMED
    assert "active-accounts-only" in result.detail


@pytest.mark.parametrize("requirement", requirement_clauses(CONTRACT))
def test_every_requirement_has_faults_written_for_it(requirement: str) -> None:
    """At least two faults of meaning break each requirement of each operation."""
    kinds = ("meaning/", "carried/")
    assert sum(fault.breaks == requirement and fault.kind.startswith(kinds) for fault in FAULTS.values()) >= 2


def test_every_clause_of_a_response_has_a_derived_fault() -> None:
    """Each clause that a response can break is broken by a fault derived from it."""
    broken = {fault.breaks for fault in derive(CONTRACT.document)}
    assert response_clauses(CONTRACT) <= broken


def test_every_fault_names_a_requirement_or_a_clause() -> None:
    """What a fault says that it breaks stands in the contract."""
    known = {*requirement_clauses(CONTRACT), *response_clauses(CONTRACT)}
    assert {fault.breaks for fault in FAULTS.values()} <= known


def test_every_deviation_says_what_it_does_in_a_sentence() -> None:
    """A statement begins with a capital letter and ends with a full stop, and no two are the same."""
    statements = [deviation.statement for deviation in (*FAULTS.values(), *VARIATIONS.values())]
    assert [text for text in statements if not re.fullmatch(r"[A-Z].*\.", text)] == []
    assert len(set(statements)) == len(statements)


def test_an_honest_middleware_changes_nothing() -> None:
    """Standing between socket and server shows in no answer."""
    body = {"access_token": EVERYDAY.access_token}
    answers = []
    for app in (create_app(), Deviation(id="", kind="", statement="", tamper=honest).app()):
        with running(app) as server:
            response = httpx.post(f"{server.url}/accounts/get", json=body, headers=CREDENTIALS)
        del response.headers["date"]
        shown = {name: value for name, value in response.json().items() if name != "request_id"}
        answers.append((response.status_code, shown, sorted(response.headers.items())))
    assert answers[0] == answers[1]
