"""What the tests of the comparison share: the contract as it stands, and comparisons with copies that were edited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compare import comparison, editions
from compare.comparison import Comparison
from compare.editions import Edition
from meta.compare.edits import Edit, edited

Compare = Callable[..., Comparison]


@pytest.fixture(scope="session")
def standing() -> Edition:
    """The contract as it stands."""
    return editions.of_tree()


@pytest.fixture
def compare_with(standing: Edition, tmp_path: Path) -> Compare:
    """Compare the contract with a copy that has some edits."""

    def compare(*edits: Edit) -> Comparison:
        return comparison.compare(standing, edited(tmp_path, *edits), lambda _: None)

    return compare
