"""Both distributions work and are typed in clean environments, offline, and any build of them gives the same bytes."""

import hashlib
import json
import os
import re
import shutil
import sysconfig
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from meta.commands import credentials
from meta.programs import missing
from plaid_accounts_contract.reference_server import data
from release.distributions import PROJECTS, ROOT, Distribution, build, build_one, find
from release.environments import Environment, reference_server

SCRIPTS = Path(sysconfig.get_path("scripts"))
PYRIGHT = ROOT / "contract_tests/node/node_modules/.bin/pyright"
# A type checker that doesn't find the client's types would accept it.
MISTAKE = "\n\ndef mistaken(client: Client) -> int:\n    return client.accounts_get(access_token='token').acounts\n"

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


@pytest.fixture(scope="module")
def url(workbench: Environment) -> Iterator[str]:
    """Run the installed reference server."""
    with reference_server(workbench) as url:
        yield url


def test_client_calls_the_reference_server(service: Environment, url: str) -> None:
    """The client, with its dependencies alone, reads accounts with and without await and raises errors, silently."""
    result = service.run(
        *(service.python, "-I", "-W", "error", "-c", CALL),
        *(url, data.EVERYDAY.access_token, data.error_token("ITEM_LOGIN_REQUIRED")),
        PLAID_CLIENT_ID=data.REFERENCE_CREDENTIALS.client_id,
        PLAID_SECRET=data.REFERENCE_CREDENTIALS.secret,
    )
    assert result.stderr == ""
    file, names, waited, code = json.loads(result.stdout)
    assert Path(file).is_relative_to(service.root)
    assert names == waited
    assert len(names) > 1
    assert code == "ITEM_LOGIN_REQUIRED"


def test_suite_passes_its_reference_server(workbench: Environment) -> None:
    """Without options the command checks its own reference server against the contract inside the wheel."""
    result = workbench.run(workbench.program("plaid-accounts-contract"), "check")
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"^PASS: \d{4} exchanges", result.stdout, re.MULTILINE)


def test_suite_fails_a_server_that_violates_the_contract(workbench: Environment) -> None:
    """An application that misspells a field fails, and the failure names the clause and its line in the contract."""
    (workbench.project / "wrong_server.py").write_text(WRONG_SERVER, encoding="utf-8")
    result = workbench.run(
        *(workbench.program("plaid-accounts-contract"), "check", "--app", "wrong_server:app", "--quick"),
        **credentials(),
    )
    assert result.returncode == 1, result.stdout + result.stderr
    assert "FAIL  #/components/schemas/Account/required/mask  MUST" in result.stdout
    assert re.search(r"place +openapi.yaml:\d+ #/components/schemas/Account/required", result.stdout)


def test_suite_checks_the_client(workbench: Environment) -> None:
    """The client installed beside the suite keeps all its guarantees."""
    result = workbench.run(workbench.program("plaid-accounts-contract"), "check-client", "--quick")
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"^client: kept: .* 0 broken", result.stdout, re.MULTILINE)


def test_no_local_paths(distributions: tuple[Distribution, Distribution]) -> None:
    """No published file contains a path of the machine that it was built on."""
    here = [str(path).encode() for path in (ROOT, Path.home())]
    named = {
        name
        for one in distributions
        for files in (one.in_wheel(), one.in_source())
        for name, content in files.items()
        if any(path in content for path in here)
    }
    assert named == set()


@pytest.mark.parametrize("checker", ["mypy", "pyright", "ty"])
def test_types_of_the_client_are_found(service: Environment, checker: str) -> None:
    """Strict type checkers accept a service that uses the client correctly, and report a misspelt attribute."""
    if checker == "pyright" and not PYRIGHT.exists():
        missing("pyright needs node and npm")
    commands: dict[str, list[str | Path]] = {
        "mypy": [SCRIPTS / "mypy", "--strict", "--python-executable", service.python, "--cache-dir", "/dev/null"],
        "pyright": [PYRIGHT, "--pythonpath", service.python],
        "ty": [SCRIPTS / "ty", "check", "--error-on-warning", "--python", service.python],
    }
    consumer = service.project / "consumer.py"
    shutil.copy(ROOT / "contract_tests/meta/consumer.py", consumer)
    consumer.write_text("# pyright: strict\n" + consumer.read_text(encoding="utf-8"), encoding="utf-8")
    result = service.run(*commands[checker], consumer.name)
    assert result.returncode == 0, result.stdout + result.stderr
    with consumer.open("a", encoding="utf-8") as file:
        file.write(MISTAKE)
    result = service.run(*commands[checker], consumer.name)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "acounts" in result.stdout


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of the sources in another place, with other file dates and permissions."""
    root = tmp_path / "elsewhere" / "copy"
    for folder in ("generated", "openapi", "contract_tests/plaid_accounts_contract"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for project in PROJECTS.values():
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / project / name, root / project / name)
    for name in (".gitignore", "contract_tests/hatch_build.py"):
        shutil.copy(ROOT / name, root / name)
    for path in root.rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            os.utime(path, (1_000_000_000, 1_000_000_000))
    return root


def test_second_build(
    distributions: tuple[Distribution, Distribution], copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second build from a copy gives the same four files, whatever the dates, permissions, zone, locale and seed."""
    others = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "1"}
    for name, value in others.items():
        monkeypatch.setenv(name, value)
    build(copied, tmp_path / "second")
    assert _bytes(find(tmp_path / "second")) == _bytes(distributions)


def test_build_from_the_source_distributions(distributions: tuple[Distribution, Distribution], tmp_path: Path) -> None:
    """Built from its unpacked source distribution, each distribution has the same bytes again."""
    for one in distributions:
        with tarfile.open(one.source) as archive:
            archive.extractall(tmp_path / "unpacked", filter="data")
        build_one(tmp_path / "unpacked" / one.source.name.removesuffix(".tar.gz"), tmp_path / "again")
    assert _bytes(find(tmp_path / "again")) == _bytes(distributions)


def _bytes(distributions: tuple[Distribution, Distribution]) -> dict[str, str]:
    files = [path for one in distributions for path in (one.wheel, one.source)]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
