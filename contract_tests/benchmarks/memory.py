"""Memory kept: what tracemalloc counts after a body became models and everything else was let go."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Final

from benchmarks import payloads
from benchmarks.engines import STOCK, Engine
from benchmarks.table import Table

ACCOUNTS: Final = 1000


def measure(engines: dict[str, Engine], progress: Callable[[str], None]) -> Table:
    """Return the bytes kept for each account of a large body, by engine."""
    progress(f"memory: {ACCOUNTS:,} accounts")
    body = payloads.body(ACCOUNTS)
    figures = {name: [_kept(engine, body) / ACCOUNTS] for name, engine in engines.items()}
    title = f"Memory kept for one of {ACCOUNTS:,} accounts"
    return Table("memory", title, "bytes", 1, STOCK, {"account": figures})


def _kept(engine: Engine, body: bytes) -> int:
    engine.decode(body)  # What is made once, such as caches, belongs to no account.
    gc.collect()
    tracemalloc.start()
    try:
        models = engine.decode(body)
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
        del models
        return kept
    finally:
        tracemalloc.stop()
