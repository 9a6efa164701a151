"""Tests of the installed client, `plaid_accounts`, against the contract that comes with this package."""
