"""The pytest plugin: a reference server for tests of services that call the API.

A server's own tests use `plaid_accounts_contract.assert_conforms` and need no plugin. Everything else is imported on use,
so that a run without these fixtures pays nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from plaid_accounts_contract.reference_server import ReferenceServer

__all__ = ["ReferenceServer", "plaid_reference_server", "plaid_server"]


def __getattr__(name: str) -> object:
    if name == "ReferenceServer":
        from plaid_accounts_contract import reference_server  # noqa: PLC0415 - see above

        return reference_server.ReferenceServer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@pytest.fixture(scope="session")
def plaid_reference_server() -> Iterator[ReferenceServer]:
    """Run a reference server on a free loopback port for the session; each process of pytest-xdist has its own."""
    from plaid_accounts_contract.reference_server import scripted_server  # noqa: PLC0415 - see above

    with scripted_server() as server:
        yield server


@pytest.fixture
def plaid_server(plaid_reference_server: ReferenceServer) -> Iterator[ReferenceServer]:
    """Return the session's reference server to script in one test: reset before it, and after it."""
    plaid_reference_server.reset()
    yield plaid_reference_server
    plaid_reference_server.reset()
