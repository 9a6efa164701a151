"""The command as a maintainer and as continuous integration run it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import attrs
import pytest

from compare import __main__ as command
from compare import editions, report
from compare.editions import CONTRACT, ROOT, Edition
from compare.findings import NOTHING, Finding, Impact, Level
from compare.verdict import Verdict
from meta.compare import edits
from meta.compare.edits import edited


@pytest.fixture
def unchanged(tmp_path: Path) -> Path:
    """A copy of the contract."""
    return Path(shutil.copy(ROOT / CONTRACT, tmp_path / "before.yaml"))


def test_an_edit_without_version_and_entry(unchanged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An edit alone ends with 1: the screen names version and entry, the summary and the document hold the same."""
    after = edited(tmp_path, edits.a_new_property).source.path
    (tmp_path / "CHANGELOG.md").write_text("## [0.1.0] - 2026-11-23\n\n- nickname\n", "utf-8")
    least = ".".join(str(part) for part in _next(editions.of_tree().version))
    arguments = ["--against", str(unchanged), "--contract", str(after), "--summary", str(tmp_path / "summary.md")]
    assert command.main(arguments) == 1
    screen = capsys.readouterr().out
    assert "MINOR  Added: `Account.nickname`, a string or null; it may be left out." in screen
    assert "edited.yaml:" in screen
    assert f"raise it to {least} in {after}" in screen
    assert screen.endswith(
        f"## [{least}] - Unreleased\n\n### Added\n- `Account.nickname`, a string or null; it may be left out.\n"
    )
    assert len(screen.splitlines()) < 25
    summary = (tmp_path / "summary.md").read_text("utf-8")
    assert f"### Comparison: minor: the version after {editions.of_tree().version} is {least}" in summary


def _next(version: str) -> tuple[int, int, int]:
    major, minor, patch = (int(part) for part in version.split("."))
    return (major, minor, patch + 1) if major == 0 else (major, minor + 1, 0)


def test_nothing_changed(unchanged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same contract is no change, and that is right whatever the version."""
    assert command.main(["--against", str(unchanged)]) == 0
    assert "verdict      nothing changed" in capsys.readouterr().out


def test_before_the_first_release(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a release to compare with, the command says so, and how to compare with something else."""
    monkeypatch.setattr(editions, "last_release", lambda: None)
    assert command.main([]) == 0
    said = capsys.readouterr().out
    assert "no release yet (no tag v*)" in said
    assert "AGAINST=HEAD" in said


def test_the_document(unchanged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON document says what the screen does."""
    assert command.main(["--against", str(unchanged), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    version = editions.of_tree().version
    assert (document["verdict"], document["next_version"], document["passed"]) == ("none", version, True)
    assert document["against"] == {"name": str(unchanged), "version": version}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--against", "nowhere"], "nowhere is no file, and git knows no such ref"),
        (["--against", "absent-1.0-py3-none-any.whl"], "there is no file absent-1.0-py3-none-any.whl"),
        (["--against", __file__], "is no YAML"),
        (["--contract", "absent.yaml"], "absent.yaml can't be read"),
    ],
)
def test_what_cannot_be_compared(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What can't be read ends with 2 and one line that names it."""
    assert command.main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert said in error
    assert len(error.splitlines()) == 1


def test_a_summary_that_cannot_be_written(unchanged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A summary that can't be written is an error, not a verdict."""
    assert command.main(["--against", str(unchanged), "--summary", str(tmp_path)]) == 2
    assert "the summary can't be written" in capsys.readouterr().err


def test_a_contract_that_has_no_client(unchanged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A contract that the generator refuses ends with 2 and what the generator says."""
    after = edited(tmp_path, lambda document: document.update(servers=[])).source.path
    assert command.main(["--against", str(unchanged), "--contract", str(after)]) == 2
    error = capsys.readouterr().err
    assert "no client can be generated from" in error
    assert "no entry has x-environment" in error


def test_many_changes_of_a_kind_are_counted(standing: Edition) -> None:
    """Of more changes of one kind than fit on a screen, the rest is counted under its name."""
    finding = Finding(
        place="openapi.yaml:1 #/info", service=NOTHING, server=Impact(Level.MINOR, "is checked for it"), section="Added",
        sentence="", names=(),
    )  # fmt: skip
    sentences = [f"The requirement `rule-{number}` (MUST): Be it so." for number in range(8)]
    sentences += [f"`Account.property_{number}`, a string." for number in range(7)]
    verdict = Verdict(
        old=standing,
        new=standing,
        level=Level.MINOR,
        following=None,
        findings=tuple(attrs.evolve(finding, sentence=sentence) for sentence in sentences),
    )
    lines = report.screen(verdict).splitlines()
    assert lines[-3:-1] == ["MINOR  … and 2 more: The requirement", "MINOR  … and 1 more: `Account`"]
