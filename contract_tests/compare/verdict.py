"""The verdict: how much changed, which version that asks for, and what the version and the changelog lack."""

from __future__ import annotations

from pathlib import Path

import attrs

from compare import changelog, versions
from compare.comparison import Comparison
from compare.editions import CONTRACT, ROOT, Edition
from compare.findings import Finding, Level

CHANGELOG = (ROOT / CONTRACT).with_name(changelog.NAME)


@attrs.frozen(kw_only=True)
class Verdict:
    """What a maintainer reads."""

    old: Edition | None
    new: Edition
    level: Level
    following: str | None
    """The least version that may follow; None where the versions of the two have nothing to do with each other."""
    findings: tuple[Finding, ...] = ()
    looked_at: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    """What is to be done, with the fix."""
    entry: str = ""
    """What to paste into the changelog."""

    @classmethod
    def of(cls, done: Comparison) -> Verdict:
        """Hold version and changelog against a comparison."""
        verdict = cls(
            old=done.old, new=done.new, level=done.level, following=None, findings=done.findings, looked_at=done.looked_at
        )  # fmt: skip
        if done.old.is_published or done.new.is_published:
            return verdict
        least = versions.following(done.old.version, done.level)
        reached = versions.reaches(done.new.version, least)
        problems, entry = _changelog(done, done.new.version if reached else least)
        if not reached:
            problems.insert(0, f"info.version is {done.new.version}: raise it to {least} in {_shown(done.new)}")
        return attrs.evolve(verdict, following=least, problems=tuple(problems), entry=entry)

    @classmethod
    def of_first_release(cls, new: Edition) -> Verdict:
        """Judge what has no release before it: nobody relies on anything yet."""
        there = changelog.has_section(_path(new), new.version)
        problems = () if there else (f"{_path(new).name} has no section [{new.version}]: add it",)
        return cls(old=None, new=new, level=Level.NONE, following=new.version, problems=problems)


def _changelog(done: Comparison, version: str) -> tuple[list[str], str]:
    path = _path(done.new)
    absent = changelog.missing(done.findings, path, done.old.version)
    if not absent:
        return [], ""
    count = "1 change" if len(absent) == 1 else f"{len(absent)} changes"
    return [f"{_relative(path)} does not tell {count}: add"], changelog.entry(absent, version)


def _path(new: Edition) -> Path:
    beside = new.source.path.with_name(changelog.NAME)
    return beside if beside.is_file() else CHANGELOG


def _shown(new: Edition) -> str:
    return _relative(new.source.path)


def _relative(path: Path) -> str:
    path = path.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
