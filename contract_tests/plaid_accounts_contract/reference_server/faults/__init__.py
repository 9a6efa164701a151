"""Deliberate deviations from the contract, each small and named: middleware around the reference server."""

from .fault import Deviation, Fault
from .meaning import MEANING

__all__ = ["MEANING", "Deviation", "Fault"]
