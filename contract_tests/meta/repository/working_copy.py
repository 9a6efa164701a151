"""A copy of the whole repository, its history begun anew with one release, in which make runs as in the original."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from meta.repository.checkout import ROOT, Checkout

GIT = {
    **dict.fromkeys(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"], "A contributor"),
    **dict.fromkeys(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"], "contributor@example.com"),
    **dict.fromkeys(["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"], os.devnull),
}
CONTRACT = (ROOT / "openapi/openapi.yaml").read_text(encoding="utf-8")
VERSION = next(re.finditer(r"^  version: [\"']?([^\"'\s#]+)", CONTRACT, re.MULTILINE))[1]
NODE_MODULES = "contract_tests/node/node_modules"
# What make compare keeps from one time to the next, by the hash of what it is made from.
COMPARISONS = ".compare"


def working_copy(root: Path, version: str) -> Checkout:
    """Copies what git tracks or would track, commits it as the release of this version, and lends the environments."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            # With their dates: what was installed for them is up to date.
            shutil.copy2(ROOT / name, root / name)
    copy = Checkout(root)
    for arguments in (
        ["init", "--quiet", "--initial-branch", "main"],
        ["add", "."],
        ["commit", "--quiet", "--message", "Begin"],
        ["tag", f"v{version}"],
    ):
        done = copy.run(["git", *arguments], **GIT)
        assert done.returncode == 0, done.stderr
    _lend_python(copy)
    (ROOT / COMPARISONS).mkdir(exist_ok=True)
    for folder in (NODE_MODULES, COMPARISONS):
        if (ROOT / folder).is_dir():
            (root / folder).symlink_to(ROOT / folder)
    # What is ignored is a folder, and these are links.
    (root / ".git/info/exclude").write_text(f"/{NODE_MODULES}\n/{COMPARISONS}\n", encoding="utf-8")
    return copy


def _lend_python(copy: Checkout) -> None:
    """Gives the copy an environment of its own that finds the installed packages of this one, and can't change it."""
    environment = copy.root / ".venv"
    command = [sys.executable, "-m", "venv", "--without-pip", str(environment)]
    subprocess.run(command, check=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(environment)}))
    (packages / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    for program in Path(sysconfig.get_path("scripts")).iterdir():
        if not (environment / "bin" / program.name).exists():
            (environment / "bin" / program.name).symlink_to(program)
    stamp = copy.make("--eval", "stamp: ; @echo $(REQUIREMENTS)", "stamp").stdout.strip()
    (copy.root / stamp).touch()
