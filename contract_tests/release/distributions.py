"""The two distributions: built into a folder, or found there."""

import hashlib
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

import attrs

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sysconfig.get_path("scripts")) / "uv"
# The name of each distribution, and the folder that it is built from.
PROJECTS = {"plaid-accounts": ".", "plaid-accounts-contract": "contract_tests"}


class NotBuilt(Exception):
    """A folder does not hold exactly the files of a release; the message lists what it holds."""


@attrs.frozen
class Distribution:
    """The two files of one distribution."""

    name: str
    wheel: Path
    source: Path

    @property
    def version(self) -> str:
        """The version in the wheel's metadata."""
        return str(self.metadata()["Version"])

    def metadata(self) -> Message:
        """Return the metadata of the wheel."""
        (content,) = (text for name, text in self.in_wheel().items() if name.endswith(".dist-info/METADATA"))
        return BytesParser().parsebytes(content)

    def in_wheel(self) -> dict[str, bytes]:
        """Return the files of the wheel."""
        with zipfile.ZipFile(self.wheel) as wheel:
            return {name: wheel.read(name) for name in wheel.namelist()}

    def in_source(self) -> dict[str, bytes]:
        """Return the files of the source distribution, by their path inside its one folder."""
        files: dict[str, bytes] = {}
        with tarfile.open(self.source) as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is not None:
                    files[member.name.partition("/")[2]] = content.read()
        return files


def find(folder: Path) -> tuple[Distribution, Distribution]:
    """Find client and suite; raise NotBuilt if there is anything but two wheels and two source distributions."""
    held = sorted(folder.iterdir()) if folder.is_dir() else []
    found: list[Distribution] = []
    for name in PROJECTS:
        files = [path for path in held if path.name.startswith(f"{name.replace('-', '_')}-")]
        wheels = [path for path in files if path.suffix == ".whl"]
        sources = [path for path in files if path.name.endswith(".tar.gz")]
        found += map(Distribution, [name], wheels, sources)
    if len(found) != 2 or len(held) != 4:
        names = ", ".join(path.name for path in held) or "nothing"
        raise NotBuilt(f"{folder} must hold a wheel and a source distribution of {' and '.join(PROJECTS)}, got {names}")
    return found[0], found[1]


def build(root: Path, folder: Path) -> None:
    """Build both from a repository into a folder."""
    for project in PROJECTS.values():
        build_one(root / project, folder)


def build_one(project: Path, folder: Path) -> None:
    """Build a source distribution, and the wheel from that."""
    # With another date than the default, the same sources give other bytes.
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    options = ["--quiet", "--no-config", "--no-cache", "--offline", "--no-build-isolation", "--no-create-gitignore"]
    command: list[str | Path] = [UV, "build", *options, "--python", sys.executable, "--out-dir", folder, project]
    subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    built = Path(sys.argv[1])
    build(ROOT, built)
    for distribution in find(built):
        for path in (distribution.wheel, distribution.source):
            print(hashlib.sha256(path.read_bytes()).hexdigest(), path.name)
