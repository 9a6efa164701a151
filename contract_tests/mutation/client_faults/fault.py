"""A fault of the client: what is wrong with it, and which guarantees the checks may find broken."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import attrs

from mutation.client_faults.package import Sources


class Refused(Exception):
    """The generator makes no client of the changed contract; the message is its own."""


class Edit(Protocol):
    """What makes a sound client faulty."""

    def sources(self, sound: Path) -> Sources:
        """Return every file of the package that differs from the sound client in the folder `sound`.

        Raises:
            Refused: no client comes of it.

        """
        ...


@attrs.frozen
class Replacement:
    """A fault written down by hand: a piece of one file replaced."""

    file: str
    was: str
    becomes: str

    def sources(self, sound: Path) -> Sources:
        """Return the changed file.

        Raises:
            LookupError: the file does not have the piece.

        """
        text = (sound / self.file).read_text("utf-8")
        if self.was not in text:
            msg = f"{self.file} has no {self.was!r}"
            raise LookupError(msg)
        return {self.file: text.replace(self.was, self.becomes)}


@attrs.frozen(kw_only=True)
class ClientFault:
    """A client that breaks a guarantee.

    `guarantees` are those that may be found broken: the fault is caught by one of them, for another it does not count.
    `near` names what the fault is about, such as a schema: tests with it in their name are tried first. `lines` are those
    of the sound client that it changes, by file, where that is known; only tests that run one of them are tried.
    `key` names it whatever happens around it, where its id does not. `equivalent` says why it breaks nothing, `accepted` why what it breaks is not looked for; both are empty for the others.
    """

    id: str
    kind: str
    statement: str
    guarantees: tuple[str, ...]
    edit: Edit = attrs.field(repr=False, eq=False)
    near: str = ""
    lines: Mapping[str, frozenset[int]] = attrs.field(factory=dict, repr=False)
    key: str = attrs.field(default=attrs.Factory(lambda fault: fault.id, takes_self=True), repr=False)
    equivalent: str = ""
    accepted: str = ""

    @property
    def breaks(self) -> str:
        """The guarantees, in words."""
        return " or ".join(self.guarantees)
