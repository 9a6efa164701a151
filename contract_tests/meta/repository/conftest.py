"""The copies of the repository that tests get."""

from pathlib import Path

import pytest

from meta.repository.checkout import ROOT, Checkout, copy_to
from meta.repository.working_copy import GIT, VERSION, working_copy


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh copy of what generation and make read."""
    return copy_to(tmp_path / "checkout")


@pytest.fixture(scope="session")
def lent(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy of the whole repository, for all tests."""
    if not (ROOT / ".git").exists():
        pytest.skip("only git tells what belongs to the repository")
    copy = working_copy(tmp_path_factory.mktemp("lent") / "repository", VERSION)
    assert copy.run(["git", "branch", "begin"], **GIT).returncode == 0
    return copy


@pytest.fixture
def released(lent: Checkout) -> Checkout:
    """That copy as it was at the release of its version, without what the test before did to it."""
    commands = ["checkout --quiet --force -B main begin", "clean --quiet --force -d", f"tag --force v{VERSION} begin"]
    for command in commands:
        done = lent.run(["git", *command.split()], **GIT)
        assert done.returncode == 0, done.stderr
    return lent
