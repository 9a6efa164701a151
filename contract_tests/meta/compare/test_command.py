"""The command as a maintainer and CI run it, and what version and changelog of an edit are missing."""

import json
import re
from pathlib import Path

import pytest

from compare import Failure, report, revisions, verdict
from compare import __main__ as command
from compare.clients import ROOT
from compare.differences import Section
from compare.revisions import CONTRACT, Revision
from compare.verdict import Finding, Impact, Level, Verdict
from meta.compare.edits import edited

UNCHANGED = str(ROOT / CONTRACT)


def _finding(level: Level, sentence: str, *names: str, section: Section = "Added") -> Finding:
    return Finding(
        place="openapi.yaml:1 #/info", service=Impact(level), section=section, sentence=sentence, names=names
    )


NEW = _finding(Level.MINOR, "`Account.nickname`, a string.", "nickname")
GONE = _finding(Level.MAJOR, "`Account.apy`.", "apy", section="Removed")
TEXT = _finding(Level.PATCH, "The description of `Account.name`.", section="Changed")


@pytest.mark.slow
def test_an_edit_without_version_and_entry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An edit alone ends with 1: the screen names version and entry, the summary and the document have the same."""
    after = edited(tmp_path, "new property").source.path
    (tmp_path / "CHANGELOG.md").write_text("## [0.1.0] - 2026-11-23\n\n- nickname\n", "utf-8")
    version = revisions.of_tree().version
    least = verdict.following(version, Level.MINOR)
    arguments = ["--against", UNCHANGED, "--contract", str(after), "--summary", str(tmp_path / "summary.md")]
    assert command.main(arguments) == 1
    screen = capsys.readouterr().out
    entry = "`Account.nickname`, a string or null; it may be left out."
    assert f"MINOR  Added: {entry}" in screen
    assert "edited.yaml:" in screen
    assert f"info.version is {version}: raise it to {least} in {after}" in screen
    assert f"{tmp_path / 'CHANGELOG.md'} is missing 1 entry; add:" in screen
    assert screen.endswith(f"## [{least}] - Unreleased\n\n### Added\n- {entry}\n")
    assert len(screen.splitlines()) < 25
    summary = (tmp_path / "summary.md").read_text("utf-8")
    assert f"### Comparison: minor: the version after {version} is {least}" in summary


@pytest.mark.slow
def test_nothing_changed(capsys: pytest.CaptureFixture[str]) -> None:
    """The same contract is no change whatever the version, and the JSON document reports the same."""
    assert command.main(["--against", UNCHANGED]) == 0
    assert "verdict      nothing changed" in capsys.readouterr().out
    assert command.main(["--against", UNCHANGED, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    version = revisions.of_tree().version
    assert (document["verdict"], document["next_version"], document["passed"]) == ("none", version, True)
    assert document["against"] == {"name": UNCHANGED, "version": version}


def test_before_the_first_release(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a release to compare with, the command suggests what else to compare with."""
    monkeypatch.setattr(revisions, "last_release", lambda: None)
    assert command.main([]) == 0
    screen = capsys.readouterr().out
    assert "no release yet (no tag v*)" in screen
    assert "AGAINST=HEAD" in screen


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--against", "nowhere"], "nowhere is neither a file nor a git ref"),
        (["--against", "absent-1.0-py3-none-any.whl"], "absent-1.0-py3-none-any.whl does not exist"),
        (["--against", __file__], "is not valid YAML"),
        (["--contract", "absent.yaml"], "cannot read absent.yaml"),
        (["--contract", UNCHANGED, "--against", UNCHANGED, "--summary", "."], "cannot write"),
    ],
)
def test_what_cannot_be_compared(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What can't be read or written ends with 2 and one line that names it."""
    assert command.main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert message in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("x-environment", "x-place", "no entry has x-environment"),
        ("minLength: 1", "nullable: true", r"mine\.yaml:\d+: nullable is OpenAPI 3.0"),
    ],
)
def test_a_contract_that_has_no_client(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, message: str
) -> None:
    """A contract that the generator refuses ends with 2 and the generator's message, with the line of the problem."""
    path = tmp_path / "mine.yaml"
    path.write_text(Path(UNCHANGED).read_text("utf-8").replace(old, new), "utf-8")
    assert command.main(["--against", UNCHANGED, "--contract", str(path)]) == 2
    assert re.search(rf"no client can be generated from .*mine\.yaml: .*{message}", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("version", "level", "expected"),
    [
        ("0.1.0", Level.NONE, "0.1.0"),
        ("0.1.0", Level.PATCH, "0.1.1"),
        ("0.1.4", Level.MINOR, "0.1.5"),
        ("0.1.4", Level.MAJOR, "0.2.0"),
        ("1.2.3", Level.PATCH, "1.2.4"),
        ("1.2.3", Level.MINOR, "1.3.0"),
        ("1.2.3", Level.MAJOR, "2.0.0"),
        ("2.0", Level.PATCH, "2.0.1"),
    ],
)
def test_the_next_version(version: str, level: Level, expected: str) -> None:
    """Before 1.0 a break raises the second number and all else the third; from 1.0 on it is Semantic Versioning."""
    assert verdict.following(version, level) == expected


def test_versions_are_compared_as_numbers() -> None:
    """Versions are compared number by number, a candidate counts as its release, and an invalid one is named."""
    assert verdict.reaches("0.10.0", "0.9.1")
    assert verdict.reaches("1.0.0rc1", "1.0.0")
    assert not verdict.reaches("0.9.1", "0.10.0")
    with pytest.raises(Failure, match=r"invalid version 'soon': must be like 1\.2\.0"):
        verdict.following("soon", Level.PATCH)


def _revision(folder: Path, version: str, log: str) -> Revision:
    folder.mkdir()
    text = f"# Changelog\n\n{log}\n## [0.1.0] - 2026-11-23\n\n### Added\n- nickname, apy\n"
    (folder / "CHANGELOG.md").write_text(text, "utf-8")
    return edited(folder, version=version)


def _verdict(tmp_path: Path, version: str, log: str, *findings: Finding) -> Verdict:
    old, new = _revision(tmp_path / "old", "0.1.0", ""), _revision(tmp_path / "new", version, log)
    return Verdict(old=old, new=new, findings=findings)


@pytest.mark.parametrize(
    ("version", "log", "findings"),
    [
        (
            "0.2.0",
            "## [0.2.0] - Unreleased\n\n### Removed\n- `Account.apy`.\n\n### Added\n- A nickname.\n",
            (GONE, NEW),
        ),
        ("0.1.1", "## [Unreleased]\n\n- A nickname.\n", (NEW,)),
        ("0.1.1", "## [0.1.1]\n\n- Something.\n", (TEXT,)),
        ("0.1.0", "", ()),
    ],
)
def test_an_edit_with_version_and_entries(
    tmp_path: Path, version: str, log: str, findings: tuple[Finding, ...]
) -> None:
    """A version that is high enough and an entry that names each change, be it under Unreleased, leave nothing to do."""
    done = _verdict(tmp_path, version, log, *findings)
    assert (done.problems, done.entry) == ((), "")


def test_a_missing_entry(tmp_path: Path) -> None:
    """Missing entries are counted, and the section to paste is printed; released sections do not count."""
    done = _verdict(tmp_path, "0.2.0", "## [0.2.0]\n\n### Removed\n- `Account.apy`.\n", GONE, NEW, TEXT)
    assert done.problems == (f"{tmp_path / 'new' / 'CHANGELOG.md'} is missing 1 entry; add:",)
    assert done.entry == "## [0.2.0] - Unreleased\n\n### Added\n- `Account.nickname`, a string."
    assert report.terminal(done).endswith(done.entry)
    document = report.document(done)
    assert (document["verdict"], document["next_version"], document["passed"]) == ("major", "0.2.0", False)
    assert [finding["level"] for finding in document["findings"]] == ["major", "minor", "patch"]
    assert f"```markdown\n{done.entry}\n```" in report.summary(done)


@pytest.mark.parametrize(
    ("log", "finding"), [("## [0.1.1]\n", TEXT), ("## [0.1.1]\n\n- A nicknamed name.\n", NEW)], ids=["none", "another"]
)
def test_an_entry_for_something_else(tmp_path: Path, log: str, finding: Finding) -> None:
    """A description needs some entry, any other change one with its name, not with a word that contains it."""
    assert _verdict(tmp_path, "0.1.1", log, finding).entry.endswith(finding.sentence)


def test_a_first_release(tmp_path: Path) -> None:
    """Before the first release nothing is compared; the changelog needs a section for the version."""
    assert not Verdict(old=None, new=_revision(tmp_path / "one", "0.1.0", "")).problems
    (problem,) = Verdict(old=None, new=_revision(tmp_path / "two", "0.3.0", "")).problems
    assert problem == "CHANGELOG.md has no section [0.3.0]: add it"
    with pytest.raises(Failure, match=r"cannot read .*CHANGELOG\.md: No such file"):
        verdict.missing([NEW], tmp_path / "CHANGELOG.md", "0.1.0")
