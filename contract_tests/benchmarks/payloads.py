"""Bodies of a 200 for the measurements: accounts of the reference dataset, with every property in each ten of them."""

import json
from itertools import cycle, islice
from typing import Any, Final

import attrs

from plaid_accounts_contract.reference_server import data
from plaid_accounts_contract.reference_server.accounts import identifier
from plaid_accounts_contract.reference_server.complete_items import ALL_FIELDS
from plaid_accounts_contract.reference_server.records import to_object

SIZES: Final = (1, 10, 100, 1000)
"""Accounts in a body."""

# Few accounts are verified, as the last of these ten is, which adds properties that others lack.
_TEN: Final = (*data.EVERYDAY.accounts, *data.TIMESTAMPED.accounts, ALL_FIELDS.accounts[0])


def body(accounts: int) -> bytes:
    """Return the JSON text of a response with this many accounts."""
    return json.dumps(response(accounts), separators=(",", ":")).encode()


def response(accounts: int) -> dict[str, Any]:
    """Return a response with this many accounts, each with an id of its own."""
    listed = enumerate(islice(cycle(_TEN), accounts))
    found = [to_object(attrs.evolve(account, account_id=identifier(f"bench/{number}"))) for number, account in listed]
    return {"accounts": found, "item": to_object(data.TIMESTAMPED.details), "request_id": identifier("bench")[:15]}
