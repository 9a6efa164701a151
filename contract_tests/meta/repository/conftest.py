"""The copy of the repository that each test gets."""

from pathlib import Path

import pytest

from .checkout import Checkout, copy_to


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh copy of the repository."""
    return copy_to(tmp_path / "checkout")
