"""Which version comes next, and what the version and the changelog of an edit lack."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from compare import changelog, report, versions
from compare.comparison import Comparison
from compare.editions import Edition
from compare.failure import Failure
from compare.findings import NOTHING, Finding, Impact, Level, Section
from compare.verdict import Verdict
from meta.compare.edits import edited


def _finding(level: Level, sentence: str, *names: str, section: Section = "Added") -> Finding:
    return Finding(
        place="openapi.yaml:1 #/info", service=Impact(level, "said"), server=NOTHING, section=section, sentence=sentence,
        names=names,
    )  # fmt: skip


NEW = _finding(Level.MINOR, "`Account.nickname`, a string.", "nickname")
GONE = _finding(Level.MAJOR, "`Account.apy`.", "apy", section="Removed")
WORDS = _finding(Level.PATCH, "The words for `Account.name`.", section="Changed")


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
    assert versions.following(version, level) == expected


def test_what_reaches_a_version() -> None:
    """A version reaches what is not higher, numbers compared as numbers; a candidate counts as its release."""
    assert versions.reaches("0.10.0", "0.9.1")
    assert versions.reaches("1.0.0rc1", "1.0.0")
    assert not versions.reaches("0.9.1", "0.10.0")


def test_what_is_no_version() -> None:
    """A version that is none is named."""
    with pytest.raises(Failure, match=r"info\.version 'soon' is no version"):
        versions.following("soon", Level.PATCH)


def _edition(folder: Path, version: str, log: str) -> Edition:
    folder.mkdir()
    (folder / "CHANGELOG.md").write_text(
        f"# Changelog\n\n{log}\n## [0.1.0] - 2026-11-23\n\n### Added\n- nickname, apy\n", "utf-8"
    )
    return edited(folder, lambda document: document["info"].update(version=version))


def _verdict(tmp_path: Path, version: str, log: str, *findings: Finding) -> Verdict:
    old, new = _edition(tmp_path / "old", "0.1.0", ""), _edition(tmp_path / "new", version, log)
    return Verdict.of(Comparison(old=old, new=new, findings=findings, looked_at=()))


def test_a_complete_edit(tmp_path: Path) -> None:
    """A version that is high enough and an entry that names each change leave nothing to do."""
    log = "## [0.2.0] - Unreleased\n\n### Removed\n- `Account.apy`.\n\n### Added\n- A nickname.\n"
    verdict = _verdict(tmp_path, "0.2.0", log, GONE, NEW)
    assert (verdict.problems, verdict.entry, verdict.following) == ((), "", "0.2.0")


def test_entries_may_be_under_unreleased(tmp_path: Path) -> None:
    """An entry under Unreleased tells a change too."""
    assert not _verdict(tmp_path, "0.1.1", "## [Unreleased]\n\n- A nickname.\n", NEW).problems


def test_a_version_too_low(tmp_path: Path) -> None:
    """A version that is too low is named with the least that will do and the file to change."""
    log = "## [0.1.1]\n\n### Removed\n- `Account.apy`.\n"
    (problem,) = _verdict(tmp_path, "0.1.1", log, GONE).problems
    assert problem == f"info.version is 0.1.1: raise it to 0.2.0 in {tmp_path / 'new' / 'edited.yaml'}"


def test_a_missing_entry(tmp_path: Path) -> None:
    """Changes without an entry are counted, and the entry to paste is printed; released sections do not count."""
    log = "## [0.2.0]\n\n### Removed\n- `Account.apy`.\n"
    verdict = _verdict(tmp_path, "0.2.0", log, GONE, NEW, WORDS)
    (problem,) = verdict.problems
    assert problem == f"{tmp_path / 'new' / 'CHANGELOG.md'} does not tell 1 change: add"
    assert verdict.entry == "## [0.2.0] - Unreleased\n\n### Added\n- `Account.nickname`, a string."
    assert report.screen(verdict).endswith(verdict.entry)
    document = report.document(verdict)
    assert (document["verdict"], document["next_version"], document["passed"]) == ("major", "0.2.0", False)
    assert [finding["level"] for finding in document["findings"]] == ["major", "minor", "patch"]
    assert f"```markdown\n{verdict.entry}\n```" in report.summary(verdict)


def test_words_need_any_entry(tmp_path: Path) -> None:
    """A change of words needs an entry too, in whatever words."""
    assert _verdict(tmp_path, "0.1.1", "## [0.1.1]\n", WORDS).entry.endswith(
        "### Changed\n- The words for `Account.name`."
    )


def test_a_mere_part_of_a_word_is_no_entry(tmp_path: Path) -> None:
    """A name inside another word does not tell a change."""
    finding = attrs.evolve(NEW, names=("nick",))
    assert _verdict(tmp_path, "0.1.1", "## [0.1.1]\n\n- A nickname.\n", finding).problems


def test_nothing_to_do_without_changes(tmp_path: Path) -> None:
    """Where nothing changed, the version may stay."""
    verdict = _verdict(tmp_path, "0.1.0", "")
    assert (verdict.level, verdict.problems, verdict.following) == (Level.NONE, (), "0.1.0")


def test_a_first_release(tmp_path: Path) -> None:
    """Before the first release nothing is compared; the changelog needs a section for the version."""
    assert not Verdict.of_first_release(_edition(tmp_path / "one", "0.1.0", "")).problems
    (problem,) = Verdict.of_first_release(_edition(tmp_path / "two", "0.3.0", "")).problems
    assert problem == "CHANGELOG.md has no section [0.3.0]: add it"


def test_a_missing_changelog(tmp_path: Path) -> None:
    """A changelog that isn't there is named."""
    with pytest.raises(Failure, match=r"CHANGELOG\.md can't be read: No such file"):
        changelog.missing([NEW], tmp_path / "CHANGELOG.md", "0.1.0")
