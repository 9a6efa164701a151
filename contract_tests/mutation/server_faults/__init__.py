"""Deliberate deviations from the contract, each small and named: middleware around the reference server."""

from mutation.server_faults.carried import carried
from mutation.server_faults.derived import derive
from mutation.server_faults.fault import Deviation, Fault
from mutation.server_faults.meaning import MEANING
from mutation.server_faults.rare import rarities
from mutation.server_faults.variations import VARIATIONS

__all__ = ["MEANING", "VARIATIONS", "Deviation", "Fault", "carried", "derive", "rarities"]
