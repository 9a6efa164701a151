"""Revisions of the contract, each with its client: from the working tree, a git ref, a file or a wheel."""

import io
import itertools
import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import attrs
import yaml

from compare import Failure, clients, plaid_document
from compare.clients import ROOT
from compare.schemas import REQUEST, Endpoint, Key, endpoints
from plaid_accounts_contract.contract import JSON_MEDIA_TYPE, Contract, Pointer
from plaid_accounts_contract.generation import bodies
from plaid_accounts_contract.generation.bodies import Variant

CONTRACT: Final = "openapi/openapi.yaml"
CONSUMER: Final = "contract_tests/meta/consumer.py"
"""A typed service, checked against the clients of both revisions."""
# Bodies that combine several changes at random, the same ones each time, and the changes in each.
_COMBINATIONS: Final = 10
_COMBINED: Final = 12
_SEED: Final = 1
_IN_WHEEL: Final = "plaid_accounts_contract/openapi.yaml"


@attrs.frozen(kw_only=True, slots=False, eq=False)
class Revision:
    """A contract and what follows from it."""

    label: str
    """What the reader calls it."""
    source: Contract
    """The document as it was written; places and lines refer to it."""
    contract: Contract
    """The same as a document of this project; another object only where the source is Plaid's document."""
    endpoints: Mapping[Key, Endpoint]
    package: Path | None = None
    """A folder with the client that was released; without it, one is generated."""
    consumer: str | None = None
    """The typed service of its commit."""
    file: str = Path(CONTRACT).name
    """The name of its document, for places."""

    @property
    def version(self) -> str:
        """`info.version`, or the number in Plaid's name for it."""
        return plaid_document.release(self.source.version) if self.is_published else self.source.version

    @property
    def is_published(self) -> bool:
        """Whether it is Plaid's document."""
        return self.source is not self.contract

    @property
    def hosts(self) -> dict[str, str]:
        """The address of each environment."""
        servers = plaid_document.servers(self.source) if self.is_published else self.source.document.get("servers", ())
        return {server["x-environment"]: server["url"] for server in servers if "x-environment" in server}

    @cached_property
    def folder(self) -> Path:
        """The folder with the client."""
        return self.package or clients.generated(self.contract.path, self.label)

    def schema(self, key: Key, status: str) -> Pointer:
        """Return the place of the schema of a response, or of the `REQUEST`, in the contract."""
        endpoint = self.endpoints[key]
        part = ("requestBody",) if endpoint.is_webhook or status == REQUEST else ("responses", status)
        message = self.contract.follow((*endpoint.operation.pointer, *part))
        return self.contract.follow((*message, "content", JSON_MEDIA_TYPE, "schema"))

    def variants(self, key: Key, status: str) -> Sequence[Variant]:
        """Return valid bodies of a response, or of the `REQUEST`; none where it has no JSON body."""
        return _variants(self, key, status)

    def place(self, pointer: Pointer) -> str:
        """Name a place for a reader: file, line and JSON pointer."""
        try:
            self.source.at(pointer)
        except (KeyError, IndexError, TypeError):
            place = self.contract.place(pointer)
        else:
            place = self.source.place(pointer)
        return self.file + place.removeprefix(Path(CONTRACT).name)


@cache
def _variants(revision: Revision, key: Key, status: str) -> Sequence[Variant]:
    endpoint, document = revision.endpoints[key], revision.contract.document
    schema = endpoint.body(status)
    if schema is None:
        return ()
    pointer = revision.schema(key, status)
    # Errors of several statuses share a schema: one status shows what the others would.
    alike = [other for other in endpoint.responses if getattr(endpoint.body(other), "origin", None) == schema.origin]
    enough = None if status == REQUEST or alike[0] == status else 2
    try:
        found = list(itertools.islice(bodies.variants(document, revision.contract.at(pointer), edges=True), enough))
    except ValueError as error:
        raise Failure(f"no valid body: {error}") from None
    if status == REQUEST or enough:
        return found
    valid, draw = revision.contract.validator(pointer).is_valid, random.Random(_SEED)  # noqa: S311 - no secret
    for number in range(_COMBINATIONS):
        body = found[number % 2].value
        for variant in draw.sample(found[2:], min(_COMBINED, len(found) - 2)):
            changed = bodies.put(body, variant.path, bodies.at(variant.value, variant.path))
            body = changed if valid(changed) else body
        found.append(Variant((), "combined", body))
    return found


def named(name: str, root: Path = ROOT) -> Revision:
    """Return what a person means by a file, a wheel or a git ref."""
    path = Path(name)
    if path.suffix == ".whl":
        return of_wheel(path.resolve())
    return of_file(path) if path.is_file() else of_ref(name, root)


def of_file(path: Path) -> Revision:
    """Read a contract, or a document that Plaid published."""
    return attrs.evolve(_revision(path, str(path)), file=path.name)


def of_tree(root: Path = ROOT) -> Revision:
    """Return the revision in the working tree."""
    return attrs.evolve(of_file(root / CONTRACT), label=CONTRACT)


def of_ref(ref: str, root: Path = ROOT) -> Revision:
    """Return the revision in a commit, branch or tag."""
    commit = (_git(root, "rev-parse", f"{ref}^{{commit}}") or b"").decode().strip()
    if not commit:
        raise Failure(f"{ref} is neither a file nor a git ref: name a file, a wheel, a commit, a branch or a tag")
    contract, consumer = (_git(root, "show", f"{commit}:{path}") for path in (CONTRACT, CONSUMER))
    if contract is None:
        raise Failure(f"{ref} has no {CONTRACT}: name a git ref that has one")
    short = (_git(root, "rev-parse", "--short", commit) or b"").decode().strip()
    label = ref if ref == short else f"{ref} ({short})"
    found = _revision(clients.cached_document(contract.decode()), label)
    archive = _git(root, "archive", "--format=zip", commit, "generated")
    client = _unzipped(archive, commit) / "generated" if archive else None
    # A client of another contract may have been committed.
    package = client if client and clients.is_generated_from(client, found.source.path) else None
    return attrs.evolve(found, package=package, consumer=consumer.decode() if consumer else None)


def of_wheel(wheel: Path) -> Revision:
    """Return a released revision: the suite's wheel has the contract, the client's wheel the client."""
    parts = wheel.name.split("-")
    if not wheel.is_file() or parts[0] not in ("plaid_accounts", "plaid_accounts_contract"):
        raise Failure(f"{wheel.name} does not exist, or is not a wheel of this project")
    client, suite = (
        next(iter(sorted(wheel.parent.glob(f"{name}-{parts[1]}-*.whl"))), None)
        for name in ("plaid_accounts", "plaid_accounts_contract")
    )
    if suite is None:
        raise Failure(f"{wheel.name} has no contract: put plaid_accounts_contract-{parts[1]}-*.whl beside it")
    try:
        with zipfile.ZipFile(suite) as opened:
            text = opened.read(_IN_WHEEL).decode()
        package = _unzipped(client.read_bytes(), clients.digest(client.read_bytes())) if client else None
    except (zipfile.BadZipFile, KeyError) as error:
        raise Failure(f"cannot read the wheels beside {wheel.name}: {error}") from None
    return attrs.evolve(_revision(clients.cached_document(text), wheel.name), package=package)


def last_release(root: Path = ROOT) -> str | None:
    """Return the newest tag of a release, or None where there is none yet."""
    tags = _git(root, "tag", "--list", "v*", "--sort=-version:refname", "--merged", "HEAD") or b""
    return next((tag for tag in tags.decode().split() if re.fullmatch(r"v\d+(\.\d+)+", tag)), None)


def _revision(path: Path, label: str) -> Revision:
    try:
        source = Contract.load(path)
    except OSError as error:
        raise Failure(f"cannot read {path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Failure(f"{label} is not valid YAML: {' '.join(str(error).split())}") from None
    try:
        # Plaid's document is OpenAPI 3.0; this project's are 3.1.
        if not str(source.document.get("openapi")).startswith("3.0"):
            # Read once, so that a document without them is rejected here.
            _ = source.version, source.document["components"]
            return Revision(label=label, source=source, contract=source, endpoints=endpoints(source))
        frame = Contract.load(ROOT / CONTRACT)
        found = plaid_document.read_endpoints(source, frame)
        if not found:
            raise Failure(f"{label} has no operation of the contract: {', '.join(frame.document['paths'])}")
        framed = Contract.load(clients.cached_document(plaid_document.framed(source, frame)))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # A reference that does not resolve, or a node of another type: whatever reads it first finds it.
        raise Failure(f"{label} is not a valid OpenAPI document: {type(error).__name__} {error}") from None
    return Revision(label=label, source=source, contract=framed, endpoints=found)


def _unzipped(content: bytes, name: str) -> Path:
    return clients.cached_folder("released", name, lambda path: zipfile.ZipFile(io.BytesIO(content)).extractall(path))


def _git(root: Path, *arguments: str) -> bytes | None:
    program = shutil.which("git")
    if program is None:
        raise Failure("git is not installed: name a file to compare with, such as AGAINST=old.yaml")
    ended = subprocess.run([program, "-C", str(root), *arguments], capture_output=True, check=False)
    return ended.stdout if ended.returncode == 0 else None
