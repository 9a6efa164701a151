"""The keys that webhooks are signed with: the one asked for, or an error."""

from __future__ import annotations

from typing import Final

import pytest

from plaid_accounts_contract.checks import neighbours
from plaid_accounts_contract.runner import current_run, operations
from plaid_accounts_contract.server.requests import in_each_mode, neighbour, send
from plaid_accounts_contract.settings import Mode

RUN = current_run.current()
OFFERED: Final = {operation.id: operation for operation in operations.available(RUN)}

pytestmark = [
    pytest.mark.additional,
    pytest.mark.skipif(neighbours.KEY not in OFFERED, reason="/webhook_verification_key/get is not offered"),
]


@pytest.mark.skipif(not RUN.test_data.key_ids, reason="no key of webhooks is known (CONTRACT_WEBHOOK_KEY_IDS)")
@in_each_mode
def test_a_key_is_given_by_its_id(mode: Mode) -> None:
    """Each known key is given under its own id, in use or not."""
    builder = operations.builder(RUN, OFFERED[neighbours.KEY])
    send(builder.request(mode, {"key_id": key_id}, purpose="a known key") for key_id in RUN.test_data.key_ids * 2)


@in_each_mode
def test_an_id_that_no_key_has_is_refused(mode: Mode) -> None:
    """A made-up id, and one that is almost known, give no key."""
    builder = operations.builder(RUN, OFFERED[neighbours.KEY])
    almost = [other for known in RUN.test_data.key_ids for other in (neighbour(known), known[:-1], f"{known} ")]
    wrong = [*neighbours.KEYLESS, "0", *almost]
    send(builder.request(mode, {"key_id": key_id}, purpose="an id that no key has") for key_id in wrong)
