"""Operations that nobody has written a line for: judged by what the contract says of them, and told apart in reports."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import attrs
import jsonschema_rs
import pytest
from starlette.types import ASGIApp

from meta import additional_operations
from mutation.runner.corpus import Corpus, record
from mutation.runner.results import End
from mutation.runner.trial import try_fault
from mutation.server_faults import derive
from mutation.server_faults.answer import Answer
from mutation.server_faults.call import Call
from mutation.server_faults.fault import fault
from mutation.server_faults.middleware import Tamper
from mutation.server_faults.tampering import answers, calls, failures, recoded, successes
from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server import create_app, reference_world, running
from plaid_accounts_contract.reference_server.errors import INVALID_API_KEYS
from plaid_accounts_contract.reports import record as record_of
from plaid_accounts_contract.reports import render
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.runner import known_failing, operations
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.runner.runner import run_checks
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.settings import Settings, SettingsError

# What they share is made once, in one process.
pytestmark = pytest.mark.xdist_group("operations")

QUICK = Settings(quick=True, examples=5)
FURTHER = Settings(examples=5, operations=("accountsBalancePeek", "webhookKeyFetch", "linkSessionBegin"))
BALANCE, KEY, LINK = "accountsBalancePeek", "webhookKeyFetch", "linkSessionBegin"
PATHS = {BALANCE: "/accounts/balance/peek", KEY: "/webhook_key/fetch", LINK: "/link/session/begin"}


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """The contract with three further operations."""
    path = tmp_path_factory.mktemp("contract") / "openapi.yaml"
    return Contract.load(additional_operations.write(additional_operations.added(), path))


def judged(app: ASGIApp, contract: Contract, **changes: Any) -> Outcome:
    """What a quick run against an application comes to."""
    with running(app) as server:
        settings = attrs.evolve(complete(QUICK, reference_world(), server.url), **changes)
        return run_checks(settings, contract)


@pytest.fixture(scope="module")
def whole(contract: Contract) -> Outcome:
    """A run against the reference server of that contract."""
    return judged(create_app(contract=contract.document), contract)


@pytest.fixture(scope="module")
def gateway(contract: Contract) -> Outcome:
    """A run of that contract against a server that has /accounts/get alone."""
    return judged(create_app(), contract)


def sent(outcome: Outcome, path: str) -> Counter[str]:
    """Count the requests to a path by the test that sent them."""
    return Counter(one.origin for one in outcome.run.exchanges if one.request.path.partition("?")[0] == path)


def clauses(outcome: Outcome) -> set[str]:
    """The clauses that a run found broken."""
    return {group.example.clause for group in outcome.run.results.violations()}


def test_the_reference_server_conforms_with_every_operation(whole: Outcome) -> None:
    """What the reference server generates passes, and of each operation a 200 and a 400 are seen in both modes."""
    assert (whole.verdict, clauses(whole), whole.reasons) == (Verdict.PASS, set(), ())
    for name, path in PATHS.items():
        asked = [one for one in whole.run.exchanges if one.request.path == path]
        assert {(one.request.mode, one.response.status) for one in asked} >= {
            (mode, status) for mode in ("header", "body") for status in (200, 400)
        }
        assert whole.run.results.observed[f"{name}:schema-200"]
        assert whole.run.results.observed[f"{name}:credentials-checked"]
        assert whole.run.results.observed[f"{name}:request-id-unique"]


def test_the_first_operation_is_judged_as_ever(whole: Outcome, gateway: Outcome) -> None:
    """Further operations change neither how often each test asks for accounts nor what is counted of it."""
    alone = judged(create_app(), Contract.load(), operations=("accountsGet",))
    assert sent(whole, "/accounts/get") == sent(gateway, "/accounts/get") == sent(alone, "/accounts/get")
    assert set(alone.run.results.observed) == {name for name in whole.run.results.observed if ":" not in name}


def test_what_a_server_does_not_offer_fails_nothing(gateway: Outcome) -> None:
    """A server without the further operations passes, is asked for each once, and the report says so."""
    assert (gateway.verdict, clauses(gateway)) == (Verdict.PASS, set())
    assert [sent(gateway, path).total() for path in PATHS.values()] == [1, 1, 1]
    for section in Report.of(gateway).additional:
        assert section.told == "not observed, because the server does not offer it (status 404)"
        assert {row.verdict for row in section.rows} == {Verdict.NOT_OBSERVED}


def test_what_is_asked_for_by_name_has_to_be_there(contract: Contract) -> None:
    """An operation that --operations names and the server lacks is a failure, and asked for once."""
    outcome = judged(create_app(), contract, operations=(BALANCE,))
    assert outcome.verdict is Verdict.FAIL
    assert clauses(outcome) >= {f"{BALANCE}:status-documented", f"{BALANCE}:valid-requests-accepted"}
    assert sent(outcome, PATHS[BALANCE]).total() == 1
    assert [section.operation.id for section in Report.of(outcome).additional] == [BALANCE]
    assert not sent(outcome, PATHS[LINK])


def test_one_operation_may_be_checked_alone(contract: Contract) -> None:
    """With one further operation named, accounts are asked for only to get acquainted."""
    outcome = judged(create_app(contract=contract.document), contract, operations=(KEY,))
    assert (outcome.verdict, outcome.reasons) == (Verdict.PASS, ())
    assert set(sent(outcome, "/accounts/get")) == {"preflight"}
    assert sent(outcome, PATHS[KEY]).total() > 20


def test_an_operation_that_is_not_in_the_contract_is_refused(contract: Contract) -> None:
    """A name that the contract does not have is bad usage, and the nearest name is said."""
    with pytest.raises(SettingsError, match="no operation 'accountBalanceGet'; did you mean accountsBalancePeek"):
        judged(create_app(), contract, operations=("accountBalanceGet",))


def _lenient(kind: str) -> Callable[[Call], Call]:
    def change(call: Call) -> Call:
        if kind == "credentials":
            return call.authenticated()
        return call.with_fields(access_token=next(iter(call.world.items))) if isinstance(call.token, str) else call

    return change


def _crash(answer: Answer, call: Call) -> Answer:
    return answer.with_status(500) if "unknown" in call.fields else answer


DEVIATIONS = (
    (BALANCE, "credentials-checked", calls(_lenient("credentials"))),
    (BALANCE, "access-token-checked", calls(_lenient("token"))),
    (BALANCE, "unknown-fields-refused", calls(lambda call: call.without("unknown", "accessToken", "client_ID", ""))),
    (BALANCE, "balance-never-billed", successes(lambda body, _: {**body, "item": {**body["item"], "billed_products": ["balance"]}})),
    (BALANCE, "error-code-listed", failures(lambda body, _: {**body, "error_code": "SOMETHING"})),
    (KEY, "credentials-checked", calls(_lenient("credentials"))),
    (KEY, "request-id-present", answers(lambda answer, _: answer.with_json({**answer.json, "request_id": ""}))),
    (KEY, "request-id-unique", successes(lambda body, _: {**body, "request_id": "always"})),
    (KEY, "required-fields", recoded("MISSING_FIELDS", INVALID_API_KEYS)),
    (KEY, "credentials-not-echoed", successes(lambda body, call: {**body, "for": call.given("secret")})),
    (LINK, "no-server-error", answers(_crash)),
    (LINK, "post-only", answers(lambda answer, call: answer.with_status(200) if call.method == "PUT" else answer)),
    (LINK, "response-encoding", answers(lambda answer, _: answer.with_body(b"\xef\xbb\xbf" + answer.body))),
    (LINK, "media-type", answers(lambda answer, _: answer.with_header("content-type", "text/plain"))),
    (LINK, "status-documented", answers(lambda answer, _: answer.with_status(422 if answer.status == 400 else 200))),
)  # fmt: skip


@pytest.fixture(scope="module")
def corpus(contract: Contract) -> Corpus:
    """The requests of a run that is about the further operations alone."""
    return record(FURTHER, contract)


@pytest.mark.parametrize(
    ("operation", "clause", "tamper"), DEVIATIONS, ids=[f"{one[0]}-{one[1]}" for one in DEVIATIONS]
)
def test_a_deviation_of_a_further_operation_is_found(
    contract: Contract, corpus: Corpus, operation: str, clause: str, tamper: Tamper
) -> None:
    """What an operation does wrong is found under its own name."""
    deviating = fault("deviation", "", f"{operation}:{clause}", tamper, PATHS[operation])
    assert try_fault(deviating, corpus, FURTHER, contract).end is End.CAUGHT


@pytest.mark.parametrize("operation", [BALANCE, KEY, LINK])
def test_derived_faults_name_what_they_break(contract: Contract, corpus: Corpus, operation: str) -> None:
    """Of the faults derived from an operation's own schemas and statuses, a sample is found under the clause named."""
    derived = [entry for entry in derive(contract.document) if entry.endpoint == PATHS[operation]]
    for each in derived[:: max(1, len(derived) // 6)]:
        assert try_fault(each, corpus, FURTHER, contract).end is End.CAUGHT, each.id


def test_a_shared_component_is_broken_once(contract: Contract) -> None:
    """Faults of the accounts that two operations answer with are those of the first operation alone."""
    derived = derive(contract.document)
    alone = derive(additional_operations.added(()))
    assert [entry.id for entry in derived[: len(alone)]] == [entry.id for entry in alone]
    broken = [entry.breaks for entry in derived if entry.endpoint == PATHS[BALANCE]]
    assert {name.partition(":")[0] for name in broken} == {BALANCE}


def test_reports_tell_operations_apart(contract: Contract) -> None:
    """Terminal, HTML, JSON, JUnit and summary name the operation that a broken clause belongs to."""
    deviating = fault(
        "deviation", "", "media-type", answers(lambda a, _: a.with_header("content-type", "x/y")), PATHS[KEY]
    )
    report = Report.of(judged(deviating.app(contract.document), contract, operations=(BALANCE, KEY)))
    written = render(report)
    told = json.loads(written["report.json"])
    jsonschema_rs.validate(json.loads(record_of.SCHEMA.read_text("utf-8")), told)
    assert [entry["operation"] for entry in told["operations"]] == [BALANCE, KEY]
    (broken,) = (row for row in told["clauses"] if row["verdict"] == "fail")
    assert (broken["id"], broken["operation"]) == (f"{KEY}:media-type", KEY)
    assert told["faults"][0]["operations"] == [KEY]
    cases = ET.fromstring(written["junit.xml"]).iter("testcase")  # noqa: S314 - of our own making
    assert [case.get("name") for case in cases if case.find("failure") is not None] == [f"{KEY}:media-type"]
    for name in ("report.html", "summary.md"):
        assert f"{KEY}:media-type" in written[name]
        assert f"POST {PATHS[BALANCE]}" in written[name]


def test_a_known_fault_belongs_to_its_operation(contract: Contract, tmp_path: Path) -> None:
    """A line of the known-failing file with an operation's name leaves the same clause of another operation alone."""
    path = tmp_path / "known"
    path.write_text(f"{KEY}:media-type  # until the proxy is replaced\n", "utf-8")
    entries = known_failing.load(path, contract)
    assert entries[0].matches((f"{KEY}:media-type", ""))
    assert not entries[0].matches(("media-type", ""))
    path.write_text(f"{KEY}:account-ids-filter\n", "utf-8")
    with pytest.raises(SettingsError, match="no clause 'webhookKeyFetch:account-ids-filter'"):
        known_failing.load(path, contract)


def test_an_operation_without_json_is_left_alone(tmp_path: Path) -> None:
    """An operation that takes no JSON object is not asked for, and the report says why."""
    document = additional_operations.added([PATHS[LINK]])
    del document["paths"][PATHS[LINK]]["post"]["requestBody"]
    contract = Contract.load(additional_operations.write(document, tmp_path / "openapi.yaml"))
    outcome = judged(create_app(), contract, operations=(LINK,))
    assert "takes no JSON object" in Report.of(outcome).additional[0].told
    assert not sent(outcome, PATHS[LINK])


def test_credentials_go_where_an_operation_takes_them(contract: Contract, tmp_path: Path) -> None:
    """An operation whose request has no credentials is asked for with credentials in the headers alone."""
    assert operations.modes(contract.operation(KEY), ("header", "body")) == ("header", "body")
    document = additional_operations.added()
    for name in ("client_id", "secret"):
        del document["components"]["schemas"]["WebhookKeyFetchRequest"]["properties"][name]
    changed = Contract.load(additional_operations.write(document, tmp_path / "openapi.yaml"))
    assert operations.modes(changed.operation(KEY), ("header", "body")) == ("header",)
    assert operations.modes(changed.operation(KEY), ("body",)) == ("header",)
