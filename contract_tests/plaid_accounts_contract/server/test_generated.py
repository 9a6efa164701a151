"""Generated requests to every operation, evaluated like all others."""

from typing import Any

import pytest

from plaid_accounts_contract.contract import Operation
from plaid_accounts_contract.generation.narrowing import narrow
from plaid_accounts_contract.generation.request_cache import generated
from plaid_accounts_contract.runner import operations
from plaid_accounts_contract.server.requests import DATA, MODES, OFFERED, RUN, in_each_mode
from plaid_accounts_contract.settings import Mode


def _send_generated(operation: Operation, mode: Mode, number: int, fields: dict[str, Any] | None = None) -> None:
    document = narrow(RUN.contract, operation, DATA, mode, fields)
    for request in generated(RUN.settings, document, mode, number):
        RUN.send(request)


@in_each_mode
def test_generated_requests(mode: Mode) -> None:
    """The server responds to generated requests as the contract says."""
    _send_generated(RUN.operation, mode, RUN.settings.generated_requests)


@pytest.mark.additional
@pytest.mark.parametrize(
    ("operation_id", "mode"),
    [
        (builder.operation.id, mode)
        for builder in OFFERED.values() if builder.operation.request_body is not None
        for mode in operations.modes(builder.operation, MODES)
    ],
)  # fmt: skip
def test_generated_requests_to_additional_operations(operation_id: str, mode: Mode) -> None:
    """The server responds to generated requests to each additional operation as the contract says."""
    builder = OFFERED[operation_id]
    _send_generated(builder.operation, mode, RUN.settings.generated_requests_of_additional, builder.fields())
