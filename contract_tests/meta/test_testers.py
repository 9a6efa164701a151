"""The comparison with other testers is fair: the same knowledge for all, complaints read as they are, nobody dropped silently."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from benchmarks.testers import __main__ as command
from benchmarks.testers import document, dredd, node, prism, schemathesis_runs, selection, specmatic, suite
from benchmarks.testers.comparison import Comparison
from benchmarks.testers.observations import Observations
from benchmarks.testers.trial import CONFORMING, Observation, observe
from benchmarks.testers.workers import AGAIN, all_testers
from mutation.runner.catalogue import catalogue, variations
from mutation.server_faults import Fault
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server.data import reference_world
from plaid_accounts_contract.runner.local_target import complete, reference_server
from plaid_accounts_contract.settings import Settings
from plaid_accounts_contract.wire.exchange import Request

CONTRACT = Contract.load()
TESTERS = Path(dredd.__file__).parent
MASK = "200:accounts[].mask:left-out"

XUNIT = """<testsuite name="Dredd Tests" tests="2" failures="1" errors="0" skip="0" time="0.5">
<testcase name="Item 1" time="0.193"><failure><![CDATA[Message:
body: At '/accounts/0/balances/available' Missing required property: available
body: At '/accounts/1/balances/available' Missing required property: available

Request:
method: POST
body: \x07
]]></failure></testcase>
<testcase name="Item 2" time="0.05"/>
</testsuite>"""
JUNIT = """<testsuite name="Contract Tests" tests="2" failures="1">
<testcase name="contractTest() &gt; +ve  Scenario: POST /accounts/get -&gt; 200 with the request" classname="x" time="0.04">
<failure type="java.lang.AssertionError" message="Testing scenario&#10;API: POST /accounts/get -&gt; 200&#10;&#10;
  &gt;&gt; RESPONSE.BODY.accounts[0].balances.available&#10;&#10;      R2001: Missing required property&#10;
  &gt;&gt; RESPONSE.BODY.accounts[1].balances.available&#10;&#10;      R2001: Missing required property&#10;"/>
</testcase>
<testcase name="contractTest() &gt; -ve  Scenario: POST /accounts/get -&gt; 4xx with the request" classname="x" time="0.04"/>
</testsuite>"""
VIOLATIONS = json.dumps(
    [
        {"location": ["response", "body", "accounts", str(number), "balances"], "severity": "Error", "code": "required",
         "message": f"Response body property accounts.{number}.balances must have required property 'available'"}
        for number in range(2)
    ]
)  # fmt: skip
SCHEMATHESIS = {
    "failures": [
        {"type": "JsonSchemaError", "code": "ST108", "title": "Response violates schema", "severity": "high", "count": 3,
         "operations": ["POST /accounts/get"]},
    ],
    "errors": [{"title": "Network Error"}],
}  # fmt: skip


@cache
def faults() -> Mapping[str, Fault]:
    """Return every fault, derived once."""
    return catalogue(CONTRACT)


def known() -> Settings:
    """Return what testers are told of the reference server, at no address."""
    return document.told(CONTRACT, complete(Settings(), reference_world(), ""))


def test_document_is_one_operation() -> None:
    """The document for other testers has one operation, and of the components those alone that it leads to."""
    sliced = document.accounts_get(CONTRACT)
    assert [*sliced["paths"]] == [document.PATH]
    assert [*sliced["paths"][document.PATH]] == ["post"]
    text = json.dumps(sliced)
    listed = {
        f"#/components/{section}/{name}"
        for section, entries in sliced["components"].items()
        for name in entries
        if section != "securitySchemes"
    }
    assert {reference for reference in listed if f'"$ref": "{reference}"' not in text} == set()


@pytest.mark.parametrize("mode", ["header", "body"])
def test_narrowed_requests_are_valid(mode: document.Mode) -> None:
    """What the narrowed document allows is a valid request with real credentials: its example is answered with 200."""
    with reference_server(Settings()) as settings:
        narrowed = document.narrowed(CONTRACT, settings, mode)
        operation = narrowed["paths"][document.PATH]["post"]
        (example,) = operation["requestBody"]["content"]["application/json"]["examples"].values()
        sent = {parameter["name"]: parameter["example"] for parameter in operation["parameters"]}
        answer = httpx.post(settings.base_url + document.PATH, json=example["value"], headers=sent)
    assert answer.status_code == 200
    schema = {**document.request_schema(narrowed), "components": narrowed["components"]}
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert validator.is_valid(example["value"])
    assert not validator.is_valid({**example["value"], "access_token": "another"})


def test_cases_are_right() -> None:
    """Every case that Dredd is given is answered by the reference server with the status and the schema that it expects."""
    with reference_server(Settings()) as settings, httpx.Client(base_url=settings.base_url) as client:
        cases = dredd.cases(CONTRACT, document.told(CONTRACT, settings))
        answers = [client.post(document.PATH, json=case["body"], headers=case["headers"]) for case in cases]
    assert {int(case["status"]) for case in cases} == {200, 400, 429, 500, 503}
    wrong = [
        case["name"]
        for case, answer in zip(cases, answers, strict=True)
        if answer.status_code != case["status"]
        or not jsonschema_rs.Draft7Validator(case["schema"]).is_valid(answer.json())
    ]
    assert wrong == []


def test_specmatic_pairs_examples() -> None:
    """Each example of a request has one of a response under its name, since Specmatic leaves out what stands alone."""
    for mode in ("header", "body"):
        operation = specmatic.specification(CONTRACT, known(), mode)["paths"][document.PATH]["post"]
        components = specmatic.specification(CONTRACT, known(), mode)["components"]
        requests = set(operation["requestBody"]["content"]["application/json"]["examples"])
        responses = [operation["responses"]["200"], *components["responses"].values()]
        paired = [name for entry in responses for name in entry["content"]["application/json"].get("examples", ())]
        assert sorted(paired) == sorted(requests)


def test_tokens_are_examples() -> None:
    """The third run of Schemathesis has every token beside the first as an example that its schema allows."""
    specification = schemathesis_runs.tokens(CONTRACT, known())
    media = specification["paths"][document.PATH]["post"]["requestBody"]["content"]["application/json"]
    tokens = [entry["value"]["access_token"] for entry in media["examples"].values()]
    assert tokens == document.request_schema(specification)["properties"]["access_token"]["enum"]
    assert len(set(tokens)) == len(known().other_access_token) + len(known().error_tokens)


def test_complaints_of_dredd() -> None:
    """A failed case is told by its name and each message, without positions and without the exchange that follows."""
    path = "/accounts/*/balances/available"
    assert set(dredd.read(XUNIT)) == {f"Item 1: body: At '{path}' Missing required property: available"}


def test_complaints_of_specmatic() -> None:
    """A failed test is told by its kind, the status that it expects, the place and the rule."""
    place = "RESPONSE.BODY.accounts[].balances.available"
    assert set(specmatic.read(JUNIT)) == {f"+ve 200: {place} R2001: Missing required property"}


def test_complaints_of_prism() -> None:
    """A violation is told by status, place and message, without positions and names; so is Prism's own refusal."""
    place = "response.body.accounts.*.balances"
    said = "Response body property accounts.*.balances must have required property …"
    assert set(prism.read(200, VIOLATIONS, b"{}")) == {f"200 {place}: {said}"}
    assert [*prism.read(200, "Too many violations!", b"{}")] == ["200 : Too many violations!"]
    refusal = b'{"type":"https://stoplight.io/prism/errors#UPSTREAM_NOT_IMPLEMENTED","title":"no"}'
    assert [*prism.read(500, None, refusal)] == ["500 Prism: UPSTREAM_NOT_IMPLEMENTED"]


def test_complaints_of_schemathesis() -> None:
    """A failure is told by its title, code and operation, and an error that ended a phase by its title."""
    assert [*schemathesis_runs.read(SCHEMATHESIS)] == [
        "Response violates schema (ST108) POST /accounts/get",
        "error: Network Error",
    ]


def test_complaints_of_the_suite() -> None:
    """A fault in report.json is told by clause and path; a run that could not judge by its reasons."""
    report: dict[str, Any] = {
        "exit_code": 1, "reasons": ["told as faults"],
        "faults": [{"clause": "account-ids-unique", "path": f"accounts[{number}].account_id"} for number in range(2)],
    }  # fmt: skip
    assert set(suite.read(report)) == {"account-ids-unique accounts[].account_id"}
    unjudged = {"exit_code": 2, "reasons": ["no request was answered with 200"], "faults": []}
    assert [*suite.read(unjudged)] == ["not judged: no request was answered with 200"]


def test_prism_sees_what_it_can_read() -> None:
    """Requests that Prism leaves without an answer, whatever the server does, are not sent through it."""
    headers = (("Content-Type", "application/json"),)
    bodies = {
        "object": b"{}",
        "list": b"[]",
        "cut": b"{",
        "nan": b'{"a":NaN}',
        "mark": b"\xef\xbb\xbf{}",
        "latin": b'"\xe9"',
    }
    sent = [Request("POST", "/accounts/get", headers, body, name) for name, body in bodies.items()]
    sent += [Request("PUT", "/accounts/get", headers, b"{}"), Request("POST", "/accounts/get", (), b"{}")]
    assert [request.purpose for request in prism.readable(sent)] == ["object"]


def test_selection_has_every_class() -> None:
    """The fixed selection has a fault of each class, none that breaks nothing, and so many of each family."""
    known = {name: fault for name, fault in faults().items() if fault.endpoint == document.PATH}
    chosen = [known[name] for name in selection.fixed(known)]
    assert {fault.kind for fault in chosen} == {fault.kind for fault in known.values()}
    assert [fault.id for fault in chosen if fault.equivalent] == []
    for family, every in selection.EVERY.items():
        whole = [fault for fault in known.values() if selection.family_of(fault) == family and not fault.equivalent]
        part = [fault for fault in chosen if selection.family_of(fault) == family]
        assert -(-len(whole) // every) <= len(part) <= -(-len(whole) // every) + len({fault.kind for fault in whole})
    assert "all-at-once" in selection.controls(variations())


def comparison(**complaints: list[str]) -> Comparison:
    """Return a comparison of the suite and Dredd over one fault; names are `server_tester`, `usual` is the conforming one."""
    testers = [tester for tester in all_testers(CONTRACT, 1) if tester.name in ("plaid-accounts-contract", "Dredd")]
    names = {"suite": "plaid-accounts-contract", "dredd": "Dredd"}
    servers = {"usual": CONFORMING.id, "again": CONFORMING.id + AGAIN, "fault": MASK, "control": "gzip"}
    seen = {}
    for name, said in complaints.items():
        server, _, tester = name.partition("_")
        seen[servers[server], names[tester]] = Observation(servers[server], names[tester], tuple(said), 2.0, 1.0)
    return Comparison(testers, [faults()[MASK]], [variations()["gzip"]], seen, {"Prism, as proxy": "node not found"})


def test_usual_complaints_do_not_count() -> None:
    """What a tester also says of the conforming server, in either run, catches no fault and is no false alarm."""
    table = comparison(
        usual_dredd=["a"], again_dredd=["b"], fault_dredd=["a", "b"], control_dredd=["a"], fault_suite=["c"]
    )
    assert not table.catches(MASK, "Dredd")
    assert table.catches(MASK, "plaid-accounts-contract")
    rows = {row[0]: row[1:] for row in (*table.totals(), *table.costs())}
    assert rows["all"] == ("1", "1", "0")
    assert rows["complaints about the conforming server"] == ("", "0", "2")
    assert rows["false alarms on harmless variations"] == ("1", "0", "0")
    assert rows["CPU seconds a fault (median)"] == ("", "1.0", "1.0")


def test_what_only_others_catch_is_said() -> None:
    """A fault that the suite misses and another tester catches is named, and so are the testers left out."""
    table = comparison(fault_dredd=["a"], fault_suite=[])
    assert table.only_others() == [(MASK, ["Dredd"])]
    text = table.text()
    assert f"missed by plaid-accounts-contract, caught by Dredd: {MASK}" in text
    assert "left out: Prism, as proxy: node not found" in text


def test_documents_hold_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Markdown table and the JSON document say of the fault who caught it."""

    def version(package: str) -> str:
        return f"{package} 1.2.3"

    monkeypatch.setattr(node, "version", version)
    table = comparison(fault_dredd=["a"], fault_suite=["b"])
    assert "| all | 1 | 1 | 1 |" in table.markdown()
    assert table.document()["faults"][0]["caught_by"] == ["plaid-accounts-contract", "Dredd"]


def test_runs_are_taken_up(tmp_path: Path) -> None:
    """Observations are read back, half a line is not, and one without a result is made again."""
    kept = Observations.open(tmp_path, "key")
    kept.add(Observation("server", "Dredd", ("a",), 1.0, 2.0))
    kept.add(Observation("server", "Prism", broken="it does not listen"))
    with kept.path.open("a", encoding="utf-8") as file:
        file.write('{"server": "ser')
    again = Observations.open(tmp_path, "key")
    assert again.known == {("server", "Dredd"): Observation("server", "Dredd", ("a",), 1.0, 2.0)}
    assert Observations.open(tmp_path, "other").known == {}


def test_missing_testers_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A tester that is not installed says what is missing, and a run that has no other ends with that message."""
    monkeypatch.setattr(node, "HOME", tmp_path)
    reasons = {tester.name: tester.missing for tester in all_testers(CONTRACT, 1)}
    assert {name for name, reason in reasons.items() if not reason} == {
        "plaid-accounts-contract", "Schemathesis, narrowed", "Schemathesis, as it comes",
    }  # fmt: skip
    assert {name for name, reason in reasons.items() if reason} == {"Dredd", "Prism, as proxy", "Specmatic"}


def test_nothing_to_run_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no tester that was asked for is installed, the status is 2 and the message names each with its reason."""
    monkeypatch.setattr(node, "HOME", tmp_path)
    assert command.main(["--testers", "dredd", "--only", MASK, "--folder", str(tmp_path)]) == 2
    assert "nothing to run: Dredd: " in capsys.readouterr().err
    assert command.main(["--testers", "postman"]) == 2
    assert "there are plaid-accounts-contract, Schemathesis, narrowed" in capsys.readouterr().err


def test_observation_of_a_fault() -> None:
    """A tester's complaints about a server with a fault come with wall and processor time."""

    class Looking:
        name = "looking"
        configuration = version = missing = ""

        def complaints(self, url: str, known: Settings, folder: Path) -> list[str]:
            assert list(folder.iterdir()) == []
            sent = {"access_token": known.access_token}
            answer = httpx.post(url + document.PATH, json=sent, headers=document.headers(known)).json()
            return [] if "mask" in answer["accounts"][0] else ["no mask"]

    seen = observe(Looking(), "name", faults()[MASK])
    assert (seen.server, seen.tester, seen.complaints, seen.broken) == ("name", "looking", ("no mask",), "")
    assert observe(Looking(), "name", CONFORMING).complaints == ()
    assert seen.seconds > 0


def test_readme_says_how_each_is_set_up() -> None:
    """README.md gives each tester's configuration and the rule of the selection as they are in the code."""
    text = (TESTERS.parent / "README.md").read_text("utf-8")
    missing = [
        tester.name for tester in all_testers(CONTRACT, 1) if f"- **{tester.name}**: {tester.configuration}" not in text
    ]
    assert missing == []
    rule = "every {meaning}th of meaning, every {derived}th derived from the contract, every {rare}th rare one"
    assert rule.format_map(selection.EVERY) in text
    assert f"every {selection.SAMPLE}th of those" in text
    assert f"every {selection.VARIATION}th harmless variation" in text


def test_testers_are_locked() -> None:
    """Each Node package is one exact version with a hash and without the address that it came from."""
    asked = json.loads((TESTERS / "package.json").read_bytes())["devDependencies"]
    packages = json.loads((TESTERS / "package-lock.json").read_bytes())["packages"]
    assert packages.pop("")["devDependencies"] == asked
    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked} == asked
    # What another package brings along is part of that package's hash.
    fetched = {name: entry for name, entry in packages.items() if not entry.get("inBundle")}
    assert [name for name, entry in fetched.items() if not entry["integrity"].startswith("sha512-")] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
