"""Components that Plaid calls otherwise than before, which clients with Plaid's names for classes do not survive."""

from __future__ import annotations

from collections.abc import Iterator

from compare.editions import Edition
from compare.findings import NOTHING, Finding, Impact, Level, place
from compare.judgement import pairs

_HERE = Impact(Level.PATCH, "breaks code with Plaid's names of classes; this client has the names of this contract")


def findings(old: Edition, new: Edition) -> Iterator[Finding]:
    """Yield a finding for each component with another name, where both documents are Plaid's.

    In two contracts of this project the class goes with the name, which is seen in the client.
    """
    if not (old.is_published and new.is_published):
        return
    told: set[tuple[str, str]] = set()
    for _, _, before, after in pairs(old, new):
        for at, shape in before.places():
            now = after.at(at)
            if now is None or not shape.name or not now.name or shape.name == now.name:
                continue
            if (shape.name, now.name) not in told:
                told.add((shape.name, now.name))
                sentence = f"The component `{shape.name}` is called `{now.name}`."
                yield Finding(
                    place=place(new, now.origin), service=_HERE, server=NOTHING, section="Changed", sentence=sentence, names=(now.name,)
                )  # fmt: skip
