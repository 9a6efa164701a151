"""Contract tests for servers and clients of Plaid's accounts API."""
