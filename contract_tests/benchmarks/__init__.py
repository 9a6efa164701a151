"""Measures the client beside its peers; `make bench` runs it."""
