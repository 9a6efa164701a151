"""Generated requests: every exchange is judged against the full contract and every requirement."""

from __future__ import annotations

from typing import Any

from plaid_accounts_contract import active, generated
from plaid_accounts_contract.exchange import Mode

RUN = active.current()
SCHEMAS = generated.schemas(RUN)
EFFORT = generated.effort(generated.examples(RUN))


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
