"""The command `plaid-accounts-contract`."""
