"""Tests of the reference server: what the suite, which checks it like any server, cannot see."""
