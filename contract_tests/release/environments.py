"""Clean environments: a distribution and what it declares, and nothing of the repository."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from release.distributions import UV

# Whatever asks for an address outside this machine fails at once, for no program listens there.
NO_WAY_OUT = {
    **dict.fromkeys(["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"], "http://127.0.0.1:9"),
    **dict.fromkeys(["NO_PROXY", "no_proxy"], "127.0.0.1,localhost"),
}
# What of the caller's environment a program may see.
KEPT = {"HOME", "LANG", "LC_ALL", "PATH", "TMPDIR"}


@dataclass(frozen=True)
class Environment:
    """A virtual environment, and the folder that its programs run in."""

    root: Path
    project: Path

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self.root / "bin/python"

    def program(self, name: str) -> Path:
        """A command that an installed distribution brought."""
        return self.root / "bin" / name

    def remove(self, name: str) -> None:
        """Take a distribution out again, and leave what it required."""
        _uv("pip", "uninstall", "--python", self.python, name)

    def run(self, *command: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the project's folder, without a way to the network or to the repository."""
        return subprocess.run(
            command,
            cwd=self.project,
            env=self.variables(**settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    def variables(self, **settings: str) -> dict[str, str]:
        """What programs see of the caller's environment, and these settings."""
        kept = {name: value for name, value in os.environ.items() if name in KEPT}
        return kept | NO_WAY_OUT | {"PYTHONDONTWRITEBYTECODE": "1"} | settings


def create(root: Path, requirements: list[str], sources: list[Path]) -> Environment:
    """Make an environment and install into it by name, offline, from folders of wheels.

    Raises:
        RuntimeError: what was declared can't be installed from there.
    """
    project = root / "project"
    project.mkdir(parents=True)
    environment = Environment(root / "environment", project)
    _uv("venv", "--python", sys.executable, environment.root)
    links = [part for source in sources for part in ("--find-links", source.resolve())]
    _uv("pip", "install", "--no-index", *links, "--python", environment.python, *requirements)
    return environment


def _uv(*arguments: str | Path) -> None:
    command = [UV, *arguments, "--quiet", "--no-config", "--no-cache", "--offline"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"uv {arguments[0]} failed: {done.stderr.strip()}")
