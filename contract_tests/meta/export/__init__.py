"""Exports: what they hold, and that they run."""
