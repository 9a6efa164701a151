"""Generated requests: every exchange is judged against the full contract and every requirement."""

from __future__ import annotations

from typing import Any

import hypothesis
from hypothesis import HealthCheck

from plaid_accounts_contract import active, generated
from plaid_accounts_contract.exchange import Mode

RUN = active.current()
SCHEMAS = generated.schemas(RUN)
EFFORT = hypothesis.settings(
    max_examples=generated.examples(RUN),
    deadline=None,
    database=None,
    # How fast the target answers and how much of what is drawn can be sent is no fault of the test.
    suppress_health_check=[
        HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large, HealthCheck.large_base_example
    ],
)  # fmt: skip


def _generated(mode: Mode) -> Any:
    def test(case: generated.Case) -> None:
        """The server answers generated requests as the contract says."""
        request = generated.request_of(case, mode)
        if request is not None:
            RUN.send(request)

    return SCHEMAS[mode].parametrize()(EFFORT(test))


if "header" in SCHEMAS:
    test_credentials_in_headers = _generated("header")
if "body" in SCHEMAS:
    test_credentials_in_body = _generated("body")
