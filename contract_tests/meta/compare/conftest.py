"""The contract in the working tree, and comparisons with copies of it that were edited."""

from collections.abc import Callable
from pathlib import Path

import pytest

from compare import comparison, revisions
from compare.revisions import Revision
from compare.verdict import Verdict
from meta.compare.edits import Edit, edited

Compare = Callable[..., Verdict]


@pytest.fixture(scope="session")
def current() -> Revision:
    """The contract in the working tree."""
    return revisions.of_tree()


@pytest.fixture
def compare_with(current: Revision, tmp_path: Path) -> Compare:
    """Compare the contract with a copy that has some edits."""

    def compare(*edits: Edit) -> Verdict:
        return comparison.compare(current, edited(tmp_path, *edits))

    return compare
