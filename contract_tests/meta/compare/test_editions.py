"""What can be compared: a file, what a commit holds, what was released, what Plaid published."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from compare import editions
from compare.editions import CONTRACT, ROOT
from compare.failure import Failure


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit: the contract and the client as they stand."""
    root = tmp_path / "repository"
    shutil.copytree(ROOT / "openapi", root / "openapi")
    shutil.copytree(ROOT / "generated", root / "generated", ignore=shutil.ignore_patterns("__pycache__"))
    _git(root, "init", "--quiet")
    _git(root, "add", ".")
    _git(root, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "--quiet", "--message=first")
    return root


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True)


def test_the_client_of_a_commit_is_the_one_it_holds(repository: Path) -> None:
    """What a commit released is compared: its contract, and the client that follows from it."""
    edition = editions.of_ref("HEAD", repository)
    assert edition.version == editions.of_tree().version
    record = edition.folder / "provenance.json"
    assert record.read_bytes() == (ROOT / "generated" / "provenance.json").read_bytes()
    assert edition.package is not None


def test_the_client_of_a_commit_that_does_not_follow(repository: Path) -> None:
    """A client that a commit holds beside another contract is not taken for what was released."""
    contract = repository / CONTRACT
    contract.write_text(
        contract.read_text("utf-8").replace("What the account holds", "What is in the account"), "utf-8"
    )
    _git(repository, "add", ".")
    _git(repository, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "--quiet", "--message=second")
    assert editions.of_ref("HEAD", repository).package is None


def test_the_last_release_is_the_newest_tag(repository: Path) -> None:
    """The last release is the tag with the highest version; other tags are none."""
    assert editions.last_release(repository) is None
    for tag in ("v0.9.0", "v0.10.0", "vague", "v1.0.0-trial"):
        _git(repository, "tag", tag)
    assert editions.last_release(repository) == "v0.10.0"


def test_a_ref_that_is_none(repository: Path) -> None:
    """A name that is neither file nor ref is named, and so is a commit without a contract."""
    with pytest.raises(Failure, match="nowhere is no file, and git knows no such ref"):
        editions.of_ref("nowhere", repository)
    _git(repository, "rm", "--quiet", CONTRACT)
    _git(repository, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "--quiet", "--message=none")
    with pytest.raises(Failure, match=f"HEAD holds no {CONTRACT}"):
        editions.of_ref("HEAD", repository)


def test_wheels(tmp_path: Path) -> None:
    """Of two wheels, that of the suite gives the contract and that of the client the client; either may be named."""
    suite = tmp_path / "plaid_accounts_contract-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(suite, "w") as archive:
        archive.write(ROOT / CONTRACT, "plaid_accounts_contract/openapi.yaml")
    client = tmp_path / "plaid_accounts-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(client, "w") as archive:
        for path in (ROOT / "generated" / "plaid_accounts").rglob("*.py"):
            archive.write(path, path.relative_to(ROOT / "generated"))
    for wheel in (suite, client):
        edition = editions.of_wheel(wheel)
        assert edition.contract.document == editions.of_tree().contract.document
        assert (edition.folder / "plaid_accounts" / "client.py").is_file()
        assert edition.package is not None
    suite.unlink()
    with pytest.raises(Failure, match=r"holds no contract: put plaid_accounts_contract-0\.1\.0-\*\.whl beside it"):
        editions.of_wheel(client)
    other = tmp_path / "other-1.0-py3-none-any.whl"
    other.touch()
    with pytest.raises(Failure, match="is no wheel of this project"):
        editions.of_wheel(other)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"openapi: [3.1.0", "is no YAML"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"[]", "is no OpenAPI document: it has no paths"),
        (b"openapi: 3.0.0\npaths: {/other: {}}\n", "has no operation of the contract: /accounts/get"),
    ],
)
def test_files_that_are_no_contract(tmp_path: Path, content: bytes, said: str) -> None:
    """A file that is no contract is named, with what is wrong."""
    path = tmp_path / "file.yaml"
    path.write_bytes(content)
    with pytest.raises(Failure, match=said):
        editions.of_file(path)
