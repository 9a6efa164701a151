"""Proves that the checks of the client bite: clients of a changed contract, and clients with changed code, are found."""
