"""What is compared: a contract with the client that belongs to it, from a folder, a git ref, a file or a wheel."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

import attrs
import yaml

from compare import clients, published, slicing
from compare.clients import CACHE
from compare.failure import Failure
from compare.operations import Key, Operation, operations
from plaid_accounts_contract.contract import Contract

ROOT: Final = Path(__file__).resolve().parents[2]
CONTRACT: Final = "openapi/openapi.yaml"
CONSUMER: Final = "contract_tests/meta/consumer.py"
_IN_WHEEL: Final = "plaid_accounts_contract/openapi.yaml"


@attrs.frozen(kw_only=True, slots=False, eq=False)
class Edition:
    """A contract and what follows from it."""

    label: str
    """What the reader calls it."""
    source: Contract
    """The document as it was written; places and lines refer to it."""
    contract: Contract
    """The same as a document of this project."""
    operations: Mapping[Key, Operation]
    package: Path | None = None
    """A folder with the client that was released; without it, one is generated."""
    consumer: str | None = None
    """The typed service that belongs to it."""
    file: str = Path(CONTRACT).name
    """The name of its document, for places."""

    @property
    def version(self) -> str:
        """`info.version`."""
        return published.version(self.source) if self.is_published else self.source.version

    @property
    def is_standing(self) -> bool:
        """Whether it is the contract of the working tree, which the reference server serves."""
        return self.source.path == ROOT / CONTRACT

    @property
    def is_published(self) -> bool:
        """Whether it is Plaid's document."""
        return self.source is not self.contract

    @cached_property
    def digest(self) -> str:
        """What tells its document from others."""
        return clients.digest(self.source.path.read_bytes(), self.contract.path.read_bytes())

    @cached_property
    def folder(self) -> Path:
        """The folder with the client."""
        return self.package or clients.generated(self.contract.path)


def of_file(path: Path) -> Edition:
    """Read a contract, or a document that Plaid published.

    Raises:
        Failure: it can't be read, or is no OpenAPI document with an operation of the contract.

    """
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise Failure(f"{path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Failure(f"{path} is no YAML: it is not UTF-8") from None
    return attrs.evolve(_edition(path, text, str(path)), file=path.name)


def of_tree(root: Path = ROOT) -> Edition:
    """Return what stands in the working tree."""
    consumer = root / CONSUMER
    service = consumer.read_text(encoding="utf-8") if consumer.is_file() else None
    return attrs.evolve(of_file(root / CONTRACT), label=CONTRACT, consumer=service)


def _edition(path: Path, text: str, label: str) -> Edition:
    if not published.PUBLISHED.search(text):
        source = _load(path, label)
        return Edition(label=label, source=source, contract=source, operations=operations(source))
    frame = _load(ROOT / CONTRACT, CONTRACT)
    webhooks = [webhook.model for webhook in operations(frame).values() if webhook.is_webhook]
    source = _load(_stored("sliced", slicing.sliced(text, frame.document["paths"], webhooks)), label)
    found = published.read_operations(source, frame)
    if not found:
        raise Failure(f"{label} has no operation of the contract: {', '.join(frame.document['paths'])}")
    framed = _load(_stored("framed", published.framed(source, frame)), label)
    return Edition(label=label, source=source, contract=framed, operations=found)


def of_ref(ref: str, root: Path = ROOT) -> Edition:
    """Return what a commit, branch or tag holds.

    Raises:
        Failure: git does not know it, or it holds no contract.

    """
    commit = _git(root, "rev-parse", "--short", f"{ref}^{{commit}}")
    contract = _git(root, "show", f"{ref}:{CONTRACT}")
    if commit is None:
        raise Failure(f"{ref} is no file, and git knows no such ref: name a file, a wheel, a commit, a branch or a tag")
    if contract is None:
        raise Failure(f"{ref} holds no {CONTRACT}: name a git ref that does")
    path = _stored("contracts", contract)
    name = ref if ref == commit.strip() else f"{ref} ({commit.strip()})"
    package, service = _client_at(root, ref, path), _git(root, "show", f"{ref}:{CONSUMER}")
    return attrs.evolve(_edition(path, contract, name), package=package, consumer=service)


def of_wheel(wheel: Path) -> Edition:
    """Return what was released: the suite's wheel holds the contract, that of the client the client.

    Raises:
        Failure: one of the two is missing.

    """
    name, _, version = wheel.name.removesuffix(".whl").partition("-")
    version = version.split("-")[0]
    found = {part: _wheel(wheel.parent, part, version) for part in ("plaid_accounts", "plaid_accounts_contract")}
    suite, client = found["plaid_accounts_contract"], found["plaid_accounts"]
    if name not in found:
        raise Failure(f"{wheel.name} is no wheel of this project")
    if suite is None:
        raise Failure(f"{wheel.name} holds no contract: put plaid_accounts_contract-{version}-*.whl beside it")
    with zipfile.ZipFile(suite) as opened:
        contract = opened.read(_IN_WHEEL).decode()
    package = _unpacked(client) if client else None
    return attrs.evolve(_edition(_stored("contracts", contract), contract, wheel.name), package=package)


def last_release(root: Path = ROOT) -> str | None:
    """Return the newest tag of a release, or None where there is none yet."""
    tags = _git(root, "tag", "--list", "v*", "--sort=-version:refname", "--merged", "HEAD")
    released = [tag for tag in (tags or "").split() if re.fullmatch(r"v\d+(\.\d+)+", tag)]
    return released[0] if released else None


def _load(path: Path, label: str) -> Contract:
    try:
        contract = Contract.load(path)
    except yaml.YAMLError as error:
        raise Failure(f"{label} is no YAML: {' '.join(str(error).split())}") from None
    if not _has_paths(contract.document):
        raise Failure(f"{label} is no OpenAPI document: it has no paths")
    return contract


def _has_paths(document: object) -> bool:
    return isinstance(document, Mapping) and isinstance(document.get("paths"), Mapping)


def _client_at(root: Path, ref: str, contract: Path) -> Path | None:
    """Return the client that a commit holds, if it follows from the contract there."""
    commit = (_git(root, "rev-parse", f"{ref}^{{commit}}") or "").strip()
    folder = CACHE / "released" / commit
    if not folder.is_dir():
        archive = _run_git(root, "archive", "--format=zip", commit, "generated")
        if archive.returncode != 0:
            return None
        _unzip(archive.stdout, folder)
    record = folder / "generated" / "provenance.json"
    if not record.is_file() or clients.sha256(contract) not in record.read_text(encoding="utf-8"):
        return None
    return folder / "generated"


def _unpacked(wheel: Path) -> Path:
    folder = CACHE / "released" / clients.digest(wheel.read_bytes())
    if not folder.is_dir():
        _unzip(wheel.read_bytes(), folder)
    return folder


def _unzip(content: bytes, folder: Path) -> None:
    with clients.made_whole(folder) as fresh, zipfile.ZipFile(io.BytesIO(content)) as opened:
        opened.extractall(fresh)


def _wheel(folder: Path, name: str, version: str) -> Path | None:
    return next(iter(sorted(folder.glob(f"{name}-{version}-*.whl"))), None)


def _stored(section: str, text: str) -> Path:
    """Keep a document under the hash of its content."""
    path = _kept(section, f"{clients.digest(text.encode())}.yaml")
    if not path.is_file():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    return path


def _kept(*parts: str) -> Path:
    path = CACHE.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _git(root: Path, *arguments: str) -> str | None:
    ended = _run_git(root, *arguments)
    return ended.stdout.decode() if ended.returncode == 0 else None


def _run_git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("git")
    if program is None:
        raise Failure("git is not installed: name a file to compare with, such as AGAINST=old.yaml")
    return subprocess.run([program, "-C", str(root), *arguments], capture_output=True, check=False)
