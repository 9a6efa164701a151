"""A running server shared by all tests that leave its state alone."""

from collections.abc import Generator

import httpx
import pytest

from meta.reference_server.caller import Caller
from plaid_accounts_contract.reference_server import Running, create_app, running


@pytest.fixture(scope="session")
def server() -> Generator[Running]:
    """A server on a real socket."""
    with running(create_app()) as served:
        yield served


@pytest.fixture(scope="session")
def caller(server: Running) -> Generator[Caller]:
    """A caller of that server."""
    with httpx.Client(base_url=server.url, timeout=30) as http:
        yield Caller(http)
