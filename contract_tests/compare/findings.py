"""A finding: what one change means, for whom, and the sentence for the changelog."""

from __future__ import annotations

import enum
from collections.abc import Iterable

import attrs

from compare.differences import Section


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


def patch(text: str) -> Impact:
    """Return an impact that needs no attention."""
    return Impact(Level.PATCH, text)


def minor(text: str) -> Impact:
    """Return an impact that breaks nobody but offers or demands something."""
    return Impact(Level.MINOR, text)


def major(text: str) -> Impact:
    """Return an impact that breaks users."""
    return Impact(Level.MAJOR, text)


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


def highest(findings: Iterable[Finding]) -> Level:
    """Return the highest level."""
    return max((finding.level for finding in findings), default=Level.NONE)
