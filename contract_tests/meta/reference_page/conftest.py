"""The page of the reference server, shared by the tests of a module."""

from collections.abc import Generator

import pytest

from meta.reference_page.pages import page


@pytest.fixture(scope="module")
def url() -> Generator[str]:
    """Serve the page of the reference server."""
    with page() as served:
        yield served
