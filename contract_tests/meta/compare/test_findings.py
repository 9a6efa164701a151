"""Edits of the contract, each with what it means, for whom, and the sentence for the changelog."""

from pathlib import Path
from unittest.mock import Mock

import attrs
import pytest

from compare import behaviour, body_findings, clients, comparison, document_findings, redocly, verdict
from compare.behaviour import Behaviour, Incompatibility
from compare.body_findings import Occurrence
from compare.differences import Difference, Kind
from compare.revisions import Revision
from compare.verdict import Finding, Level, Verdict, major, minor
from meta.compare.edits import CURRENT, KINDS, Meaning, edited, meanings
from plaid_accounts_contract.generation.bodies import Variant

KEY = ("post", "/accounts/get")


def _meanings(done: Verdict) -> dict[str, Meaning]:
    """Return by sentence: section, level for a service, level for a server author, what a service meets."""
    return {
        finding.sentence: (
            finding.section, finding.service.level.word, finding.server.level.word, finding.service.text.split(":")[0]
        )
        for finding in done.findings
    }  # fmt: skip


def test_what_breaks_nobody_is_minor(tmp_path: Path) -> None:
    """New values, properties, options, errors and requirements are minor: pinned clients were given them and read them."""
    done = comparison.compare(CURRENT, edited(tmp_path, *KINDS["minor"]))
    assert done.level == Level.MINOR
    assert _meanings(done) == meanings("minor")


def test_what_breaks_somebody_is_major(tmp_path: Path) -> None:
    """Each way to break a client, or the code around it, is major, with what was seen."""
    done = comparison.compare(CURRENT, edited(tmp_path, *KINDS["major"]))
    assert done.level == Level.MAJOR
    found = _meanings(done).items()
    assert {sentence: meaning for sentence, meaning in found if meaning[1] == "major"} == meanings("major")


def test_an_operation_that_moves_is_one_finding(tmp_path: Path) -> None:
    """An operation at another path is one change, and pinned clients still call the old path."""
    (finding,) = document_findings.findings(CURRENT, edited(tmp_path, "moved operation"), Behaviour())
    assert finding.sentence == "`POST /accounts/get` moved to `POST /accounts/list`."
    assert finding.service == major("pinned clients still call POST /accounts/get")
    assert finding.server == minor("must serve it there")


def test_scope_is_reported_by_operation(tmp_path: Path) -> None:
    """A requirement for one more operation, and an error code of fewer, are reported with the operations."""
    changed = edited(tmp_path, "wider requirement")
    found = {finding.sentence: finding.level for finding in document_findings.findings(CURRENT, changed, Behaviour())}
    code = "API_ERROR, status 500"
    assert found == {
        "The requirement `stable-answer` holds for `POST /link/token/create`.": Level.MINOR,
        f"The error code `INTERNAL_SERVER_ERROR` is {code}, of `accountsGet` only, no longer {code}.": Level.MINOR,
    }


def test_what_is_deprecated_is_minor(tmp_path: Path) -> None:
    """Deprecating an operation, a property or a value is minor, and needs an entry under Deprecated; ending it is a patch."""
    changed = edited(tmp_path, "deprecations")

    def found(old: Revision, new: Revision) -> list[Finding]:
        kinds = (body_findings, document_findings)
        return [finding for kind in kinds for finding in kind.findings(old, new, Behaviour())]

    findings = found(CURRENT, changed)
    assert {finding.sentence: finding.section for finding in findings} == dict.fromkeys(
        [
            "`Account.official_name` is deprecated.", "`AccountsGetRequest.options` is deprecated.",
            "`AccountType`: the value `brokerage` is deprecated.", "`POST /accounts/get`.",
        ], "Deprecated",
    )  # fmt: skip
    assert {finding.level for finding in findings} == {Level.MINOR}
    changelog = tmp_path / "CHANGELOG.md"
    for section, absent in (("Added", 4), ("Deprecated", 0)):
        text = f"### {section}\n- `official_name`, `options`, `brokerage`, `/accounts/get`\n"
        changelog.write_text(f"## Unreleased\n\n{text}\n## [0.1.0]\n", "utf-8")
        assert len(verdict.missing(findings, changelog, "0.1.0")) == absent
    assert {(finding.level, finding.section) for finding in found(changed, CURRENT)} == {(Level.PATCH, "Changed")}


def test_a_removed_webhook_takes_its_model(tmp_path: Path) -> None:
    """A webhook that is removed takes its model with it."""
    found = document_findings.findings(CURRENT, edited(tmp_path, "no webhook"), Behaviour())
    (finding,) = (finding for finding in found if finding.section == "Removed")
    assert finding.sentence == "The webhook `newAccountsAvailable`."
    assert finding.service.level == Level.MAJOR
    assert finding.classes[0] == "NewAccountsAvailableWebhook"


def test_descriptions_are_a_patch(tmp_path: Path) -> None:
    """Descriptions that change are a patch, reported once."""
    reworded = edited(tmp_path, "new description")
    (finding,) = body_findings.findings(CURRENT, reworded, Behaviour())
    assert (finding.level, finding.sentence) == (Level.PATCH, "The description of `Account.name`.")
    assert list(document_findings.findings(CURRENT, reworded, Behaviour())) == []


def test_what_is_unchanged_is_not_tried(tmp_path: Path) -> None:
    """For clients that were made alike, an endpoint that is the same in both contracts is not tried."""
    changed = edited(tmp_path, "new environment of webhooks")
    seen = behaviour.observe(CURRENT, attrs.evolve(changed, package=CURRENT.folder))
    assert (seen.unchanged, seen.requests) == (4, 0)
    assert seen.responses > 0


def test_clients_made_alike(tmp_path: Path) -> None:
    """Clients are made alike only if both name the same templates and tools."""
    assert not clients.made_alike(CURRENT.folder, tmp_path)
    record = (CURRENT.folder / "provenance.json").read_text("utf-8")
    for text, alike in ((record, True), (record.replace("model.py.jinja", "other.py.jinja"), False)):
        (tmp_path / "provenance.json").write_text(text, "utf-8")
        assert clients.made_alike(CURRENT.folder, tmp_path) is alike


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        ("new value", "no response could be made with value 'telepathy'"),
        ("few ids", "no request shows whether one of a pinned client is rejected"),
    ],
)
def test_what_was_not_tried_is_major(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: str, reason: str) -> None:
    """A new value, or what excludes requests, breaks nobody only if a client was given it, or some of those were tried."""
    monkeypatch.setattr(Revision, "variants", Mock(return_value=()))
    (finding,) = body_findings.findings(CURRENT, edited(tmp_path, edit), Behaviour())
    assert finding.service == major(f"not observed: {reason}")


def test_what_only_redocly_finds() -> None:
    """A change that only redocly finds is reported with its rating."""
    pointer = "#/components/schemas/Item/x"
    body = "paths//accounts~1get/post/responses/200/content/application~1json/schema/properties/item"
    rating = {"impact": "major", "ruleId": "a-rule", "message": "Changed.", "location": {"pointer": pointer}}
    in_body, elsewhere = {**rating, "path": body}, {**rating, "path": "info"}
    (finding,) = redocly.unseen([in_body], CURRENT, {("accounts",)}, [])
    assert (finding.level, finding.place) == (Level.MAJOR, f"openapi.yaml {pointer}")
    assert not [*redocly.unseen([in_body], CURRENT, {("item", "item_id")}, [])]
    assert [*redocly.unseen([elsewhere], CURRENT, (), [])]
    assert not [*redocly.unseen([elsewhere], CURRENT, (), [finding])]


def test_what_explains_a_rejection() -> None:
    """Null is explained by null alone, a missing value by what is required, another type by neither."""

    def explains(kind: Kind, found: str, status: str = "200") -> bool:
        entry = Incompatibility(KEY, status, (), "", Variant((), "", None), found)
        difference = Difference(kind=kind, place=(), old=None, new=None)
        return Occurrence(KEY, "200", difference).explains(entry)

    assert explains("nullable", "null")
    assert not explains("nullable", "nothing")
    assert not explains("required", "null")
    assert explains("type", "a string")
    assert not explains("text", "a string")
    assert not explains("type", "a string", status="400")
