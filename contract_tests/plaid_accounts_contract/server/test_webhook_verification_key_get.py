"""/webhook_verification_key/get: the requested key, or an error."""

import pytest

from plaid_accounts_contract.checks.webhook_key import OPERATION, UNKNOWN_KEY_IDS
from plaid_accounts_contract.redaction.near_misses import wrong_values
from plaid_accounts_contract.server.requests import DATA, OFFERED, in_each_mode, of_operation, send
from plaid_accounts_contract.settings import Mode

pytestmark = of_operation(OPERATION)


@pytest.mark.skipif(not DATA.key_ids, reason="no webhook key is known (CONTRACT_WEBHOOK_KEY_IDS)")
@in_each_mode
def test_a_known_key_is_returned(mode: Mode) -> None:
    """Each known key is returned for its id, in use or not."""
    send(OFFERED[OPERATION].request(mode, {"key_id": key}, purpose="a known key") for key in DATA.key_ids * 2)


@in_each_mode
def test_an_unknown_key_id_is_refused(mode: Mode) -> None:
    """A made-up id, and a near miss of a known one, return no key."""
    near = [other for known in DATA.key_ids[:1] for other in wrong_values(known).values()]
    wrong = [*UNKNOWN_KEY_IDS, "0", *near]
    send(OFFERED[OPERATION].request(mode, {"key_id": key}, purpose="an unknown key_id") for key in wrong)
