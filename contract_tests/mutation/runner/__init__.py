"""Runs every fault of servers and clients: the suite has to catch each, for the right reason."""

from typing import Literal, Protocol

Outcome = Literal[
    "caught",  # by the clause or guarantee that the fault breaks
    "survived",
    "caught by another clause",
    "error",
    "equivalent",  # survives, as it should: it breaks nothing that can be observed
    "refused",  # the generator makes no client of the contract
    "not observed",  # the run claims nothing about the clause
    "no alarm",  # a harmless variation passes
    "false alarm",
]


class Record(Protocol):
    """The fixture `record`: call it once, at the end of the test of a fault."""

    def __call__(self, outcome: Outcome, caught_by: str = "", detail: str = "") -> None:
        """Keep `outcome` for the table; `caught_by` names the clause or test that caught the fault.

        Fails the test unless the fault was caught as it should be.
        """
