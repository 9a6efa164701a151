"""Replay: the failing requests of a report come back byte for byte, with the secrets of the present run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from meta.tampering import CONTRACT, Answer, outcome_of, unchanged
from plaid_accounts_contract import reports
from plaid_accounts_contract.checks.baseline import TestData
from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.redaction.redactor import Redactor
from plaid_accounts_contract.redaction.request_templates import request_of, template_of
from plaid_accounts_contract.runner import replay
from plaid_accounts_contract.runner.verdict import Outcome
from plaid_accounts_contract.settings import SettingsError
from plaid_accounts_contract.wire.exchange import Request


def same_request_id(answer: Answer) -> None:
    """Give the answers to one kind of request the request_id of an answer before."""
    value = answer.value
    if b"extra" in answer.request_body or b"options" in answer.request_body:
        value["request_id"] = "AAAAAAAAAAAAAAA"
    answer.value = value


def in_teapots(answer: Answer) -> None:
    """Answer every refusal with a status that the contract does not list."""
    answer.status = 418 if answer.status == 400 else answer.status


@pytest.fixture(scope="module")
def failed() -> Outcome:
    """A run with faults in header and body mode, in near misses of every kind and in a body that is no UTF-8."""
    return outcome_of(in_teapots)


def written(outcome: Outcome, folder: Path) -> Path:
    """The report.json of an outcome."""
    reports.write(outcome, folder)
    return folder / "report.json"


def failing_requests(outcome: Outcome) -> list[Request]:
    """The requests of the exchanges that broke a clause, each once."""
    groups = outcome.run.results.groups.values()
    numbers = sorted(set().union(*(group.exchanges for group in groups)))
    return list(dict.fromkeys(outcome.run.exchanges[number - 1].request for number in numbers))


def test_the_failing_requests_come_back(failed: Outcome, tmp_path: Path) -> None:
    """With the same secrets, every failing request is restored as it was sent, and no other."""
    expected = failing_requests(failed)
    assert len(expected) > 10
    assert replay.load(written(failed, tmp_path), failed.run.settings, failed.run.test_data) == expected


def test_present_secrets_take_the_place_of_the_old_ones(failed: Outcome, tmp_path: Path) -> None:
    """With other secrets, the requests hold those, in the same form: whole, in part, and in another case."""
    run = failed.run
    settings = attrs.evolve(run.settings, client_id="other-client-0", secret="other-secret-7x9q2m4k8v")
    test_data = TestData(settings.client_id, settings.secret, run.test_data.items, run.test_data.failing)
    restored = replay.load(written(failed, tmp_path), settings, test_data)
    sent = {request.header("plaid-secret") for request in restored} - {None}
    assert sent == {settings.secret[:-1], settings.secret[1:], settings.secret}
    assert run.test_data.secret not in repr([(request.headers, request.body) for request in restored])


def test_a_request_id_given_twice_brings_its_first_exchange(tmp_path: Path) -> None:
    """What takes two exchanges to show is replayed with both."""
    outcome = outcome_of(same_request_id)
    assert [group.example.clause for group in outcome.run.results.violations()] == ["request-id-unique"]
    restored = replay.load(written(outcome, tmp_path), outcome.run.settings, outcome.run.test_data)
    first = next(exchange for exchange in outcome.run.exchanges if exchange.json["request_id"] == "A" * 15)
    assert restored[0] == first.request
    assert len(restored) == len(failing_requests(outcome)) + 1


def test_a_report_without_faults_has_nothing_to_replay(tmp_path: Path) -> None:
    """A passing report is refused with a reason."""
    outcome = outcome_of(unchanged)
    with pytest.raises(SettingsError, match="no failing exchange"):
        replay.load(written(outcome, tmp_path), outcome.run.settings, outcome.run.test_data)


def test_a_value_that_is_not_known_now_is_named(failed: Outcome, tmp_path: Path) -> None:
    """A report that needs a token which the present run lacks is refused with the name of the token."""
    settings = attrs.evolve(failed.run.settings, error_tokens=())
    test_data = attrs.evolve(failed.run.test_data, failing={})
    with pytest.raises(SettingsError, match=r"needs <error token [A-Z_]+ 1>, which this run does not know"):
        replay.load(written(failed, tmp_path), settings, test_data)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot read .* as JSON"),
        ("[]", "is no report of this suite"),
        ('{"format": 99}', "has format 99"),
        ('{"format": 1}', "lists no failing requests"),
        ('{"format": 1, "failing": [{"method": "POST"}]}', "holds a request that cannot be read"),
        ('{"format": 1, "failing": [7]}', "holds a request that cannot be read"),
    ],
)
def test_a_file_that_is_no_report_is_refused(failed: Outcome, tmp_path: Path, content: str, message: str) -> None:
    """Anything that --report-dir did not write is refused with a reason, never with a traceback."""
    path = tmp_path / "report.json"
    path.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=message):
        replay.load(path, failed.run.settings, failed.run.test_data)


@pytest.mark.parametrize("place", ["mode", "encoding", "case", "form", "start"])
def test_a_template_that_was_tampered_with_is_refused(failed: Outcome, tmp_path: Path, place: str) -> None:
    """A value that no report holds is refused wherever it stands."""
    path = written(failed, tmp_path)
    report = json.loads(path.read_text("utf-8"))
    template = report["failing"][0]
    part = next(piece for piece in template["body"] if isinstance(piece, dict))["parts"][0]
    (template if place in template else part)[place] = "sideways"
    path.write_text(json.dumps(report), "utf-8")
    with pytest.raises(SettingsError, match="holds a request that cannot be read"):
        replay.load(path, failed.run.settings, failed.run.test_data)


def test_a_template_gives_any_request_back(failed: Outcome) -> None:
    """Text, bytes, near misses and escapes survive the way into JSON and back, without the secret on it."""
    run = failed.run
    redactor = Redactor.of(CONTRACT, run.settings, run.test_data)
    builder, token = RequestBuilder(run.test_data, run.operation), run.test_data.primary.access_token
    bodies = [b"", b"\0\xff" + token.encode(), "Zürich \U0001f3e6".encode(), b'{"a":"' + token.upper().encode() + b'"}',
              "".join(f"\\u{ord(character):04x}" for character in token).encode()]  # fmt: skip
    values = {hidden.name: hidden.value for hidden in redactor.hidden}
    for body in bodies:
        request = builder.raw("header", body, headers={"X-Odd": "caf\xe9"}, purpose="any")
        template: Any = json.loads(json.dumps(template_of(request, redactor)))
        assert request_of(template, values) == request
        assert redactor.leaks(json.dumps(template)) == []
