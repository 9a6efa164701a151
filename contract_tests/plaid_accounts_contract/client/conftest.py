"""Makes the fixtures known where pytest is started by itself."""

from plaid_accounts_contract.client.fixtures import certificates_read_once, waits

__all__ = ["certificates_read_once", "waits"]
