"""Checking: the CPU time of a verdict of the suite."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.measuring import Effort, Measurement, cpu_time

GENERATED: Final = "server, requests generated"
KEPT: Final = "server, requests kept"
MANY: Final = "server, 1,000 examples, requests kept"
_COMMANDS: Final = {
    GENERATED: ("check",),
    KEPT: ("check", "--cache-dir", "requests"),
    MANY: ("check", "--examples", "1000", "--cache-dir", "more_requests"),
    "client": ("check-client",),
}


def measure(folder: Path, effort: Effort) -> Iterator[Measurement]:
    """Measure the CPU time of verdicts on the embedded server and on the client."""
    figures: dict[str, list[float]] = {name: [] for name in _COMMANDS}
    for turn in range(1 + effort.verdicts):
        for name, command in _COMMANDS.items():
            figure = cpu_time("-m", "plaid_accounts_contract", *command, cwd=folder)
            if turn:  # The first one generates what the others use.
                figures[name].append(figure)
    yield Measurement("a verdict, CPU time", "second", GENERATED, figures)
