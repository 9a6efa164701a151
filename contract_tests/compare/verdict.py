"""The verdict: how much changed, the version that this calls for, and what version and changelog are missing."""

import enum
import re
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Final, get_args

import attrs
from packaging.version import InvalidVersion, Version

from compare import Failure
from compare.clients import ROOT
from compare.differences import Section
from compare.revisions import CONTRACT, Revision

CHANGELOG: Final = (ROOT / CONTRACT).with_name("CHANGELOG.md")
_HEADING: Final = re.compile(r"^## \[?(?P<version>[^\]\s]+)\]?.*$", re.MULTILINE)
_DEPRECATIONS: Final = re.compile(r"^### Deprecated$(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_ENTRY: Final = re.compile(r"^- ", re.MULTILINE)


class Level(enum.IntEnum):
    """The part of a version that a change raises."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def word(self) -> str:
        """The name in lower case."""
        return self.name.lower()


@attrs.frozen
class Impact:
    """What a change means for one kind of user."""

    level: Level
    text: str = ""


NOTHING = Impact(Level.NONE)
patch, minor, major = (partial(Impact, level) for level in (Level.PATCH, Level.MINOR, Level.MAJOR))
"""Make an impact of each level."""


@attrs.frozen(kw_only=True)
class Finding:
    """One change of the contract or of the client."""

    place: str
    """File, line and JSON pointer."""
    service: Impact = NOTHING
    """For services that call the API with the client."""
    server: Impact = NOTHING
    """For server authors, who check their server with the suite."""
    section: Section = "Changed"
    sentence: str
    """For the changelog."""
    names: tuple[str, ...] = ()
    """Words of which a changelog entry has at least one."""
    classes: tuple[str, ...] = ()
    """Classes and functions of the client that are added or removed with it."""

    @property
    def level(self) -> Level:
        """The higher of the two."""
        return max(self.service.level, self.server.level)


@attrs.frozen(kw_only=True, slots=False)
class Verdict:
    """What an edit means, and what version and changelog are missing."""

    old: Revision | None
    """None before the first release: nobody relies on anything yet."""
    new: Revision
    findings: tuple[Finding, ...] = ()
    """Major ones first."""
    basis: tuple[str, ...] = ()
    """What the verdict is based on, a line for each part."""

    @property
    def level(self) -> Level:
        """How much changed."""
        return max((finding.level for finding in self.findings), default=Level.NONE)

    @property
    def changelog(self) -> Path:
        """The changelog beside the new contract, else the project's."""
        beside = self.new.source.path.with_name(CHANGELOG.name)
        return beside if beside.is_file() else CHANGELOG

    @cached_property
    def following(self) -> str | None:
        """The lowest version that may follow; None for Plaid's documents, whose versions are Plaid's."""
        if self.old is None:
            return self.new.version
        if self.old.is_published or self.new.is_published:
            return None
        return following(self.old.version, self.level)

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """What is to be done, with the fix."""
        path = self.changelog
        if self.old is None:
            has_section = any(found["version"] == self.new.version for found in _HEADING.finditer(_read(path)))
            return () if has_section else (f"{path.name} has no section [{self.new.version}]: add it",)
        problems = []
        if self.following and not reaches(self.new.version, self.following):
            raised = f"raise it to {self.following} in {_relative(self.new.source.path)}"
            problems.append(f"info.version is {self.new.version}: {raised}")
        if self.missing:
            entries = "entry" if len(self.missing) == 1 else "entries"
            problems.append(f"{_relative(path)} is missing {len(self.missing)} {entries}; add:")
        return tuple(problems)

    @cached_property
    def missing(self) -> Sequence[Finding]:
        """The changes that the changelog does not describe."""
        if self.old is None or self.following is None:
            return ()
        return missing(self.findings, self.changelog, self.old.version)

    @property
    def entry(self) -> str:
        """What to paste into the changelog."""
        if not self.missing or self.following is None:
            return ""
        version = self.new.version if reaches(self.new.version, self.following) else self.following
        lines = [f"## [{version}] - Unreleased"]
        for section in get_args(Section):
            sentences = [finding.sentence for finding in self.missing if finding.section == section]
            if sentences:
                lines += ["", f"### {section}", *(f"- {sentence}" for sentence in dict.fromkeys(sentences))]
        return "\n".join(lines)


def following(version: str, level: Level) -> str:
    """Return the lowest version that may follow."""
    # Before 1.0 a major change raises the second number and any other the third, so that `~=0.1.0` is safe to pin.
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
    """Return the changes that no entry newer than `since` describes: patches need any entry, others one that names them."""
    text = _newer(changelog, since)
    # What is deprecated is also mentioned for other reasons.
    deprecations = "".join(_DEPRECATIONS.findall(text))
    absent = [
        finding
        for finding in findings
        if finding.level > Level.PATCH
        and not any(
            re.search(rf"(?<!\w){re.escape(name)}(?!\w)", deprecations if finding.section == "Deprecated" else text)
            for name in finding.names
        )
    ]
    return absent if absent or _ENTRY.search(text) else list(findings)


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


def _relative(path: Path) -> str:
    path = path.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
