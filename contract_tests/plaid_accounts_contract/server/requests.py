"""What the written tests share: the run, a writer of requests, and the modes of credentials to write them in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.runner import current_run
from plaid_accounts_contract.wire.exchange import Exchange, Request

RUN = current_run.current()
BUILDER = RequestBuilder(RUN.test_data, RUN.operation)
MODES = RUN.settings.modes

in_each_mode = pytest.mark.parametrize("mode", MODES)


_THINNING = 5 if RUN.settings.quick else 1
_written: Counter[str] = Counter()


def send(requests: Iterable[Request]) -> list[Exchange]:
    """Send requests one after the other; the run judges each. A smoke run sends the first of a test and every fifth."""
    exchanges = []
    for request in requests:
        if _written[RUN.origin] % _THINNING == 0:
            exchanges.append(RUN.send(request))
        _written[RUN.origin] += 1
    return exchanges


def swap_case(text: str) -> str:
    """Return `text` with the case of its last letter changed; unchanged if it has none."""
    for index in range(len(text) - 1, -1, -1):
        if text[index].swapcase() != text[index]:
            return text[:index] + text[index].swapcase() + text[index + 1 :]
    return text


def altered(text: str, index: int) -> str:
    """Return `text` with one character replaced by another of the same kind."""
    end = index % len(text) + 1
    return neighbour(text[:end]) + text[end:]


def transposed(text: str) -> str:
    """Return `text` with the first two characters that differ, from the middle on, in each other's place."""
    for index in range(len(text) // 2, len(text) - 1):
        if text[index] != text[index + 1]:
            return text[:index] + text[index + 1] + text[index] + text[index + 2 :]
    return text + text


def neighbour(text: str) -> str:
    """Return `text` with its last character replaced by another of the same kind."""
    last = text[-1]
    return text[:-1] + ("1" if last == "0" else "0" if last.isdigit() else "b" if last == "a" else "a")
