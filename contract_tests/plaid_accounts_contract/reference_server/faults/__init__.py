"""Deliberate deviations from the contract, each small and named: middleware around the reference server."""

from .carried import carried
from .derived import derive
from .fault import Deviation, Fault
from .meaning import MEANING
from .rare import rarities
from .variations import VARIATIONS

__all__ = ["MEANING", "VARIATIONS", "Deviation", "Fault", "carried", "derive", "rarities"]
