"""Which version comes after another, for how much changed.

Before 1.0 a change that breaks raises the second number and any other the third, so that `~=0.1.0` is safe to pin;
from 1.0 on it is Semantic Versioning.
"""

from __future__ import annotations

from packaging.version import InvalidVersion, Version

from compare.failure import Failure
from compare.findings import Level


def following(version: str, level: Level) -> str:
    """Return the least version that may follow.

    Raises:
        Failure: the version is none.

    """
    major, minor, patch = (*_read(version).release, 0, 0)[:3]
    if level == Level.NONE:
        return version
    if level == Level.MAJOR:
        return f"{major + 1}.0.0" if major else f"0.{minor + 1}.0"
    return f"{major}.{minor + 1}.0" if level == Level.MINOR and major else f"{major}.{minor}.{patch + 1}"


def reaches(version: str, least: str) -> bool:
    """Tell whether a version, or the release that it is a candidate for, is not lower than another."""
    return _read(version).release >= _read(least).release


def _read(version: str) -> Version:
    try:
        return Version(version)
    except InvalidVersion:
        raise Failure(f"info.version {version!r} is no version such as 1.2.0") from None
