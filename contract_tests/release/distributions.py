"""The two distributions: built into a folder, or found there."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sysconfig.get_path("scripts")) / "uv"
# Of each distribution: its name, and the folder it is built from.
PROJECTS = {"plaid-accounts": ".", "plaid-accounts-contract": "contract_tests"}


class NotBuilt(Exception):
    """A folder does not hold what a release consists of; the message says what it holds."""


@dataclass(frozen=True)
class Distribution:
    """The two files of one distribution."""

    name: str
    wheel: Path
    source: Path

    @property
    def version(self) -> str:
        """The version that the metadata of the wheel tells."""
        return str(self.metadata()["Version"])

    def metadata(self) -> Message:
        """The metadata inside the wheel."""
        with zipfile.ZipFile(self.wheel) as wheel:
            name = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
            return BytesParser().parsebytes(wheel.read(name))

    def in_wheel(self) -> dict[str, bytes]:
        """The files of the wheel."""
        with zipfile.ZipFile(self.wheel) as wheel:
            return {name: wheel.read(name) for name in wheel.namelist()}

    def in_source(self) -> dict[str, bytes]:
        """The files of the source distribution, named as they stand inside its one folder."""
        files: dict[str, bytes] = {}
        with tarfile.open(self.source) as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is not None:
                    files[member.name.partition("/")[2]] = content.read()
        return files


def find(folder: Path) -> tuple[Distribution, Distribution]:
    """Find client and suite.

    Raises:
        NotBuilt: the folder holds another set of files than two wheels and two source distributions.
    """
    found = tuple(_find_one(folder, name) for name in PROJECTS)
    held = {path.name for path in folder.iterdir()} if folder.is_dir() else set[str]()
    client, suite = (one for one in found if one) if all(found) else (None, None)
    if client is None or suite is None or len(held) != 4:
        raise NotBuilt(
            f"{folder} should hold a wheel and a source distribution of {' and '.join(PROJECTS)}, "
            f"and holds {', '.join(sorted(held)) or 'nothing'}: make build"
        )
    return client, suite


def build(root: Path, folder: Path) -> None:
    """Build both from a repository into a folder."""
    for project in PROJECTS.values():
        build_one(root / project, folder)


def build_one(project: Path, folder: Path) -> None:
    """Build one, as `make build` does: a source distribution, and from that the wheel."""
    # A date of the caller's would make other bytes of the same sources.
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    options = ["--quiet", "--no-config", "--no-cache", "--offline", "--no-build-isolation", "--no-create-gitignore"]
    command: list[str | Path] = [UV, "build", *options, "--python", sys.executable, "--out-dir", folder, project]
    subprocess.run(command, env=environment, check=True)


def _find_one(folder: Path, name: str) -> Distribution | None:
    stem = name.replace("-", "_")
    wheels, sources = list(folder.glob(f"{stem}-*.whl")), list(folder.glob(f"{stem}-*.tar.gz"))
    return Distribution(name, wheels[0], sources[0]) if wheels and sources else None


if __name__ == "__main__":
    built = Path(sys.argv[1])
    build(ROOT, built)
    for distribution in find(built):
        for path in (distribution.wheel, distribution.source):
            print(hashlib.sha256(path.read_bytes()).hexdigest(), path.name)
