"""A fault of the client: how to make it, and which guarantees it may break."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import attrs

CLIENT: Final = Path(__file__).parents[3] / "generated" / "plaid_accounts"

Sources = Mapping[str, str | None]
"""The text of changed files by their path in the package; None for a deleted one."""


class Refused(Exception):
    """The generator refuses the changed contract; the message is the generator's."""


@attrs.frozen(kw_only=True)
class ClientFault:
    """A client that breaks one of `guarantees`, and counts as caught only by a test of one of them.

    `sources` returns the files that differ from the client without a fault, and raises `Refused`. Tests with `near` among
    their parameters run first. `key` names the fault in `equivalent.toml`; `equivalent` is the reason why it breaks nothing,
    else empty.
    """

    id: str
    kind: str
    statement: str
    guarantees: tuple[str, ...]
    sources: Callable[[], Sources] = attrs.field(repr=False, eq=False)
    near: str = ""
    equivalent: str = ""
    key: str = attrs.field(default=attrs.Factory(lambda fault: fault.id, takes_self=True), repr=False)

    @property
    def breaks(self) -> str:
        """The guarantees, as text."""
        return " or ".join(self.guarantees)
