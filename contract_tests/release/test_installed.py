"""Installed into clean environments, without the repository and without a network, both distributions do their work."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.distributions import ROOT, Distribution
from release.environments import Environment
from release.served import Served, serving

CALL = """
import asyncio, json, sys
import plaid_accounts
from plaid_accounts import Client
from plaid_accounts.errors import ItemError

async def names(client, token):
    async with client:
        response = await client.accounts_get_async(access_token=token)
    return [account.name for account in response.accounts]

url, token, error_token = sys.argv[1:]
with Client(base_url=url) as client:
    response = client.accounts_get(access_token=token)
    try:
        client.accounts_get(access_token=error_token)
    except ItemError as error:
        code = error.error_code
waited = asyncio.run(names(Client(base_url=url), token))
print(json.dumps([plaid_accounts.__file__, [account.name for account in response.accounts], waited, code]))
"""

# Misspells a field of the same length, so that nothing but the contract notices.
WRONG_SERVER = """
from plaid_accounts_contract.reference_server import create_app

inner = create_app()

async def app(scope, receive, send):
    async def misspell(message):
        if message["type"] == "http.response.body":
            message = message | {"body": message["body"].replace(b'"mask"', b'"mosk"')}
        await send(message)
    await inner(scope, receive, misspell)
"""

PLUGIN = """
from plaid_accounts import Client

def test_plugin(plaid_reference_server):
    server = plaid_reference_server
    with Client(client_id=server.client_id, secret=server.secret, base_url=server.url) as client:
        assert client.accounts_get(access_token=server.access_token).accounts
"""


@pytest.fixture(scope="module")
def served(workbench: Environment) -> Iterator[Served]:
    """The installed reference server, running."""
    with serving(workbench) as served:
        yield served


def test_nothing_is_missing(service: Environment, workbench: Environment) -> None:
    """What was installed satisfies every requirement that was declared, in both environments."""
    for environment in (service, workbench):
        result = environment.run(environment.python, "-c", REQUIRED)
        assert result.stdout == "[]\n", result.stdout + result.stderr


REQUIRED = """
from importlib.metadata import distributions, version
from re import match

installed = {found.metadata["Name"].lower().replace("_", "-").replace(".", "-") for found in distributions()}
needed = {
    match(r"[\\w.-]+", text)[0].lower().replace("_", "-").replace(".", "-")
    for found in distributions() for text in found.requires or () if ";" not in text
}
print(sorted(needed - installed))
"""


def test_client_calls_the_reference_server(service: Environment, served: Served) -> None:
    """The client, alone with what it requires, reads accounts with and without await, and tells an error, silently."""
    result = service.run(
        *(service.python, "-I", "-W", "error", "-c", CALL),
        *(served.url, served.access_token, served.error_token("ITEM_LOGIN_REQUIRED")),
        PLAID_CLIENT_ID=served.client_id,
        PLAID_SECRET=served.secret,
    )
    assert result.stderr == ""
    file, names, waited, code = json.loads(result.stdout)
    assert Path(file).is_relative_to(service.root)
    assert names == waited
    assert len(names) > 1
    assert code == "ITEM_LOGIN_REQUIRED"


def test_suite_passes_its_reference_server(workbench: Environment) -> None:
    """Without options the command checks the server that comes with it, by the contract inside the wheel."""
    result = workbench.run(workbench.program("plaid-accounts-contract"), "check")
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"^PASS: \d{4} exchanges", result.stdout, re.MULTILINE)


def test_suite_judges_a_server_at_an_address(workbench: Environment, served: Served) -> None:
    """A server at a URL passes, with the credentials that its author puts into the environment."""
    result = workbench.run(
        *(workbench.program("plaid-accounts-contract"), "check", served.url, "--quick"), **_credentials(served)
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_suite_fails_a_server_that_is_wrong(workbench: Environment, served: Served) -> None:
    """An application that misspells a field fails, and the failure names the clause and its line in the contract."""
    (workbench.project / "wrong_server.py").write_text(WRONG_SERVER, encoding="utf-8")
    result = workbench.run(
        *(workbench.program("plaid-accounts-contract"), "check", "--app", "wrong_server:app", "--quick"),
        **_credentials(served),
    )
    assert result.returncode == 1, result.stdout + result.stderr
    assert "FAIL  #/components/schemas/Account/required/mask  MUST" in result.stdout
    assert re.search(r"place +openapi.yaml:\d+ #/components/schemas/Account/required", result.stdout)


def test_suite_checks_the_client(workbench: Environment) -> None:
    """The suite finds no guarantee broken by the client that was installed beside it."""
    result = workbench.run(workbench.program("plaid-accounts-contract"), "check-client", "--quick")
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"^client: kept: .* 0 broken", result.stdout, re.MULTILINE)


def test_plugin_serves_tests(workbench: Environment) -> None:
    """A service's own test gets a reference server from the plugin, with no configuration at all."""
    (workbench.project / "test_plugin.py").write_text(PLUGIN, encoding="utf-8")
    result = workbench.run(workbench.python, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error", "test_plugin.py")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 passed" in result.stdout


def test_nothing_leads_back(distributions: tuple[Distribution, Distribution]) -> None:
    """No file that is published names a folder of the machine that it was built on."""
    here = [str(path).encode() for path in (ROOT, Path.home())]
    named = {
        name
        for one in distributions
        for files in (one.in_wheel(), one.in_source())
        for name, content in files.items()
        if any(path in content for path in here)
    }
    assert named == set()


def _credentials(served: Served) -> dict[str, str]:
    return {
        "CONTRACT_CLIENT_ID": served.client_id,
        "CONTRACT_SECRET": served.secret,
        "CONTRACT_ACCESS_TOKEN": served.access_token,
    }
