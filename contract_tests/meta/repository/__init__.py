"""Tests of what surrounds the code: generation, make targets, lock files, workflows, distributions."""
