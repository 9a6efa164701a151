"""Operations that the suite has no code for are checked from the contract alone, and have sections of their own in reports."""

import copy
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import attrs
import jsonschema_rs
import pytest
import yaml
from starlette.types import ASGIApp

from meta import additional_operations
from meta.additional_operations import BALANCE, KEY, LINK, PATHS
from meta.injection import Injection, MutableResponse
from meta.repository.checkout import ROOT
from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server import create_app, reference_dataset, running
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
# Prints what each call sent and returned.
CALLS = """
import sys, warnings, httpx, plaid_accounts
from plaid_accounts.models import NumbersACH
warnings.simplefilter("error")
sent = []
http = httpx.Client(event_hooks={"request": [sent.append]})
client = plaid_accounts.Client(base_url=sys.argv[1], http_client=http)

def show(result):
    request = sent[-1]
    keys = [name for name in request.headers if name.startswith("plaid-")]
    print(request.method, request.url.raw_path.decode(), request.headers["accept"], len(keys), request.content, result)

with warnings.catch_warnings(record=True, action="always") as caught:
    tree = client.categories_get()
show((type(tree).__name__, type(tree.since).__name__, tree.children, str(caught[0].message), caught[0].filename))
show(client.institution_logo_get(institution_id="a b", size=1))
show(client.institution_logo_get(institution_id="ins_1"))
show(client.numbers_list(cursor="c") == [NumbersACH(account="account", routing="routing")])
http.close()
print(client.categories_get.__deprecated__, (client.categories_get.__doc__ or "")[:11])
"""
SENT = """\
POST /categories/get application/json 0 b'' ('CategoryTree', 'date', [], 'categories_get is deprecated', '<string>')
GET /institutions/a%20b/logo?size=1 application/json, image/png 2 b'' b'institutionLogoGet'
GET /institutions/ins_1/logo application/json, image/png 2 b'' b'institutionLogoGet'
GET /numbers/list?cursor=c application/json 2 b'' True
categories_get is deprecated Deprecated.
"""


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """The contract with three additional operations."""
    return additional_operations.load(additional_operations.added(), tmp_path_factory.mktemp("contract"))


def outcome_of_run(app: ASGIApp, contract: Contract, **changes: Any) -> Outcome:
    """Return the outcome of a quick run against an application."""
    with running(app) as server:
        settings = attrs.evolve(complete(QUICK, reference_dataset(), server.url), **changes)
        return run_checks(settings, contract)


@pytest.fixture(scope="module")
def complete_server(contract: Contract) -> Outcome:
    """A run against a server that offers all of them."""
    return outcome_of_run(create_app(contract=contract.document), contract)


@pytest.fixture(scope="module")
def gateway(contract: Contract) -> Outcome:
    """A run against a server that offers /accounts/get alone."""
    return outcome_of_run(create_app(), contract)


def sent(outcome: Outcome, path: str) -> Counter[str]:
    """Return the number of requests to a path of each test."""
    return Counter(one.origin for one in outcome.run.exchanges if one.request.path.partition("?")[0] == path)


def clauses(outcome: Outcome) -> set[str]:
    """Return the violated clauses."""
    return {group.example.clause for group in outcome.run.results.violations()}


def test_the_reference_server_conforms_with_every_operation(complete_server: Outcome) -> None:
    """Generated responses pass, and each operation is observed with 200 and 400 in both modes."""
    assert (complete_server.verdict, clauses(complete_server), complete_server.reasons) == (Verdict.PASS, set(), ())
    for name, path in PATHS.items():
        asked = [one for one in complete_server.run.exchanges if one.request.path == path]
        assert {(one.request.mode, one.response.status) for one in asked} >= {
            (mode, status) for mode in ("header", "body") for status in (200, 400)
        }
        assert complete_server.run.results.observed[f"{name}:schema-200"]
        assert complete_server.run.results.observed[f"{name}:credentials-checked"]
        assert complete_server.run.results.observed[f"{name}:request-id-unique"]


def test_the_primary_operation_is_checked_as_before(complete_server: Outcome, gateway: Outcome) -> None:
    """Additional operations change neither the requests to the primary one nor its results."""
    alone = outcome_of_run(create_app(), Contract.load(), operations=("accountsGet",))
    assert sent(complete_server, "/accounts/get") == sent(gateway, "/accounts/get") == sent(alone, "/accounts/get")
    assert set(alone.run.results.observed) == {name for name in complete_server.run.results.observed if ":" not in name}


def test_what_a_server_does_not_offer_fails_nothing(gateway: Outcome) -> None:
    """A server without the additional operations passes after one request to each, and the report says so."""
    assert (gateway.verdict, clauses(gateway)) == (Verdict.PASS, set())
    assert [sent(gateway, path).total() for path in PATHS.values()] == [1, 1, 1]
    for section in Report.of(gateway).additional:
        assert section.summary == "not observed: the server does not offer it (status 404)"
        assert {row.verdict for row in section.rows} == {Verdict.NOT_OBSERVED}


def test_an_operation_that_is_named_has_to_be_offered(contract: Contract) -> None:
    """An operation that --operations names and the server does not offer fails the run after one request."""
    outcome = outcome_of_run(create_app(), contract, operations=(BALANCE,))
    assert outcome.verdict is Verdict.FAIL
    assert clauses(outcome) >= {f"{BALANCE}:status-documented", f"{BALANCE}:valid-requests-accepted"}
    assert sent(outcome, PATHS[BALANCE]).total() == 1
    assert [section.operation.id for section in Report.of(outcome).additional] == [BALANCE]
    assert not sent(outcome, PATHS[LINK])


def test_one_operation_may_be_checked_alone(contract: Contract) -> None:
    """With one additional operation named, the preflight alone requests accounts."""
    outcome = outcome_of_run(create_app(contract=contract.document), contract, operations=(KEY,))
    assert (outcome.verdict, outcome.reasons) == (Verdict.PASS, ())
    assert set(sent(outcome, "/accounts/get")) == {"preflight"}
    assert sent(outcome, PATHS[KEY]).total() > 20


def test_an_operation_that_is_not_in_the_contract_is_refused(contract: Contract) -> None:
    """An unknown name is an error that suggests the nearest one."""
    with pytest.raises(SettingsError, match="no operation 'accountBalanceGet'; did you mean accountsBalancePeek"):
        outcome_of_run(create_app(), contract, operations=("accountBalanceGet",))


def _without_media_type(response: MutableResponse) -> None:
    if response.path == PATHS[KEY]:
        response.headers = [(name, b"x/y" if name == b"content-type" else value) for name, value in response.headers]


def test_reports_name_the_operation(contract: Contract) -> None:
    """Terminal, HTML, JSON, JUnit and summary name the operation of a violated clause."""
    app = Injection(_without_media_type, create_app(contract=contract.document))
    report = Report.of(outcome_of_run(app, contract, operations=(BALANCE, KEY)))
    written = render(report)
    record = json.loads(written["report.json"])
    jsonschema_rs.validate(json.loads(record_of.SCHEMA.read_text("utf-8")), record)
    assert [entry["operation"] for entry in record["operations"]] == [BALANCE, KEY]
    (violated,) = (row for row in record["clauses"] if row["verdict"] == "fail")
    assert (violated["id"], violated["operation"]) == (f"{KEY}:media-type", KEY)
    cases = ET.fromstring(written["junit.xml"]).iter("testcase")  # noqa: S314 - of our own making
    assert [case.get("name") for case in cases if case.find("failure") is not None] == [f"{KEY}:media-type"]
    for name in ("report.html", "summary.md"):
        assert f"{KEY}:media-type" in written[name]
        assert f"POST {PATHS[BALANCE]}" in written[name]


def test_a_known_violation_belongs_to_its_operation(contract: Contract, tmp_path: Path) -> None:
    """A line of the known-failing file covers the clause of the named operation alone."""
    path = tmp_path / "known"
    path.write_text(f"{KEY}:media-type  # until the proxy is replaced\n", "utf-8")
    settings = Settings(known_failing=str(path))
    entries = known_failing.load(settings, contract)
    assert entries[0].matches((f"{KEY}:media-type", ""))
    assert not entries[0].matches(("media-type", ""))
    path.write_text(f"{KEY}:account-ids-filter\n", "utf-8")
    with pytest.raises(SettingsError, match="no clause 'webhookKeyFetch:account-ids-filter'"):
        known_failing.load(settings, contract)


@pytest.mark.parametrize("body", [None, {"content": {"text/csv": {"schema": {"type": "string"}}}}], ids=["none", "csv"])
def test_an_operation_is_checked_unless_it_takes_another_media_type(tmp_path: Path, body: Any) -> None:
    """An operation without a body and without keys is checked like any other; one that takes no JSON is left out, with the reason."""
    document = additional_operations.added([LINK])
    document["paths"][PATHS[LINK]]["post"] |= {"requestBody": body, "security": []}
    if body is None:
        del document["paths"][PATHS[LINK]]["post"]["requestBody"]
    contract = additional_operations.load(document, tmp_path)
    outcome = outcome_of_run(create_app(contract=document), contract, operations=(LINK,))
    summary = Report.of(outcome).additional[0].summary
    requests = [one.request for one in outcome.run.exchanges if one.request.path == PATHS[LINK]]
    if body is None:
        assert outcome.verdict == Verdict.PASS, summary
        assert {request.body for request in requests} == {b""}
    else:
        assert "takes no JSON" in summary
        assert requests == []


def test_credentials_go_where_an_operation_takes_them(contract: Contract, tmp_path: Path) -> None:
    """An operation without credentials in its request body is tested with credentials in headers alone."""
    assert operations.modes(contract.operation(KEY), ("header", "body")) == ("header", "body")
    document = additional_operations.added()
    for name in ("client_id", "secret"):
        del document["components"]["schemas"]["WebhookVerificationKeyGetRequest"]["properties"][name]
    changed = additional_operations.load(document, tmp_path)
    assert operations.modes(changed.operation(KEY), ("header", "body")) == ("header",)
    assert operations.modes(changed.operation(KEY), ("body",)) == ("header",)


@pytest.fixture(scope="module")
def unusual(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """The contract with operations unlike its own."""
    document = copy.deepcopy(dict(Contract.load().document))
    added = yaml.safe_load(Path(__file__).with_name("any_operation.yaml").read_text("utf-8"))
    document["paths"] |= added["paths"]
    document["components"]["schemas"] |= added["components"]["schemas"]
    return additional_operations.load(document, tmp_path_factory.mktemp("any"))


def test_the_client_calls_unusual_operations(unusual: Contract, tmp_path: Path) -> None:
    """The client sends what each operation takes, and returns an object, a list or bytes; what is deprecated warns."""
    command = [sys.executable, str(ROOT / "openapi/codegen/generate.py")]
    subprocess.run([*command, "--contract", str(unusual.path), "--output", str(tmp_path / "generated")], check=True)
    keys = reference_dataset().credentials
    environment = {
        "PYTHONPATH": str(tmp_path / "generated"), "PLAID_CLIENT_ID": keys.client_id, "PLAID_SECRET": keys.secret
    }  # fmt: skip
    with running(create_app(contract=unusual.document)) as server:
        command = [sys.executable, "-c", CALLS, server.url]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (SENT, "")


@pytest.mark.parametrize("operation", ["categoriesGet", "institutionLogoGet", "numbersList"])
def test_servers_are_checked_for_unusual_operations(unusual: Contract, operation: str) -> None:
    """The suite checks each operation, and the reference server conforms."""
    outcome = outcome_of_run(create_app(contract=unusual.document), unusual, operations=(operation,))
    assert outcome.verdict is Verdict.PASS, [*outcome.run.results.violations()]
    assert outcome.run.results.observed[f"{operation}:media-type"]
