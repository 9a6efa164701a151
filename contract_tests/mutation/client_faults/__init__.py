"""Faulty clients that the checks of the client must catch: generated from a changed contract, or with changed code."""
