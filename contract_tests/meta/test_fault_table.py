"""The table of faults: which are tried, what is kept of them, how they are told."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import attrs
import pytest

from mutation.runner import catalogue as catalogues
from mutation.runner.__main__ import main
from mutation.runner.picture import draw
from mutation.runner.results import End, Result, Results, fingerprint
from mutation.runner.table import Entry, Table
from plaid_accounts_contract.contract import Contract

CONTRACT = Contract.load()
FAULTS = catalogues.catalogue(CONTRACT)


def fault(name: str, *, kind: str = "meaning/filters", equivalent: str = "", accepted: str = "") -> Entry:
    """Make a fault that does nothing."""
    return Entry(name, kind, "Does it.", "account-ids-filter", equivalent, accepted)


def table(*results: Result, unbroken: tuple[str, ...] = (), **excuse: str) -> Table:
    """Make a table of faults with these results."""
    faults = {result.id: fault(result.id, **excuse) for result in results}
    return Table(faults, {result.id: result for result in results}, (), unbroken)


CAUGHT = Result("a", End.CAUGHT, "account-ids-filter", 7, 9, 9, 0.5)


def test_a_table_of_caught_faults_is_sound() -> None:
    """Every fault caught, everything broken, no alarm: sound."""
    assert table(CAUGHT).sound


@pytest.mark.parametrize("end", [End.SURVIVED, End.MISNAMED, End.ERROR])
def test_a_fault_that_is_not_caught_is_named(end: End) -> None:
    """A survivor makes the table unsound and is told with its statement."""
    survived = table(CAUGHT, Result("b", end, detail="why"))
    assert not survived.sound
    assert f"{end}: b [account-ids-filter] Does it. why" in survived.text()
    assert survived.totals()[-1][:5] == ("all", 2, 1, 1, 0)


def test_an_equivalent_fault_is_counted_apart() -> None:
    """A fault that breaks nothing is listed with its reason, and neither caught nor a survivor."""
    apart = table(Result("b", End.EQUIVALENT), equivalent="nobody can see it")
    assert apart.sound
    assert apart.totals()[-1][:5] == ("all", 0, 0, 0, 1)
    assert "equivalent: b nobody can see it" in apart.text()


def test_an_equivalent_fault_that_is_caught_is_named() -> None:
    """A fault that is said to break nothing, and is caught, makes the table unsound."""
    stale = table(CAUGHT, equivalent="nobody can see it")
    assert not stale.sound
    assert "caught, though equivalent: a nobody can see it" in stale.text()


def test_an_accepted_fault_is_a_survivor_with_a_reason() -> None:
    """A fault of the code that is accepted is told with its reason, and counts against the share that has to be caught."""
    caught = [Result(str(number), End.CAUGHT, "retries", 1, 1, 1, 0.5) for number in range(19)]
    for size, sound in ((19, True), (18, False)):
        results = [*caught[:size], Result("b", End.ACCEPTED)]
        faults = {result.id: fault(result.id, kind="code/decode.py") for result in caught}
        faults["b"] = fault("b", kind="code/decode.py", accepted="no one relies on it")
        accepting = Table(faults, {result.id: result for result in results})
        assert accepting.sound is sound
        assert "accepted: b no one relies on it" in accepting.text()
        assert ("only 94.7% of the faults of the code are caught, not 95%" in accepting.text()) is not sound


def test_a_fault_that_the_generator_refuses_is_apart() -> None:
    """A contract of which no client comes is told with the generator's words, and neither caught nor a survivor."""
    refused = table(CAUGHT, Result("b", End.REFUSED, detail="unsupported: servers"))
    assert refused.sound
    assert "refused: b unsupported: servers" in refused.text()


def test_a_clause_that_no_fault_breaks_is_named() -> None:
    """A clause without a fault makes the table unsound."""
    lacking = table(CAUGHT, unbroken=("post-only",))
    assert not lacking.sound
    assert "no fault breaks post-only" in lacking.text()


def test_an_alarm_is_named() -> None:
    """A variation that is taken for a fault makes the table unsound."""
    alarmed = attrs.evolve(table(CAUGHT), variations=(Result("gzip:seed=1", End.ALARM, detail="response-encoding"),))
    assert not alarmed.sound
    assert "false alarm: gzip:seed=1 response-encoding" in alarmed.text()


def test_the_picture_shows_each_family_of_faults() -> None:
    """Detection against exchanges is drawn with a line for each family, named with its count."""
    results = (CAUGHT, attrs.evolve(CAUGHT, id="b", exchange=200), Result("c", End.SURVIVED))
    faults = {"a": fault("a"), "b": fault("b", kind="derived/limit"), "c": fault("c")}
    table_of_three = Table(faults, {result.id: result for result in results})
    picture = ET.fromstring(draw(table_of_three))  # noqa: S314 (made just now)
    texts = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"meaning (1 of 2)", "derived (1 of 1)", "1", "10", "100", "200", "0 %", "100 %"} <= set(texts)
    assert len(list(picture.iter("{http://www.w3.org/2000/svg}polyline"))) == 2


def test_clauses_without_a_fault_are_found() -> None:
    """Taking away all faults of a requirement leaves it unbroken."""
    rest = [entry for entry in FAULTS.values() if entry.breaks != "post-only"]
    assert catalogues.unbroken(CONTRACT, rest) == ["post-only"]
    assert catalogues.unbroken(CONTRACT, FAULTS.values()) == []


def test_the_sample_breaks_everything() -> None:
    """The fixed sample leaves out no requirement, no clause and no rare occasion."""
    sample = catalogues.sample(FAULTS)
    assert catalogues.unbroken(CONTRACT, sample.values()) == []
    rare = {entry.kind for entry in FAULTS.values() if entry.kind.startswith("rare/")}
    assert rare <= {entry.kind for entry in sample.values()}


def test_results_are_taken_up_again(tmp_path: Path) -> None:
    """What was tried with the same code, contract and seed is not tried again, even after a broken-off line."""
    Results.open(tmp_path, "server", "key").add(CAUGHT)
    with (tmp_path / "server-key.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "b", "en')
    again = Results.open(tmp_path, "server", "key")
    assert again.known == {"a": CAUGHT}
    assert again.missing(["a", "b"]) == ["b"]
    assert Results.open(tmp_path, "server", "key", afresh=True).known == {}


def test_results_of_other_code_are_forgotten(tmp_path: Path) -> None:
    """Results are kept for one fingerprint, which the seed and every file are part of; the other side's stay."""
    place = tmp_path / "code"
    place.mkdir()
    (place / "one.py").write_text("1")
    first, other = (fingerprint(seed, [place]) for seed in (1, 2))
    Results.open(tmp_path, "server", first).add(CAUGHT)
    assert Results.open(tmp_path, "client", other).known == {}
    assert Results.open(tmp_path, "server", first).known == {"a": CAUGHT}
    (place / "one.py").write_text("2")
    assert len({first, other, fingerprint(1, [place])}) == 3
    assert Results.open(tmp_path, "server", other).known == {}
    assert Results.open(tmp_path, "server", first).known == {}


def test_the_command_tries_a_fault_and_writes_the_table(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One fault by name: caught, written as Markdown and JSON, exit status 0; a second time nothing is tried."""
    arguments = ["--side", "server", "--only", "get-answered", "--processes", "1", "--folder", str(tmp_path)]
    assert main(arguments) == 0
    assert "1 of 1 tried" in capfd.readouterr().err
    assert "| `get-answered`: Answers GET like POST. | post-only | caught |" in (tmp_path / "faults.md").read_text(
        "utf-8"
    )
    assert json.loads((tmp_path / "faults.json").read_text("utf-8"))["faults"][0]["end"] == "caught"
    assert main(arguments) == 0
    assert "tried" not in capfd.readouterr().err


@pytest.mark.parametrize("option", ["--seed", "--processes"])
def test_a_number_below_one_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Seeds and processes are counted from 1."""
    with pytest.raises(SystemExit, match="2"):
        main([option, "0"])
    assert f"argument {option}: expected a whole number from 1 on, got '0'" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where results cannot be kept, nothing is tried and the folder is named."""
    (tmp_path / "file").touch()
    assert main(["--side", "server", "--only", "get-answered", "--folder", str(tmp_path / "file" / "inside")]) == 2
    assert f"error: --folder {tmp_path}/file/inside: Not a directory" in capsys.readouterr().err


def test_a_fault_that_is_not_there_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that fits no fault ends with status 2 and says so."""
    assert main(["--side", "server", "--only", "no-such-*", "--folder", str(tmp_path)]) == 2
    assert "--only no-such-*: there is no such fault; --list names them" in capsys.readouterr().err


def test_the_command_lists_faults(capsys: pytest.CaptureFixture[str]) -> None:
    """Each fault stands on a line with what it breaks and what it does."""
    assert main(["--side", "server", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "get-answered\tpost-only\tAnswers GET like POST." in lines
    assert len(lines) == len(FAULTS)
