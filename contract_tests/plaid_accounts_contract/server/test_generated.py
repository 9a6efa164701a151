"""Generated requests to every operation, evaluated like all others."""

from collections.abc import Generator
from typing import Any

import pytest

from plaid_accounts_contract.generation import fuzzing
from plaid_accounts_contract.generation.narrowing import narrow
from plaid_accounts_contract.runner import operations
from plaid_accounts_contract.server.requests import DATA, MODES, OFFERED, RUN
from plaid_accounts_contract.settings import Mode


@pytest.fixture(scope="module", autouse=True)
def no_local_constants() -> Generator[None]:
    """The requests depend on contract, settings and target alone."""
    with fuzzing.no_local_constants():
        yield


def _generated(document: dict[str, Any], mode: Mode, number: int) -> Any:
    def test(case: fuzzing.Case) -> None:
        """The server responds to generated requests as the contract says."""
        request = fuzzing.request_of(case, mode)
        if request is not None:
            RUN.send(request)

    return fuzzing.schema(RUN.settings, document, number).parametrize()(fuzzing.effort(number)(test))


_NUMBER = RUN.settings.generated_requests
if "header" in MODES:
    _document = narrow(RUN.contract, RUN.operation, DATA, "header")
    test_credentials_in_headers = _generated(_document, "header", _NUMBER)
if "body" in MODES:
    _document = narrow(RUN.contract, RUN.operation, DATA, "body")
    test_credentials_in_body = _generated(_document, "body", _NUMBER)

for _builder in (builder for builder in OFFERED.values() if builder.operation.request_body is not None):
    for _mode in operations.modes(_builder.operation, MODES):
        _document = narrow(RUN.contract, _builder.operation, DATA, _mode, _builder.fields())
        _test = _generated(_document, _mode, RUN.settings.generated_requests_of_additional)
        globals()[f"test_generated_{_builder.operation.id}_{_mode}"] = pytest.mark.additional(_test)
