"""Generated requests: every exchange is judged against the full contract and every requirement."""

from __future__ import annotations

from typing import Any

from plaid_accounts_contract.generation import fuzzing
from plaid_accounts_contract.runner import current_run
from plaid_accounts_contract.settings import Mode

RUN = current_run.current()
SCHEMAS = fuzzing.schemas(RUN.contract, RUN.settings, RUN.test_data)
EFFORT = fuzzing.effort(RUN.settings.generated_requests)


def _generated(mode: Mode) -> Any:
    def test(case: fuzzing.Case) -> None:
        """The server answers generated requests as the contract says."""
        request = fuzzing.request_of(case, mode)
        if request is not None:
            RUN.send(request)

    return SCHEMAS[mode].parametrize()(EFFORT(test))


if "header" in SCHEMAS:
    test_credentials_in_headers = _generated("header")
if "body" in SCHEMAS:
    test_credentials_in_body = _generated("body")
