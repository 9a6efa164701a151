"""Clients of two contracts side by side in one process, generated where none stands, and kept for the next time."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from compare.failure import Failure

PACKAGE: Final = "plaid_accounts"
_ROOT: Final = Path(__file__).resolve().parents[2]
_CODEGEN: Final = _ROOT / "openapi" / "codegen"
CACHE: Final = _ROOT / ".compare"
RECORD: Final = "provenance.json"


def generated(contract: Path) -> Path:
    """Return the folder that holds the client of a contract, by the templates as they are now.

    Raises:
        Failure: the generator does not accept the contract.

    """
    standing = _ROOT / "generated"
    if _follows(standing, contract):
        return standing
    key = digest(contract.read_bytes(), *(path.read_bytes() for path in _inputs()))
    folder = CACHE / "clients" / key
    if not folder.is_dir():
        _generate(contract, folder)
    return folder


@contextlib.contextmanager
def made_whole(folder: Path) -> Generator[Path]:
    """Give a path to make a folder at; it takes the place of `folder` when it is whole.

    Another process may be faster, with the same result.

    Raises:
        Failure: the folder cannot be written.

    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as scratch:
        fresh = Path(scratch, "whole")
        yield fresh
        with contextlib.suppress(OSError):
            fresh.rename(folder)
    if not folder.is_dir():
        raise Failure(f"{folder} cannot be written")


def load(folder: Path) -> Any:
    """Import the client in a folder under a name of its own; within itself it refers to its modules by relative names."""
    package = folder / PACKAGE
    alias = f"{PACKAGE}_{digest(*(path.read_bytes() for path in sources(package)))}"
    if alias not in sys.modules:
        _import(package, alias)
    return sys.modules[alias]


def sources(package: Path) -> Iterator[Path]:
    """Yield the modules of a client in a fixed order."""
    yield from sorted(package.rglob("*.py"))


def contents(folder: Path) -> list[bytes]:
    """Return what the modules of the client in a folder hold."""
    return [path.read_bytes() for path in sources(folder / PACKAGE)]


def same(one: Path, other: Path) -> bool:
    """Tell whether the clients in two folders are the same."""
    return one == other or contents(one) == contents(other)


def made_alike(one: Path, other: Path) -> bool:
    """Tell whether the clients in two folders were made by the same templates and tools, as far as they say."""
    records = [folder / RECORD for folder in (one, other)]
    if not all(record.is_file() for record in records):
        return False
    first, second = (json.loads(record.read_bytes()) for record in records)
    return bool(all(first[part] == second[part] for part in ("codegen", "tools")))


def digest(*contents: bytes) -> str:
    """Name contents by their hash."""
    return hashlib.sha256(b"\0".join(hashlib.sha256(content).digest() for content in contents)).hexdigest()[:16]


def sha256(path: Path) -> str:
    """Return the sha256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def submodules(client: Any, part: str) -> Iterator[Any]:
    """Yield the modules of one part of a client, such as `api`, and of the folders in it."""
    root = Path(str(client.__file__)).parent
    for path in sorted(root.joinpath(part).rglob("*.py")):
        if path.stem != "__init__":
            name = ".".join(path.relative_to(root).with_suffix("").parts)
            yield importlib.import_module(f"{client.__name__}.{name}")


def _inputs() -> list[Path]:
    return [
        _CODEGEN / "config.yaml",
        *sorted((_CODEGEN / "templates").rglob("*.jinja")),
        *sorted(_CODEGEN.glob("*.py")),
    ]


def _follows(standing: Path, contract: Path) -> bool:
    """Whether a client was made from this contract by the templates as they are now."""
    record = standing / RECORD
    if not record.is_file():
        return False
    known = json.loads(record.read_bytes())
    if known["contract"] != {"openapi.yaml": hashlib.sha256(contract.read_bytes()).hexdigest()}:
        return False
    now = {path.relative_to(_CODEGEN).as_posix(): path for path in _inputs() if path.suffix != ".py"}
    return bool(known["codegen"] == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in now.items()})


def _generate(contract: Path, folder: Path) -> None:
    with made_whole(folder) as fresh:
        command = [sys.executable, str(_CODEGEN / "generate.py"), "--contract", str(contract), "--output", str(fresh)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            said = ended.stderr.strip().removeprefix("error: ").removesuffix("\nnothing was written")
            raise Failure(f"no client can be generated from {contract}: {said}")


def _import(package: Path, alias: str) -> ModuleType:
    paths = [str(package)]
    spec = importlib.util.spec_from_file_location(alias, package / "__init__.py", submodule_search_locations=paths)
    if spec is None or spec.loader is None:
        raise Failure(f"{package} is no Python package")
    module = sys.modules[alias] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        for name in ("models", "errors", "client", "api"):
            importlib.import_module(f"{alias}.{name}")
    except Exception:
        del sys.modules[alias]
        raise
    return module
