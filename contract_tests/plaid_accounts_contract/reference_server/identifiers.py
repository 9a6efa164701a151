"""The former name of `accounts`."""

from plaid_accounts_contract.reference_server.accounts import identifier

__all__ = ["identifier"]
