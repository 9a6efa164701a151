"""The distributions hold what belongs inside and nothing else, and say of themselves what is so."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from meta.repository.checkout import ROOT
from release.distributions import Distribution, NotBuilt, build, find

CONTRACT = (ROOT / "openapi/openapi.yaml").read_bytes()
# What the build backend adds to a wheel, and to a source distribution: the list of ignored files keeps a build from
# inside it the same.
ADDED_TO_WHEEL = {"METADATA", "WHEEL", "RECORD", "licenses/LICENSE"}
ADDED_TO_SOURCE = {"PKG-INFO", ".gitignore"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `make test-dist` names, as it stands; without one, a fresh build."""
    named = os.environ.get("DIST")
    if named:
        return Path(named)
    built = tmp_path_factory.mktemp("dist")
    build(ROOT, built)
    return built


@pytest.fixture(scope="module")
def client(folder: Path) -> Distribution:
    """The client."""
    return find(folder)[0]


@pytest.fixture(scope="module")
def suite(folder: Path) -> Distribution:
    """The suite."""
    return find(folder)[1]


def test_version_is_the_contracts(client: Distribution, suite: Distribution) -> None:
    """Both distributions have the version of the contract, and the suite requires the client at that version."""
    match = re.search(rb"^  version: [\"']?([^\"'\s]+)", CONTRACT, re.MULTILINE)
    assert match
    version = match[1].decode()
    assert client.version == suite.version == version
    assert f"plaid-accounts=={version}" in (suite.metadata().get_all("Requires-Dist") or [])


def test_client_needs_little(client: Distribution) -> None:
    """The client requires attrs, httpx and httpx-retries, and nothing else."""
    required = client.metadata().get_all("Requires-Dist") or []
    names = {re.split(r"[^\w-]", line)[0] for line in required if "extra ==" not in line}
    assert names == {"attrs", "httpx", "httpx-retries"}


def test_metadata(client: Distribution, suite: Distribution) -> None:
    """Both tell their licence, the Pythons they are tested with, that they are typed, and what they are for."""
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
    """The wheel holds the generated package as it stands, marked as typed, with the licence, and nothing else."""
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


def test_source_of_the_client(client: Distribution) -> None:
    """The source distribution holds what the wheel is built from, the contract behind it and its history."""
    expected = _files("generated", inside="generated")
    expected |= {"openapi/openapi.yaml", "openapi/CHANGELOG.md", "pyproject.toml", "README.md", "LICENSE"}
    assert set(client.in_source()) == expected | ADDED_TO_SOURCE


def test_source_of_the_suite(suite: Distribution) -> None:
    """The source distribution holds what the wheel is built from."""
    package = "plaid_accounts_contract"
    expected = _files(f"contract_tests/{package}", inside=package) | {f"{package}/openapi.yaml"}
    expected |= {"hatch_build.py", "pyproject.toml", "README.md", "LICENSE"}
    assert set(suite.in_source()) == expected | ADDED_TO_SOURCE


def test_contract_inside(suite: Distribution) -> None:
    """Wheel and source distribution of the suite carry the contract to the byte."""
    name = "plaid_accounts_contract/openapi.yaml"
    assert suite.in_wheel()[name] == suite.in_source()[name] == CONTRACT


def test_licence_inside(client: Distribution, suite: Distribution) -> None:
    """Both carry the licence of the repository."""
    licence = (ROOT / "LICENSE").read_bytes()
    for one in (client, suite):
        assert one.in_source()["LICENSE"] == licence
        assert licence in one.in_wheel().values()


def test_what_is_not_built(tmp_path: Path, client: Distribution) -> None:
    """A folder without the four files, or with more, is refused with what it holds and what makes it."""
    with pytest.raises(NotBuilt, match="and holds nothing: make build"):
        find(tmp_path / "absent")
    (tmp_path / client.wheel.name).write_bytes(client.wheel.read_bytes())
    with pytest.raises(NotBuilt, match=rf"and holds {client.wheel.name}: make build"):
        find(tmp_path)


def _files(folder: str, *, inside: str) -> set[str]:
    """The files of a folder that git tracks or would track, by their names in a distribution."""
    if not (ROOT / ".git").exists():
        pytest.skip("only git tells which files belong here")
    command = ["git", "-C", str(ROOT / folder), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    return {f"{inside}/{name}" for name in listed if name and (ROOT / folder / name).is_file()}
