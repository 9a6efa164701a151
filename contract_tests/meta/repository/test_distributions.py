"""The distributions contain the right files and nothing else, and their metadata is correct."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from meta.repository.checkout import ROOT, VERSION
from release.distributions import Distribution, NotBuilt, build, find

CONTRACT = (ROOT / "openapi/openapi.yaml").read_bytes()
# What the build backend adds. .gitignore is in the source distribution so that a build from it ignores the same files.
ADDED_TO_WHEEL = {"METADATA", "WHEEL", "RECORD", "licenses/LICENSE"}
ADDED_TO_SOURCE = {"PKG-INFO", ".gitignore"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that `make test-dist` names, or a fresh build."""
    named = os.environ.get("DIST")
    if named:
        return Path(named)
    built = tmp_path_factory.mktemp("dist")
    build(ROOT, built)
    return built


@pytest.fixture(scope="module")
def client(folder: Path) -> Distribution:
    """Return the client."""
    return find(folder)[0]


@pytest.fixture(scope="module")
def suite(folder: Path) -> Distribution:
    """Return the suite."""
    return find(folder)[1]


def test_version_is_the_contracts(client: Distribution, suite: Distribution) -> None:
    """Both distributions have the version of the contract, and the suite requires the client at that version."""
    assert client.version == suite.version == VERSION
    assert f"plaid-accounts=={VERSION}" in (suite.metadata().get_all("Requires-Dist") or [])


def test_client_needs_little(client: Distribution) -> None:
    """The client requires attrs, httpx, httpx-retries and sniffio, and nothing else."""
    required = client.metadata().get_all("Requires-Dist") or []
    names = {re.split(r"[^\w-]", line)[0] for line in required if "extra ==" not in line}
    assert names == {"attrs", "httpx", "httpx-retries", "sniffio"}


def test_metadata(client: Distribution, suite: Distribution) -> None:
    """Both name their licence, purpose, the Pythons they are tested with, and that they are typed."""
    for metadata in (client.metadata(), suite.metadata()):
        assert metadata["License-Expression"] == "MIT"
        assert metadata.get_all("License-File") == ["LICENSE"]
        assert metadata["Requires-Python"] == ">=3.11"
        assert metadata["Description-Content-Type"] == "text/markdown"
        assert metadata["Summary"]
        classifiers = metadata.get_all("Classifier") or []
        assert {f"Programming Language :: Python :: 3.{minor}" for minor in (11, 12, 13, 14)} <= set(classifiers)
        assert "Typing :: Typed" in classifiers


def test_wheel_of_the_client(client: Distribution) -> None:
    """The wheel holds the generated package, marked as typed, the licence, and nothing else."""
    expected = _files("generated/plaid_accounts", inside="plaid_accounts")
    expected |= {f"plaid_accounts-{client.version}.dist-info/{name}" for name in ADDED_TO_WHEEL}
    assert set(client.in_wheel()) == expected
    assert "plaid_accounts/py.typed" in expected


def test_wheel_of_the_suite(suite: Distribution) -> None:
    """The wheel holds the package, the contract, its command and plugin, and the licence, and nothing else."""
    package = "plaid_accounts_contract"
    expected = _files(f"contract_tests/{package}", inside=package) | {f"{package}/openapi.yaml"}
    expected |= {f"{package}-{suite.version}.dist-info/{name}" for name in (*ADDED_TO_WHEEL, "entry_points.txt")}
    assert set(suite.in_wheel()) == expected
    assert f"{package}/py.typed" in expected


def test_sources(client: Distribution, suite: Distribution) -> None:
    """The source distributions hold what the wheels are built from, and the client's the contract's changelog too."""
    project = {"pyproject.toml", "README.md", "LICENSE"} | ADDED_TO_SOURCE
    expected = _files("generated", inside="generated") | {"openapi/openapi.yaml", "openapi/CHANGELOG.md"}
    assert set(client.in_source()) == expected | project
    package = "plaid_accounts_contract"
    expected = _files(f"contract_tests/{package}", inside=package) | {f"{package}/openapi.yaml", "hatch_build.py"}
    assert set(suite.in_source()) == expected | project


def test_contract_and_licence_inside(client: Distribution, suite: Distribution) -> None:
    """The suite contains the contract, and both the licence, to the byte."""
    name = "plaid_accounts_contract/openapi.yaml"
    assert suite.in_wheel()[name] == suite.in_source()[name] == CONTRACT
    licence = (ROOT / "LICENSE").read_bytes()
    for one in (client, suite):
        assert one.in_source()["LICENSE"] == licence
        assert licence in one.in_wheel().values()


def test_incomplete_build(tmp_path: Path, client: Distribution) -> None:
    """A folder without the four files is an error that lists what it holds."""
    with pytest.raises(NotBuilt, match="got nothing"):
        find(tmp_path / "absent")
    (tmp_path / client.wheel.name).write_bytes(client.wheel.read_bytes())
    with pytest.raises(NotBuilt, match=f"got {client.wheel.name}"):
        find(tmp_path)


def _files(folder: str, *, inside: str) -> set[str]:
    """Return the files of a folder that git tracks or would track, by their names in a distribution."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git repository, so its files are unknown")
    command = ["git", "-C", str(ROOT / folder), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    return {f"{inside}/{name}" for name in listed if name and (ROOT / folder / name).is_file()}
