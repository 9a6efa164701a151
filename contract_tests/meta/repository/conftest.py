"""The copies of the repository that tests get."""

from pathlib import Path

import pytest

from meta.repository.checkout import ROOT, VERSION, Checkout, copy_inputs, copy_repository


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Return a fresh copy of what generation and make read."""
    return copy_inputs(tmp_path / "checkout")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Return a copy of the repository, one for all tests."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git repository, so its files are unknown")
    copy = copy_repository(tmp_path_factory.mktemp("shared") / "repository")
    copy.git("branch begin")
    return copy


@pytest.fixture
def released(shared: Checkout) -> Checkout:
    """Return that copy as it was at the release of its version, without the changes of the previous test."""
    shared.git("checkout --quiet --force -B main begin", "clean --quiet --force -d", f"tag --force v{VERSION} begin")
    return shared
