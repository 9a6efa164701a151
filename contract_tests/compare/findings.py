"""What one change means: for whom, how much, and the sentence for the changelog."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Literal

import attrs

from compare.editions import Edition
from plaid_accounts_contract.contract import Pointer

Section = Literal["Added", "Changed", "Removed"]


class Level(enum.IntEnum):
    """The part of a version that a change raises."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def word(self) -> str:
        """The name, in small letters."""
        return self.name.lower()


@attrs.frozen
class Impact:
    """What a change means for one kind of user."""

    level: Level
    text: str


NOTHING = Impact(Level.NONE, "")


@attrs.frozen(kw_only=True)
class Finding:
    """One change of the contract or of the client."""

    place: str
    """File, line and JSON pointer."""
    service: Impact
    """For who calls the API with the client."""
    server: Impact
    """For who writes a server and checks it with the suite."""
    section: Section
    sentence: str
    """For the changelog."""
    names: tuple[str, ...]
    """Words of which the changelog's entry has one."""
    classes: tuple[str, ...] = ()
    """Components that go with it."""

    @property
    def level(self) -> Level:
        """The higher of the two."""
        return max(self.service.level, self.server.level)


def place(edition: Edition, pointer: Pointer) -> str:
    """Name a place of an edition for a reader."""
    steps = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in pointer)
    known = edition.source if _is_in(edition, pointer) else edition.contract
    return f"{edition.file}:{known.line(pointer)} #/{steps}"


def highest(findings: Iterable[Finding]) -> Level:
    """Return the level of the gravest finding."""
    return max((finding.level for finding in findings), default=Level.NONE)


def _is_in(edition: Edition, pointer: Pointer) -> bool:
    try:
        edition.source.at(pointer)
    except (KeyError, IndexError, TypeError):
        return False
    return True
