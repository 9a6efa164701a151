"""Edits of the project's contract, each with what it means, for whom, and the sentence for the changelog."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from compare import behaviour, clients, judgement, surroundings
from compare.behaviour import Behaviour
from compare.comparison import Comparison
from compare.editions import Edition
from compare.findings import Impact, Level
from meta.compare import edits
from meta.compare.conftest import Compare
from meta.compare.edits import edited

Meaning = tuple[str, str, str, str]


def _meanings(done: Comparison) -> dict[str, Meaning]:
    """What is said, by sentence: section, level for a service, level for a server author, what a service meets."""
    return {
        finding.sentence: (
            finding.section, finding.service.level.word, finding.server.level.word, finding.service.text.split(":")[0]
        )
        for finding in done.findings
    }  # fmt: skip


def test_what_breaks_nobody_is_minor(compare_with: Compare) -> None:
    """New values, properties, options, errors and requirements are minor: pinned clients were given them and read them."""
    done = compare_with(
        edits.a_new_value, edits.a_new_property, edits.a_new_option, edits.a_new_error, edits.a_new_requirement,
        edits.another_operation, edits.another_webhook, edits.a_new_value_of_webhooks,
    )  # fmt: skip
    assert done.level == Level.MINOR
    assert _meanings(done) == {
        "`Product`: the value `telepathy`.": ("Added", "minor", "patch", "pinned clients keep it as it came, seen in 4 responses"),
        "`Account.nickname`, a string or null; it may be left out.": (
            "Added", "minor", "patch", "a new attribute; pinned clients keep it among the additional properties"
        ),
        "`AccountsGetRequestOptions.with_closed` of requests, a boolean; it may be left out.": (
            "Added", "minor", "minor", "a new argument; requests without it are right"
        ),
        "The error code `OUT_OF_PAPER` (API_ERROR, status 500).": (
            "Added", "minor", "patch", "a further reason; pinned clients raise the class of its error_type"
        ),
        "The requirement `polite` (MUST): An error is polite.": ("Added", "none", "minor", ""),
        "`POST /accounts/list`.": ("Added", "minor", "minor", "a new method"),
        "The webhook `pendingDisconnect`.": (
            "Added", "minor", "patch",
            "a new model; pinned clients raise WebhookUnlistedError for it, which has the whole body",
        ),
        "`WebhookEnvironment`: the value `moon`.": (
            "Added", "minor", "patch", "pinned clients keep it as it came, seen in 1 response"
        ),
    }  # fmt: skip


def test_what_breaks_somebody_is_major(compare_with: Compare) -> None:
    """Each way to break a client, or the code around it, is major, and says how it was seen."""
    done = compare_with(
        edits.a_name_that_may_be_null, edits.a_webhook_that_is_never_null, edits.a_property_less,
        edits.a_required_property_less, edits.a_score_in_words, edits.a_value_less, edits.a_request_that_needs_more,
        edits.an_environment_less, edits.a_user_that_may_be_null, edits.an_environment_that_is_always_told,
        edits.another_name_of_a_component,
    )  # fmt: skip
    refused, late = "pinned clients refuse it", "a new client refuses servers that have not changed yet"
    expected = {
        "`Account.name` may be null.": ("Changed", "major", "patch", refused),
        "`Item.webhook` is never null.": ("Changed", "major", "minor", late),
        "`Account.apy`.": (
            "Removed", "major", "patch", "the model has no such attribute any more; pinned clients read what comes"
        ),
        "`Item.update_type`.": ("Removed", "major", "patch", refused),
        "`AccountVerificationInsights.name_match_score` is a string, no longer an integer or null.": (
            "Changed", "major", "minor", refused
        ),
        "`AccountVerificationInsights.name_match_score` is never null.": ("Changed", "major", "minor", late),
        "`AccountSubtype`: the value `payroll`.": (
            "Removed", "major", "minor", "the class loses members; pinned clients read what comes"
        ),
        "`AccountsGetRequest.options` has to be given.": (
            "Changed", "major", "minor", "requests of pinned clients are refused"
        ),
        "`NewAccountsAvailableWebhook.user_id` may be null.": ("Changed", "major", "patch", refused),
        "`NewAccountsAvailableWebhook.environment` is always there.": ("Changed", "major", "minor", late),
        "`models.item_auth_method.ItemAuthMethod` of the client.": (
            "Removed", "major", "none", "code written for it breaks"
        ),
        "`models.item.Item.auth_method` of the client: is annotated LinkMethod | None | Unset, was ItemAuthMethod | None | Unset.": (
            "Changed", "major", "none", "code written for it breaks"
        ),
        "The environment `sandbox`.": (
            "Removed", "major", "none", "pinned clients still call https"
        ),
    }  # fmt: skip
    assert done.level == Level.MAJOR
    assert {said: meaning for said, meaning in _meanings(done).items() if meaning[1] == "major"} == expected


def test_a_path_that_moves(standing: Edition, tmp_path: Path) -> None:
    """An operation at another path is one change, and pinned clients call the old path in vain."""
    (finding,) = surroundings.findings(standing, edited(tmp_path, edits.a_dearer_path), Behaviour())
    assert finding.sentence == "`POST /accounts/list` is what `POST /accounts/get` was."
    assert finding.service == Impact(Level.MAJOR, "pinned clients still call POST /accounts/get")
    assert finding.server == Impact(Level.MINOR, "has to answer there")


def test_what_holds_for_other_operations(standing: Edition, tmp_path: Path) -> None:
    """A requirement that holds for a further operation, and an error code of fewer, are told by operation."""
    changed = edited(tmp_path, edits.a_requirement_of_more)
    told = {finding.sentence: finding.level for finding in surroundings.findings(standing, changed, Behaviour())}
    code = "API_ERROR, status 500"
    assert told == {
        "The requirement `stable-answer` holds for `POST /link/token/create`.": Level.MINOR,
        f"The error code `INTERNAL_SERVER_ERROR` is {code}, of `accountsGet` alone, no longer {code}.": Level.MINOR,
    }


def test_a_webhook_that_goes(standing: Edition, tmp_path: Path) -> None:
    """A webhook that goes takes its model with it."""
    (finding,) = (
        found
        for found in surroundings.findings(standing, edited(tmp_path, edits.no_webhook), Behaviour())
        if found.section == "Removed"
    )
    assert finding.sentence == "The webhook `newAccountsAvailable`."
    assert finding.service.level == Level.MAJOR
    assert finding.classes[0] == "NewAccountsAvailableWebhook"


def test_what_is_as_it_was_is_not_tried(standing: Edition, tmp_path: Path) -> None:
    """Where the clients were made alike, an operation that is the same in both contracts is not tried."""
    changed = edited(tmp_path, edits.a_new_value_of_webhooks)
    seen = behaviour.observe(standing, attrs.evolve(changed, package=standing.folder))
    assert (seen.untouched, set(seen.old_refuses)) == (4, {("webhook", "newAccountsAvailable")})


def test_clients_made_alike(standing: Edition, tmp_path: Path) -> None:
    """Clients are taken for made alike only if both say so: by the same templates and tools."""
    record = standing.folder / "provenance.json"
    other = tmp_path / "provenance.json"
    assert not clients.made_alike(standing.folder, tmp_path)
    other.write_bytes(record.read_bytes())
    assert clients.made_alike(standing.folder, tmp_path)
    other.write_text(record.read_text("utf-8").replace("model.py.jinja", "other.py.jinja"), "utf-8")
    assert not clients.made_alike(standing.folder, tmp_path)


def test_words_alone_are_a_patch(standing: Edition, tmp_path: Path) -> None:
    """Descriptions that change are a patch, told once."""
    reworded = edited(tmp_path, edits.other_words)
    (finding,) = judgement.findings(standing, reworded, Behaviour())
    assert (finding.level, finding.sentence) == (Level.PATCH, "The words for `Account.name`.")
    assert list(surroundings.findings(standing, reworded, Behaviour())) == []


def test_a_new_value_that_was_not_tried_is_major(
    standing: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That a new value breaks nobody is claimed only where a client was given it."""
    monkeypatch.setattr(judgement, "bodies", _none)
    (finding,) = judgement.findings(standing, edited(tmp_path, edits.a_new_value), Behaviour())
    assert finding.service == Impact(Level.MAJOR, "not observed: no response could be made with value 'telepathy'")


def _none(*_: object) -> tuple[()]:
    return ()
