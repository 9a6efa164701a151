"""Contract tests for servers and clients of Plaid's accounts API.

`assert_conforms` holds one response against the contract; the command `plaid-accounts-contract` checks a whole server.
"""

from plaid_accounts_contract.conformance import DoesNotConform, assert_conforms

__all__ = ["DoesNotConform", "assert_conforms"]
