"""The verdict: how much changed, the version that this calls for, and what version and changelog are missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, get_args

import attrs
from packaging.version import InvalidVersion, Version

from compare.cache import ROOT
from compare.comparison import Comparison
from compare.differences import Section
from compare.failure import Failure
from compare.findings import Finding, Level
from compare.revisions import CONTRACT, Revision

CHANGELOG: Final = (ROOT / CONTRACT).with_name("CHANGELOG.md")
_HEADING: Final = re.compile(r"^## \[?(?P<version>[^\]\s]+)\]?.*$", re.MULTILINE)
_ENTRY: Final = re.compile(r"^- ", re.MULTILINE)


@attrs.frozen(kw_only=True)
class Verdict:
    """What a maintainer reads."""

    old: Revision | None
    new: Revision
    level: Level
    following: str | None = None
    """The lowest version that may follow; None for Plaid's documents, whose versions are Plaid's."""
    findings: tuple[Finding, ...] = ()
    basis: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    """What is to be done, with the fix."""
    entry: str = ""
    """What to paste into the changelog."""

    @classmethod
    def of(cls, comparison: Comparison) -> Verdict:
        """Check version and changelog against a comparison."""
        old, new, found = comparison.old, comparison.new, comparison.findings
        verdict = cls(old=old, new=new, level=comparison.level, findings=found, basis=comparison.basis)
        if old.is_published or new.is_published:
            return verdict
        least, problems = following(old.version, comparison.level), list[str]()
        is_high_enough = reaches(new.version, least)
        if not is_high_enough:
            problems.append(f"info.version is {new.version}: raise it to {least} in {_relative(new.source.path)}")
        absent = missing(found, _changelog(new), old.version)
        if absent:
            entries = "1 entry" if len(absent) == 1 else f"{len(absent)} entries"
            problems.append(f"{_relative(_changelog(new))} is missing {entries}; add:")
        text = entry(absent, new.version if is_high_enough else least) if absent else ""
        return attrs.evolve(verdict, following=least, problems=tuple(problems), entry=text)

    @classmethod
    def of_first_release(cls, new: Revision) -> Verdict:
        """Check what has no release before it: nobody relies on anything yet."""
        path = _changelog(new)
        has_section = any(found["version"] == new.version for found in _HEADING.finditer(_read(path)))
        problems = () if has_section else (f"{path.name} has no section [{new.version}]: add it",)
        return cls(old=None, new=new, level=Level.NONE, following=new.version, problems=problems)


def following(version: str, level: Level) -> str:
    """Return the lowest version that may follow.

    Before 1.0 a major change raises the second number and any other the third, so that `~=0.1.0` is safe to pin;
    from 1.0 on it is Semantic Versioning.

    Raises:
        Failure: the version is invalid.

    """
    major, minor, patch = (*_parsed(version).release, 0, 0)[:3]
    if level == Level.NONE:
        return version
    if level == Level.MAJOR:
        return f"{major + 1}.0.0" if major else f"0.{minor + 1}.0"
    return f"{major}.{minor + 1}.0" if level == Level.MINOR and major else f"{major}.{minor}.{patch + 1}"


def reaches(version: str, least: str) -> bool:
    """Return whether a version, or the release that it is a candidate for, is not lower than another."""
    return _parsed(version).release >= _parsed(least).release


def missing(findings: Sequence[Finding], changelog: Path, since: str) -> list[Finding]:
    """Return the changes that no entry above the section of the version `since` describes.

    Patches need any entry; each other change one that names what changed.

    Raises:
        Failure: the changelog cannot be read.

    """
    text = _newer(changelog, since)
    absent = [
        finding
        for finding in findings
        if finding.level > Level.PATCH
        and not any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in finding.names)
    ]
    return absent if absent or _ENTRY.search(text) else list(findings)


def entry(findings: Sequence[Finding], version: str) -> str:
    """Return the section to paste."""
    lines = [f"## [{version}] - Unreleased"]
    for section in get_args(Section):
        sentences = [finding.sentence for finding in findings if finding.section == section]
        if sentences:
            lines += ["", f"### {section}", *(f"- {sentence}" for sentence in dict.fromkeys(sentences))]
    return "\n".join(lines)


def _newer(changelog: Path, since: str) -> str:
    """Return the sections of what is unreleased and of versions after `since`."""
    text = _read(changelog)
    headings = list(_HEADING.finditer(text))
    ends = [*(found.start() for found in headings[1:]), len(text)]
    return "\n".join(
        text[found.end() : end]
        for found, end in zip(headings, ends, strict=True)
        if (name := found["version"].lower()) == "unreleased" or (name[:1].isdigit() and not reaches(since, name))
    )


def _parsed(version: str) -> Version:
    try:
        return Version(version)
    except InvalidVersion:
        raise Failure(f"invalid version {version!r}: must be like 1.2.0") from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Failure(f"cannot read {path}: {error.strerror}") from None


def _changelog(new: Revision) -> Path:
    beside = new.source.path.with_name(CHANGELOG.name)
    return beside if beside.is_file() else CHANGELOG


def _relative(path: Path) -> str:
    path = path.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
