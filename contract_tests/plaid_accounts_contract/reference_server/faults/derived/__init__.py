"""Faults derived from a contract document."""
