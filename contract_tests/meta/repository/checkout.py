"""A copy of the repository that a test may spoil."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# What make hands on to the commands it runs, these tests among them, and what a caller may have set.
INHERITED = {
    *("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"),
    *("PYTHON", "PYTHONS", "VENV", "CI", "ARGS", "BASE_URL", "PORT", "UPGRADE", "AGAINST", "FILE", "DIST", "TAG"),
}


@dataclass(frozen=True)
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
        """Replaces a text that the file must contain."""
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{path.name} does not contain {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def generate(self, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs the command behind `make generate`, in a process group of its own."""
        command = [sys.executable, str(self.codegen / "generate.py"), *options]
        return self.run(command, **environment)

    def make(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs make."""
        return self.run(["make", *arguments], **environment)

    def content(self) -> dict[str, bytes]:
        """The generated files and their bytes."""
        paths = (path for path in self.generated.rglob("*") if path.is_file())
        return {path.relative_to(self.generated).as_posix(): path.read_bytes() for path in paths}

    def run(self, command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs a command in the copy."""
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


def copy_to(root: Path) -> Checkout:
    """Copies what generation and make read, and the client that stands."""
    ignore = shutil.ignore_patterns("__pycache__")
    for folder in ("openapi", "generated"):
        shutil.copytree(ROOT / folder, root / folder, ignore=ignore)
    for file in (
        "Makefile",
        "requirements.txt",
        "pyproject.toml",
        "contract_tests/pyproject.toml",
        "contract_tests/hatch_build.py",
    ):
        target = root / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, target)
    return Checkout(root)
