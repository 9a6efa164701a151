"""The guarantees of the client, from `guarantees.yaml`, and the decorator that ties a test to one of them."""

import functools
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, ParamSpec

import yaml

P = ParamSpec("P")

GUARANTEES: Final[Mapping[str, str]] = yaml.safe_load(Path(__file__).with_name("guarantees.yaml").read_text("utf-8"))

CASES: Final[Counter[str]] = Counter()
_LOCK: Final = threading.Lock()


def count(identifier: str, cases: int = 1) -> None:
    """Add `cases` to the cases that a guarantee was tested with."""
    with _LOCK:
        CASES[identifier] += cases


def guarantee(identifier: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Tie a test to a guarantee, and count each run of it, each generated example too, as a case.

    Goes below Hypothesis' decorators, so that it runs for every example.

    Raises:
        KeyError: unknown guarantee.
    """
    GUARANTEES[identifier]

    def mark(test: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(test)
        def counted(*args: P.args, **kwargs: P.kwargs) -> None:
            count(identifier)
            test(*args, **kwargs)

        counted.__dict__["guarantee"] = identifier
        return counted

    return mark
