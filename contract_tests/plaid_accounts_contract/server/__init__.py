"""Any server against the contract."""
