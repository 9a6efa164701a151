"""Planted faults of a server: rows of data, and functions over plain requests and responses; `injection` applies them."""
