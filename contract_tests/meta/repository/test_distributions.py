"""What is built for others works outside the repository."""

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

import pytest

from .checkout import ROOT

CONTRACT = (ROOT / "openapi/openapi.yaml").read_bytes()
UV = Path(sysconfig.get_path("scripts")) / "uv"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both wheels, each built from its source distribution, as `make build` does."""
    folder = tmp_path_factory.mktemp("dist")
    for project in (ROOT, ROOT / "contract_tests"):
        _uv("build", "--quiet", "--no-build-isolation", "--out-dir", folder, project)
    return folder


def test_version_is_the_contracts(built: Path) -> None:
    """Both distributions have the version of the contract, and the suite requires the client at that version."""
    match = re.search(rb"^  version: [\"']?([^\"'\s]+)", CONTRACT, re.MULTILINE)
    assert match
    version = match[1].decode()
    client, suite = _metadata(built, "plaid_accounts"), _metadata(built, "plaid_accounts_contract")
    assert client["Version"] == suite["Version"] == version
    assert f"plaid-accounts=={version}" in (suite.get_all("Requires-Dist") or [])


def test_client_needs_little(built: Path) -> None:
    """The client requires attrs, httpx and httpx-retries, and nothing else."""
    required = _metadata(built, "plaid_accounts").get_all("Requires-Dist") or []
    names = {re.split(r"[^\w-]", line)[0] for line in required if "extra ==" not in line}
    assert names == {"attrs", "httpx", "httpx-retries"}


@pytest.mark.parametrize("name", ["plaid_accounts", "plaid_accounts_contract"])
def test_wheel_holds_one_typed_package(built: Path, name: str) -> None:
    """Each wheel holds its package alone, marked as typed, with the licence."""
    with zipfile.ZipFile(_wheel(built, name)) as wheel:
        files = wheel.namelist()
    assert {file.partition("/")[0] for file in files if ".dist-info/" not in file} == {name}
    assert f"{name}/py.typed" in files
    assert [file for file in files if file.endswith("/licenses/LICENSE")]


def test_suite_carries_the_contract(built: Path) -> None:
    """Wheel and source distribution of the suite carry the contract to the byte."""
    with zipfile.ZipFile(_wheel(built, "plaid_accounts_contract")) as wheel:
        assert wheel.read("plaid_accounts_contract/openapi.yaml") == CONTRACT
    with tarfile.open(next(built.glob("plaid_accounts_contract-*.tar.gz"))) as source:
        name = next(name for name in source.getnames() if name.endswith("plaid_accounts_contract/openapi.yaml"))
        member = source.extractfile(name)
        assert member
        assert member.read() == CONTRACT


def test_wheels_work_elsewhere(built: Path, tmp_path: Path) -> None:
    """Installed outside the repository, the client imports and the suite reads its own copy of the contract."""
    site = tmp_path / "site"
    _uv("pip", "install", "--quiet", "--no-deps", "--python", sys.executable, "--target", site, *built.glob("*.whl"))
    program = (
        "import plaid_accounts, plaid_accounts.models\n"
        "from plaid_accounts_contract.contract import Contract\n"
        "print(plaid_accounts.__file__, Contract.load().path, sep='\\n')\n"
    )
    result = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr == ""
    assert [Path(line).is_relative_to(site) for line in result.stdout.splitlines()] == [True, True]


def _uv(*arguments: str | Path) -> None:
    command = [UV, *arguments, "--no-config", "--no-cache", "--offline"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def _wheel(folder: Path, name: str) -> Path:
    return next(folder.glob(f"{name}-*.whl"))


def _metadata(folder: Path, name: str) -> Message:
    with zipfile.ZipFile(_wheel(folder, name)) as wheel:
        file = next(file for file in wheel.namelist() if file.endswith(".dist-info/METADATA"))
        return BytesParser().parsebytes(wheel.read(file))
