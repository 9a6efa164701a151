"""Tests of the suite itself, of the reference server and of the contract."""
