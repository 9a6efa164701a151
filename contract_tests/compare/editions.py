"""What is compared: a contract with the client that belongs to it, from a folder, a git ref, a file or a wheel."""

from __future__ import annotations

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

from plaid_accounts_contract.contract import Contract

from . import clients, published
from .clients import CACHE
from .failure import Failure
from .operations import Key, Operation, operations

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

    @property
    def version(self) -> str:
        """`info.version`."""
        return published.version(self.source) if self.is_published else self.source.version

    @property
    def file(self) -> str:
        """The name of its document, for places."""
        return self.source.path.name if self.label == str(self.source.path) else Path(CONTRACT).name

    @property
    def is_published(self) -> bool:
        """Whether it is Plaid's document."""
        return self.source is not self.contract

    @cached_property
    def folder(self) -> Path:
        """The folder with the client."""
        return self.package or clients.generated(self.contract.path)


def of_file(path: Path, frame: Contract | None = None, *, label: str | None = None, **rest: object) -> Edition:
    """Read a contract; `frame` is the project's, for a document that is Plaid's.

    Raises:
        Failure: it can't be read, or is no OpenAPI document.

    """
    source = _load(path)
    name = label or str(path)
    if not published.is_published(source):
        found = operations(source)
        return attrs.evolve(Edition(label=name, source=source, contract=source, operations=found), **rest)  # type: ignore[arg-type]
    frame = frame or _load(ROOT / CONTRACT)
    into = _kept("framed", clients.digest(path.read_bytes(), frame.path.read_bytes()) + ".yaml")
    found = published.read_operations(source, frame)
    if not found:
        raise Failure(f"{path} has no operation of the contract: {', '.join(frame.document['paths'])}")
    return Edition(label=name, source=source, contract=published.framed(source, frame, into), operations=found)


def of_tree(root: Path = ROOT) -> Edition:
    """Return what stands in the working tree."""
    consumer = root / CONSUMER
    text = consumer.read_text(encoding="utf-8") if consumer.is_file() else None
    return of_file(root / CONTRACT, label=CONTRACT, consumer=text)


def of_ref(ref: str, root: Path = ROOT) -> Edition:
    """Return what a commit, branch or tag holds.

    Raises:
        Failure: git does not know it, or it holds no contract.

    """
    commit = _git(root, "rev-parse", "--short", f"{ref}^{{commit}}")
    contract = _git(root, "show", f"{ref}:{CONTRACT}")
    if commit is None or contract is None:
        raise Failure(f"{ref} holds no {CONTRACT}: name a git ref that does, a file, or a wheel")
    path = _kept("contracts", clients.digest(contract.encode()) + ".yaml")
    path.write_text(contract, encoding="utf-8")
    name = ref if ref == commit.strip() else f"{ref} ({commit.strip()})"
    package = _client_at(root, ref, path)
    return of_file(path, label=name, package=package, consumer=_git(root, "show", f"{ref}:{CONSUMER}"))


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
        path = _kept("contracts", clients.digest(opened.read(_IN_WHEEL)) + ".yaml")
        path.write_bytes(opened.read(_IN_WHEEL))
    package = _unpacked(client) if client else None
    return of_file(path, label=wheel.name, package=package)


def last_release(root: Path = ROOT) -> str | None:
    """Return the newest tag of a release, or None where there is none yet."""
    tags = _git(root, "tag", "--list", "v*", "--sort=-version:refname", "--merged", "HEAD")
    released = [tag for tag in (tags or "").split() if re.fullmatch(r"v\d+(\.\d+)+", tag)]
    return released[0] if released else None


def _load(path: Path) -> Contract:
    try:
        contract = Contract.load(path)
    except OSError as error:
        raise Failure(f"{path} can't be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Failure(f"{path} is no YAML: {' '.join(str(error).split())}") from None
    if not isinstance(contract.document, Mapping) or not isinstance(contract.document.get("paths"), Mapping):
        raise Failure(f"{path} is no OpenAPI document: it has no paths")
    return contract


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
    archive = _kept("released", clients.digest(content) + ".zip")
    archive.write_bytes(content)
    fresh = archive.with_suffix("")
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(fresh)
    archive.unlink()
    if folder != fresh:
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)


def _wheel(folder: Path, name: str, version: str) -> Path | None:
    return next(iter(sorted(folder.glob(f"{name}-{version}-*.whl"))), None)


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
