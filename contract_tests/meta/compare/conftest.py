"""The contract in the working tree."""

import pytest

from compare import revisions
from compare.revisions import Revision


@pytest.fixture(scope="session")
def current() -> Revision:
    """The contract in the working tree."""
    return revisions.of_tree()
