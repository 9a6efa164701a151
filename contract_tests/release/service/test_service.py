"""A service's own tests with the plugin, in an environment that has nothing but what the package needs without extras."""

import asyncio
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

from plaid_accounts import Client
from plaid_accounts.errors import ItemError, PlaidAccountsError
from plaid_accounts_contract import assert_conforms
from plaid_accounts_contract.plugin import ReferenceServer

COMMAND = Path(sys.executable).with_name("plaid-accounts-contract")
# What `make test-fixture` adds, with what these need, and what pytest and this project bring.
BESIDE = {
    "pytest", "iniconfig", "packaging", "pluggy", "pygments", "pytest-asyncio", "pytest-xdist", "execnet",
    "plaid-accounts", "plaid-accounts-contract", "typing-extensions",
}  # fmt: skip


def _client(server: ReferenceServer, retries: int = 0) -> Client:
    return Client(client_id=server.client_id, secret=server.secret, base_url=server.url, retries=retries)


def test_a_429_is_retried(plaid_server: ReferenceServer) -> None:
    """A call that gets 429 once succeeds at the second attempt."""
    plaid_server.fail_next("ACCOUNTS_LIMIT", retry_after=0)
    with _client(plaid_server, retries=1) as client:
        assert client.accounts_get(access_token=plaid_server.access_token).accounts
    assert [call.status for call in plaid_server.calls] == [429, 200]


@pytest.mark.asyncio
async def test_an_item_needs_login(plaid_server: ReferenceServer) -> None:
    """With pytest-asyncio, an Item that needs login raises ItemError until it is healed."""
    plaid_server.fail_item("ITEM_LOGIN_REQUIRED")
    async with _client(plaid_server) as client:
        with pytest.raises(ItemError, match="ITEM_LOGIN_REQUIRED"):
            await client.accounts_get_async(access_token=plaid_server.access_token)
        plaid_server.heal_item()
        assert (await client.accounts_get_async(access_token=plaid_server.access_token)).accounts


def test_it_is_reset(plaid_server: ReferenceServer) -> None:
    """What another test scripted is gone."""
    with _client(plaid_server) as client:
        assert client.accounts_get(access_token=plaid_server.access_token).accounts
    assert len(plaid_server.calls) == 1


def test_the_rest_is_there(plaid_server: ReferenceServer) -> None:
    """A refused request gets Plaid's error whatever is scripted, and assert_conforms checks a response."""
    import httpx  # noqa: PLC0415 - of the client

    plaid_server.fail_next("INTERNAL_SERVER_ERROR")
    with _client(plaid_server) as client, pytest.raises(PlaidAccountsError, match="INVALID_ACCESS_TOKEN"):
        asyncio.run(client.accounts_get_async(access_token="access-sandbox-none"))
    keys = {"client_id": plaid_server.client_id, "secret": plaid_server.secret}
    assert_conforms(
        httpx.post(f"{plaid_server.url}/accounts/get", json={**keys, "access_token": plaid_server.access_token})
    )


def test_little_is_installed() -> None:
    """There are at most 20 packages besides pytest's and this project's, and none of the suite's."""
    installed = {entry.name.lower().replace("_", "-") for entry in importlib.metadata.distributions()}
    assert len(installed - BESIDE) <= 20
    assert not installed & {"schemathesis", "hypothesis", "rich", "jinja2", "a2wsgi"}


@pytest.mark.parametrize("arguments", ["check", "check-client", "contract", "judge .", "try --base-url http://[::1]:1"])
def test_what_needs_an_extra_names_it(arguments: str) -> None:
    """A command of the suite prints the line that installs it."""
    ran = subprocess.run([COMMAND, *arguments.split()], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.endswith('comes with the extra check: pip install "plaid-accounts-contract[check]"\n')


def test_serve_needs_none() -> None:
    """`serve` serves the API, and prints the line that installs its page."""
    with subprocess.Popen([COMMAND, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        lines = [server.stdout.readline(), server.stdout.readline()]
        server.terminate()
    assert lines[0].endswith('pip install "plaid-accounts-contract[page]"\n')
    assert lines[1].startswith("Reference server at http://127.0.0.1:")


def test_a_run_without_the_fixture_pays_nothing() -> None:
    """The plugin imports nothing of the reference server, the client or attrs before a test asks for it."""
    code = "import sys, pytest; before = set(sys.modules); import plaid_accounts_contract.plugin; print(*set(sys.modules) - before)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(ran.stdout.split()) == {"plaid_accounts_contract", "plaid_accounts_contract.plugin"}
