"""Bytes to models."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from benchmarks import payloads, rounds
from benchmarks.engines import STOCK, Engine
from benchmarks.table import Table


def measure(engines: dict[str, Engine], effort: rounds.Effort, progress: Callable[[str], None]) -> Table:
    """Return CPU time for one body, by engine and number of accounts."""
    columns: dict[str, dict[str, list[float]]] = {}
    for size in payloads.SIZES:
        progress(f"decoding: {size:,} accounts")
        body = payloads.body(size)
        subjects = {name: partial(engine.decode, body) for name, engine in engines.items()}
        columns[column(size)] = rounds.interleaved(subjects, effort)
    return Table("decoding", "Bytes to models, CPU time", "µs", 1e-6, STOCK, columns)


def column(size: int) -> str:
    """Name the column for this number of accounts."""
    return f"{size:,}"
