"""The same requests again: those of a seed, and the failing ones of a report with the values of the present run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from meta.injection import CONTRACT, Injection, MutableResponse, outcome_of
from plaid_accounts_contract import reports
from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.redaction.near_misses import near_misses
from plaid_accounts_contract.reference_server import reference_dataset, running
from plaid_accounts_contract.reports.report import Report
from plaid_accounts_contract.runner import replay
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.runner.runner import run_checks
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.settings import Settings, SettingsError
from plaid_accounts_contract.wire.exchange import Request

PROGRAM = """
import sys
sys.path.insert(0, ".")
for name in sys.argv[1:]:
    __import__(name)
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.runner.local_target import reference_server
from plaid_accounts_contract.runner.runner import run_checks
from plaid_accounts_contract.settings import Settings
with reference_server(Settings(seed=5, quick=True)) as ready:
    sent = [each.request for each in run_checks(ready, Contract.load()).run.exchanges]
print(*sorted(repr((one.method, one.path, one.headers, one.body, one.mode)) for one in sent), sep="\\n")
"""


def in_teapots(response: MutableResponse) -> None:
    """Give every rejection a status that the contract does not list."""
    response.status = 418 if response.status == 400 else response.status


def same_request_id(response: MutableResponse) -> None:
    """Give the responses to one kind of request the request_id of an earlier one."""
    value = response.value
    if b"extra" in response.request_body or b"options" in response.request_body:
        value["request_id"] = "AAAAAAAAAAAAAAA"
    response.value = value


@pytest.fixture(scope="module")
def everything() -> Outcome:
    """A complete run of the written tests, in which every refusal is a violation."""
    with running(Injection(in_teapots)) as server:
        settings = complete(Settings(), reference_dataset(), server.url)
        return run_checks(attrs.evolve(settings, examples=1, operations=("accountsGet",), modes=("body",)), CONTRACT)


@pytest.fixture(scope="module")
def failed() -> Outcome:
    """A short run with violations in header and body mode."""
    return outcome_of(in_teapots)


def written(outcome: Outcome, folder: Path) -> Path:
    """Write the reports of an outcome, and return the path of report.json."""
    reports.write(outcome, folder)
    return folder / "report.json"


def failing_requests(outcome: Outcome) -> list[Request]:
    """Return the requests of the exchanges that broke a clause, each once."""
    groups = outcome.run.results.groups.values()
    numbers = sorted(set().union(*(group.exchanges for group in groups)))
    return list(dict.fromkeys(outcome.run.exchanges[number - 1].request for number in numbers))


@pytest.mark.slow
def test_all_that_the_suite_sends_comes_back(everything: Outcome, tmp_path: Path) -> None:
    """Every refused request of a run is restored as it was sent: near misses, bytes that are not UTF-8 and UTF-16 too."""
    expected = failing_requests(everything)
    assert len(expected) > 400
    assert replay.load(written(everything, tmp_path), everything.run.settings, everything.run.test_data) == expected


@pytest.mark.slow
def test_all_that_the_suite_sends_is_shown_by_name(everything: Outcome) -> None:
    """No eight characters of a credential are in a report of every refused request, near misses included."""
    report = Report.of(everything, 1.0)
    text = reports.render(report)["report.json"].lower()
    for entry in report.redactor.values:
        # The head of a token and words such as invalid-api-keys are public.
        value = entry.value.lower().removeprefix("access-sandbox-")
        parts = {value[at : at + 8] for at in range(len(value) - 7)}
        assert not [part for part in parts if not part.replace("-", "").isalpha() and part in text], entry.name
    for name in ("client_id", "secret", "access_token", "account 1"):
        value = next(entry.value for entry in report.redactor.values if entry.name == name)
        assert all(f'"{name} {how}"' in text for how in near_misses(value)), name


def test_values_of_this_run_replace_those_of_the_report(failed: Outcome, tmp_path: Path) -> None:
    """With other credentials, the requests contain those, and near misses made from them."""
    run = failed.run
    settings = attrs.evolve(run.settings, client_id="other-client-0", secret="other-secret-7x9q2m4k8v")
    test_data = TestData(settings.client_id, settings.secret, run.test_data.items, run.test_data.failing)
    restored = replay.load(written(failed, tmp_path), settings, test_data)
    sent = {request.header("plaid-secret") for request in restored} - {None}
    assert sent == {settings.secret[:-1], settings.secret[1:], settings.secret, settings.other_secret}
    assert run.test_data.secret not in repr([(request.headers, request.body) for request in restored])


def test_a_repeated_request_id_brings_its_first_exchange(tmp_path: Path) -> None:
    """A violation that takes two exchanges is replayed with both."""
    outcome = outcome_of(same_request_id)
    assert [group.example.clause for group in outcome.run.results.violations()] == ["request-id-unique"]
    restored = replay.load(written(outcome, tmp_path), outcome.run.settings, outcome.run.test_data)
    first = next(exchange for exchange in outcome.run.exchanges if exchange.json["request_id"] == "A" * 15)
    assert restored[0] == first.request
    assert len(restored) == len(failing_requests(outcome)) + 1


def test_a_missing_value_is_named(failed: Outcome, tmp_path: Path) -> None:
    """A report that needs a token which the present run lacks is refused with the name of the token."""
    settings = attrs.evolve(failed.run.settings, error_tokens=())
    test_data = attrs.evolve(failed.run.test_data, failing={})
    with pytest.raises(SettingsError, match=r"needs <error token [A-Z_]+ 1>, which this run does not have"):
        replay.load(written(failed, tmp_path), settings, test_data)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot read .* as JSON"),
        ("[]", "is not a report of this suite"),
        ('{"format": 99}', "has format 99"),
        ('{"format": 1}', "lists no failing requests"),
        ('{"format": 1, "failing": []}', "has no failing exchange to resend"),
        ('{"format": 1, "failing": [{"method": "POST"}]}', "contains a request that cannot be read"),
        ('{"format": 1, "failing": [7]}', "contains a request that cannot be read"),
        ({"mode": "sideways"}, "cannot be read"),
        ({"encoding": "sideways"}, "cannot be read"),
        ({"body": [{"value": "secret", "parts": []}]}, "cannot be read"),
        ({"body": [{"value": "secret", "form": "within base64"}]}, "needs <secret, within base64>"),
    ],
)
def test_another_file_is_refused(
    failed: Outcome, tmp_path: Path, content: str | dict[str, object], message: str
) -> None:
    """A file without violations, one that --report-dir did not write, or whose first request was edited, is refused with a reason."""
    path = written(failed, tmp_path)
    if not isinstance(content, str):
        report = json.loads(path.read_text("utf-8"))
        report["failing"][0] |= content
        content = json.dumps(report)
    path.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=message):
        replay.load(path, failed.run.settings, failed.run.test_data)


@pytest.mark.slow
def test_requests_are_the_same_in_every_process(tmp_path: Path) -> None:
    """Neither another hash seed nor a module full of constants changes a request."""
    (tmp_path / "constants.py").write_text("\n".join(f"C{number} = 'constant {number}'" for number in range(500)))
    sent: list[list[str]] = []
    for seed, imported in (("1", []), ("2", ["constants", "plaid_accounts_contract.client.bodies"])):
        command, environment = [sys.executable, "-c", PROGRAM, *imported], {**os.environ, "PYTHONHASHSEED": seed}
        ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        sent.append(ran.stdout.splitlines())
    assert len(sent[0]) > 700
    assert [*set(sent[0]) ^ set(sent[1])] == []
    assert sent[0] == sent[1]
