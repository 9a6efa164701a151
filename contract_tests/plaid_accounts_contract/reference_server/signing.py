"""The former name of `webhooks`."""

from plaid_accounts_contract.reference_server.webhooks import EXPIRED_KEY_ID, KEY_ID

__all__ = ["EXPIRED_KEY_ID", "KEY_ID"]
