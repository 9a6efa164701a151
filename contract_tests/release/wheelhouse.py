"""A folder with the wheels that the two distributions need, so that clean environments are filled offline."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
# The optional parser of the client comes along.
WANTED = ["plaid-accounts[orjson]", "plaid-accounts-contract"]


def fill(folder: Path) -> None:
    """Download what the distributions require, at the versions and with the hashes of requirements.txt."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    needed = _closure(WANTED)
    blocks = re.split(r"\n(?=\S)", (ROOT / "requirements.txt").read_text(encoding="utf-8").strip())
    lock = folder / "requirements.txt"
    lock.write_text("\n".join(block for block in blocks if block.partition("==")[0] in needed), encoding="utf-8")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-deps"),
            *("--only-binary", ":all:", "--require-hashes", "--dest", folder, "--requirement", lock),
        ],
        check=True,
    )


def _closure(requirements: list[str]) -> set[str]:
    """The names of all that these requirements bring with them here, themselves included."""
    found: set[str] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found and not requirement.extras:
            continue
        found.add(name)
        for text in requires(requirement.name) or []:
            needed = Requirement(text)
            environments = [{"extra": extra} for extra in (*requirement.extras, "")]
            if needed.marker is None or any(needed.marker.evaluate(environment) for environment in environments):
                waiting.append(needed)
    return found


if __name__ == "__main__":
    fill(Path(sys.argv[1]))
