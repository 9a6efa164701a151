"""Contract tests for clients and servers of POST /accounts/get, with a reference server."""
