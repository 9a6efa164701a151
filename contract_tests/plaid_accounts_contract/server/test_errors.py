"""Items in error: each answers its own error, with the type and status that are listed for it."""

from __future__ import annotations

import pytest

from plaid_accounts_contract.server.requests import BUILDER, MODES, RUN, send


@pytest.mark.skipif(not RUN.test_data.failing, reason="no tokens of failing Items are known (CONTRACT_ERROR_TOKENS)")
def test_failing_items_answer_their_error() -> None:
    """An Item that is known to fail answers its error, with the type and status listed for it."""
    for token, code in RUN.test_data.failing.items():
        send(BUILDER.valid(mode, access_token=token, purpose=f"an Item that fails with {code}") for mode in MODES)
