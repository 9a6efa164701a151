"""The former name of `responses`."""

from plaid_accounts_contract.reference_server.responses import failure, success

__all__ = ["failure", "success"]
