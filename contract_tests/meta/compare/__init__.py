"""Tests of the comparison of two contracts."""
