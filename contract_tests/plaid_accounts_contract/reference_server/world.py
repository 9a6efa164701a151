"""The former name of `dataset`."""

from plaid_accounts_contract.reference_server.dataset import World

__all__ = ["World"]
