"""Copies of the repository that a test may break."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import attrs

from plaid_accounts_contract.contract import Contract

ROOT = Path(__file__).resolve().parents[3]
VERSION = Contract.load(ROOT / "openapi/openapi.yaml").version
# What make passes to the commands it runs, these tests among them, and what a caller may have set.
INHERITED = {
    *("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "PYTHON", "PYTHONS", "VENV", "REQUIRE_ALL"),
    *("ARGS", "BASE_URL", "PORT", "UPGRADE", "AGAINST", "FILE", "DIST", "TAG"),
}
GIT = {
    **dict.fromkeys(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"], "A contributor"),
    **dict.fromkeys(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"], "contributor@example.com"),
    **dict.fromkeys(["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"], os.devnull),
}
MAKEFILES = ("Makefile", "contract_tests/release/release.mk")
NODE_MODULES = "contract_tests/node/node_modules"
# Where make compare caches what it generated.
COMPARISONS = ".compare"


@attrs.frozen
class Checkout:
    """The copy's folder, and the commands run inside it."""

    root: Path

    @property
    def contract(self) -> Path:
        """The copy's contract."""
        return self.root / "openapi/openapi.yaml"

    @property
    def generated(self) -> Path:
        """The copy's generated client."""
        return self.root / "generated"

    @property
    def codegen(self) -> Path:
        """The copy's configuration, templates and command of the generator."""
        return self.root / "openapi/codegen"

    def edit(self, path: Path, old: str, new: str) -> None:
        """Replace a text that the file must contain."""
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{path.name} does not contain {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def content(self) -> dict[str, bytes]:
        """Return the generated files and their bytes."""
        paths = (path for path in self.generated.rglob("*") if path.is_file())
        return {path.relative_to(self.generated).as_posix(): path.read_bytes() for path in paths}

    def generate(self, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command behind `make generate`."""
        return self.run([sys.executable, str(self.codegen / "generate.py"), *options], **environment)

    def make(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run make."""
        return self.run(["make", *arguments], **environment)

    def git(self, *commands: str) -> None:
        """Run git commands that must succeed."""
        for command in commands:
            done = self.run(["git", *command.split()], **GIT)
            assert done.returncode == 0, done.stderr

    def run(self, command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the copy, in a process group of its own."""
        kept = {name: value for name, value in os.environ.items() if name not in INHERITED}
        return subprocess.run(
            command,
            cwd=self.root,
            env=kept | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )


def copy_inputs(root: Path) -> Checkout:
    """Copy what generation and make read, and the current client."""
    for folder in ("openapi", "generated"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    suite = ("pyproject.toml", "hatch_build.py", "find_python.sh")
    for file in (*MAKEFILES, "requirements.txt", "pyproject.toml", *(f"contract_tests/{name}" for name in suite)):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, root / file)
    return Checkout(root)


def copy_repository(root: Path) -> Checkout:
    """Copy what git tracks or would track, committed as a release, in which make runs as in the original."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            # With their dates, so that what was installed for them is up to date.
            shutil.copy2(ROOT / name, root / name)
    copy = Checkout(root)
    copy.git("init --quiet --initial-branch main", "add .", "commit --quiet --message Begin", f"tag v{VERSION}")
    _share_environment(copy)
    (ROOT / COMPARISONS).mkdir(exist_ok=True)
    for folder in (NODE_MODULES, COMPARISONS):
        if (ROOT / folder).is_dir():
            (root / folder).symlink_to(ROOT / folder)
    # .gitignore names them as folders, and these are links.
    (root / ".git/info/exclude").write_text(f"/{NODE_MODULES}\n/{COMPARISONS}\n", encoding="utf-8")
    return copy


def _share_environment(copy: Checkout) -> None:
    """Create an environment that finds the packages installed here, and can't change them."""
    environment = copy.root / ".venv"
    command = [sys.executable, "-m", "venv", "--without-pip", str(environment)]
    subprocess.run(command, check=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(environment)}))
    (packages / "shared.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    for program in Path(sysconfig.get_path("scripts")).iterdir():
        if not (environment / "bin" / program.name).exists():
            (environment / "bin" / program.name).symlink_to(program)
    stamp = copy.make("--eval", "stamp: ; @echo $(REQUIREMENTS)", "stamp").stdout.strip()
    (copy.root / stamp).touch()
