"""What the tests share: the run and builders of requests."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import pytest

from plaid_accounts_contract.generation.request_builder import RequestBuilder
from plaid_accounts_contract.redaction.near_misses import wrong_values
from plaid_accounts_contract.runner import operations
from plaid_accounts_contract.runner.pytest_plugin import current_run
from plaid_accounts_contract.settings import Mode
from plaid_accounts_contract.wire.exchange import Request

RUN = current_run()
DATA = RUN.test_data
PRIMARY = DATA.primary
ISSUED: Final = {"client_id": DATA.client_id, "secret": DATA.secret}
MODES = RUN.modes

BUILDER = RequestBuilder(DATA, RUN.operation)
OFFERED: Final = {operation.id: operations.builder(RUN, operation) for operation in operations.available(RUN)}
"""Builders for the additional operations that the target offers."""

in_each_mode = pytest.mark.parametrize("mode", MODES)
if_failing_items_are_known = pytest.mark.skipif(
    not DATA.failing, reason="no tokens of failing Items are known (CONTRACT_ERROR_TOKENS)"
)

# White space around a header's value is no part of it.
_SENDABLE_IN_HEADER: Final = re.compile(r"[!-~]([ -~]*[!-~])?")
# --quick sends the first request of each test and every fifth after it.
_EVERY: Final = 5 if RUN.settings.quick else 1
_built: Counter[str] = Counter()


def of_operation(operation_id: str) -> list[pytest.MarkDecorator]:
    """Return the marks of tests that cover one additional operation."""
    offered = operation_id in OFFERED
    return [pytest.mark.additional, pytest.mark.skipif(not offered, reason=f"{operation_id} is not offered")]


def wrong_credentials(name: str, mode: Mode) -> dict[str, str]:
    """Return what must not be accepted for an issued credential, as far as it can be sent in `mode`."""
    wrong = wrong_values(ISSUED[name])
    return {how: value for how, value in wrong.items() if mode == "body" or _SENDABLE_IN_HEADER.fullmatch(value)}


def of_other_client(builder: RequestBuilder, mode: Mode) -> Iterator[Request]:
    """Yield what another client must not get: each of its keys with one of ours, and both with our token."""
    if DATA.other_keys is None:
        return
    client_id, secret = DATA.other_keys
    pairs = {
        "the client_id of another client": (client_id, None),
        "the secret of another client": (None, secret),
        "the keys of another client": (client_id, secret),
    }
    for kind, (name, key) in pairs.items():
        yield builder.request(mode, builder.fields(), client_id=name, secret=key, purpose=kind)


def send(requests: Iterable[Request]) -> None:
    """Send requests one after the other; the run evaluates each exchange."""
    for request in requests:
        if _built[RUN.origin] % _EVERY == 0:
            RUN.send(request)
        _built[RUN.origin] += 1
