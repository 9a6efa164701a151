"""Plaid's published document is read in its own version of OpenAPI, and only as far as the contract goes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
import yaml

from compare import behaviour, bodies, clients, deviations, editions, renaming, slicing, upstream
from compare.deviations import Deviation
from compare.editions import Edition
from compare.failure import Failure
from compare.shapes import Shape

PUBLISHED = Path(__file__).with_name("published.yaml")
KEY = ("post", "/accounts/get")


@pytest.fixture(scope="module")
def published() -> Edition:
    """The document beside this file."""
    return editions.of_file(PUBLISHED)


def _answer(edition: Edition, status: str, *place: str) -> Shape:
    answer = edition.operations[KEY].answers[status]
    assert answer.shape is not None
    shape = answer.shape.at(place)
    assert shape is not None
    return shape


def _never(*_: object) -> bool:
    return False


def test_null_in_every_way_it_is_written(published: Edition) -> None:
    """Null is read from `nullable` in place, beside allOf, of a component, and from a list; a body is never null."""
    nullable = {place for place, shape in _answer(published, "200").places() if shape.nullable}
    account, item = ("accounts", "[]"), ("item",)
    assert nullable == {
        (*account, "balances", "available"), (*account, "balances", "current"), (*account, "mask"),
        (*account, "subtype"), (*item, "error"), (*item, "error", "display_message"), (*item, "mood"),
    }  # fmt: skip
    assert not _answer(published, "400").nullable
    assert _answer(published, "200", "accounts", "[]", "subtype").values == ("checking", "savings", "401k", "vault")


def test_bounds_of_the_older_version(published: Edition) -> None:
    """What is excluded is read from a condition beside the bound."""
    available = _answer(published, "200", "accounts", "[]", "balances", "available")
    current = _answer(published, "200", "accounts", "[]", "balances", "current")
    assert available.bounds["minimum"] == 0
    assert "exclusiveMinimum" not in available.bounds
    assert current.bounds["exclusiveMinimum"] == -1000000000
    assert "minimum" not in current.bounds


def test_the_frame_is_the_contract(published: Edition) -> None:
    """Statuses, names of components, parameters and keys are those of the contract; the version is Plaid's."""
    standing = editions.of_tree()
    assert set(published.operations[KEY].answers) == set(standing.operations[KEY].answers)
    document = published.contract.document
    assert {"Account", "AccountBalances", "AccountType", "VerificationStatus", "Product", "Mood"} <= set(
        document["components"]["schemas"]
    )
    assert document["security"] == standing.contract.document["security"]
    assert published.version == "1.700.0"


def test_its_client_reads_its_answers(published: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client that is generated from it reads every answer that it allows, and its requests are right."""
    monkeypatch.setattr(clients, "made_alike", _never)
    assert len(bodies.bodies(published, KEY, "200")) > 50
    seen = behaviour.observe(published, published)
    assert seen.responses > 100
    assert seen.requests > 10
    assert {
        key: found
        for part in (seen.old_refuses, seen.new_refuses, seen.breaches)
        for key, found in part.items()
        if found
    } == {}


def test_a_component_that_plaid_calls_otherwise(published: Edition, tmp_path: Path) -> None:
    """A new name in Plaid's document is told once; that the contract has names of its own is not."""
    path = tmp_path / "renamed.yaml"
    path.write_text(
        PUBLISHED.read_text("utf-8").replace("/Mood'", "/State'").replace("    Mood:", "    State:"), "utf-8"
    )
    told = [finding.sentence for finding in renaming.findings(published, editions.of_file(path))]
    assert told == ["The component `Mood` is called `State`."]
    assert list(renaming.findings(published, editions.of_tree())) == []


def test_only_what_is_asked_for_is_parsed() -> None:
    """What the operations don't refer to is left out, every line keeps its number, and words are not taken for keys."""
    text = PUBLISHED.read_text("utf-8")
    sliced = slicing.sliced(text, ["/accounts/get"], ["NewAccountsAvailableWebhook", "absent"])
    whole, part = yaml.safe_load(text), yaml.safe_load(sliced)
    assert sliced.count("\n") == text.count("\n")
    assert part["paths"] == {"/accounts/get": whole["paths"]["/accounts/get"]}
    assert set(whole["components"]["schemas"]) - set(part["components"]["schemas"]) == {"Other", "Farther"}
    assert slicing.sliced(text, ["/absent"]) == text


def test_deviations_are_decided_or_to_do(published: Edition) -> None:
    """Each difference is named; those in the list of decisions carry the decision, the others none."""
    found = {
        entry.what: entry for entry in deviations.deviations(published, editions.of_tree(), deviations.decisions())
    }
    to_do = {what: entry.said for what, entry in found.items() if entry.decision is None}
    assert to_do["Item.mood"] == "Plaid's document has it, the contract has not"
    assert to_do["AccountSubtype value 'vault'"] == "listed in Plaid's document alone"
    assert to_do["Account.official_name"] == "the contract alone has it"
    assert to_do["x-plaid-version"] == "2020-09-14_1.729.1 is followed, this is 1.700.0"
    assert found["statuses"].decision == "Statuses one by one, no `default`."
    assert found["PlaidError as a body"].decision == "An error body is never null."
    assert found["Account.mask pattern"].decision == "`mask` is two to four letters or digits"


def test_a_webhook_is_a_component_there(published: Edition) -> None:
    """A webhook is held against the component of its name; a copy without that, or an operation, says nothing of it."""
    found = deviations.deviations(published, editions.of_tree(), deviations.decisions())
    said = {entry.what: (entry.said, entry.decision) for entry in found}
    assert said["NewAccountsAvailableWebhook.institution_id"] == ("Plaid's document has it, the contract has not", None)
    assert said["NewAccountsAvailableWebhook.item_id required"][1] == "A webhook says which it is."
    assert said["POST /link/token/create"] == ("this copy of Plaid's document has none; is it the whole of it?", None)
    assert not deviations.is_whole(found)


def test_a_decision_for_many() -> None:
    """A decision may leave out a part of a name, but what the contract alone has is decided by its full name."""
    theirs = Deviation(what="Item.mood", said="Plaid's document has it, the contract has not", place="")
    ours = attrs.evolve(theirs, said="the contract alone has it")
    required = attrs.evolve(theirs, what="Item.mood required")
    assert [deviations.covers("Item.*", entry) for entry in (theirs, ours, required)] == [True, False, False]
    assert [deviations.covers("*.mood required", entry) for entry in (theirs, ours, required)] == [False, False, True]
    assert deviations.covers("Item.mood", ours)


def test_every_decision_is_in_the_readme() -> None:
    """Each title in the list of decisions is one of the README's."""
    readme = deviations.DECISIONS.with_name("README.md").read_text("utf-8")
    for title in deviations.decisions().values():
        assert f"· {title}**" in readme


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The command lists what is to do with its place, then what was decided, and ends with 1 while something is to do."""
    assert upstream.main([str(PUBLISHED)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("== upstream: openapi/openapi.yaml")
    assert "TO DO    Item.mood: Plaid's document has it, the contract has not" in lines
    assert any(line.startswith("         published.yaml:") for line in lines)
    assert "decided  An error body is never null." in lines
    assert lines[-1].endswith(" decided")
    told = "TO DO POST /accounts/balance/get, POST /link/token/create, POST /webhook_verification_key/get: this copy of"
    assert told in " ".join(" ".join(lines).split())
    assert any("AccountBalances.limit, iso_currency_code, unofficial_currency_code" in line for line in lines)
    assert not any(line.startswith("idle") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [([], "make upstream FILE=2020-09-14.yml"), (["absent.yml"], "absent.yml can't be read"), (["."], "can't be read")],
)
def test_the_command_without_a_document(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a document it says how to name one, and ends with 2."""
    assert upstream.main(arguments) == 2
    assert said in capsys.readouterr().err


def test_a_reader_who_has_seen_enough() -> None:
    """A pager that was left early is no fault: the command ends without a traceback."""
    command = [sys.executable, "-m", "compare.upstream", str(PUBLISHED)]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        ended = subprocess.run(
            command, stdout=pipe, stderr=subprocess.PIPE, cwd=editions.ROOT / "contract_tests", check=False
        )
    assert (ended.returncode, ended.stderr) == (2, b"")


def test_the_command_with_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    """A contract of this project is no document of Plaid's."""
    assert upstream.main([str(editions.ROOT / editions.CONTRACT)]) == 2
    assert "not 3.0 as Plaid's: see make compare" in capsys.readouterr().err


def test_a_list_of_decisions_that_is_none(tmp_path: Path) -> None:
    """A list of decisions in another form is refused by name."""
    path = tmp_path / "decisions.yaml"
    path.write_text("- decision: one\n", "utf-8")
    with pytest.raises(Failure, match=r"decisions\.yaml is no list of entries"):
        deviations.decisions(path)
