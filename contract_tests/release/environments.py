"""Clean environments: a distribution and its dependencies, nothing of the repository, no network."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import attrs

from release.distributions import UV, Distribution

# A request to another machine fails immediately, since nothing listens at this proxy.
OFFLINE = {
    **dict.fromkeys(["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"], "http://127.0.0.1:9"),
    **dict.fromkeys(["NO_PROXY", "no_proxy"], "127.0.0.1,localhost"),
}
# The variables of the caller that programs see.
KEPT = {"HOME", "LANG", "LC_ALL", "PATH", "TMPDIR"}


@attrs.frozen
class Environment:
    """A virtual environment, and the folder that its programs run in."""

    root: Path
    project: Path

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self.root / "bin/python"

    def program(self, name: str) -> Path:
        """Return the path of an installed command."""
        return self.root / "bin" / name

    def run(self, *command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the project's folder, without access to the network or to the repository."""
        return subprocess.run(
            command,
            cwd=self.project,
            env=_variables() | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )


def create(root: Path, distribution: Distribution, wheels: Path, extras: str = "") -> Environment:
    """Create an environment, and install a distribution offline, dependencies and `[extras]` from a folder of wheels.

    Raises:
        RuntimeError: a dependency can't be installed from there.
    """
    project = root / "project"
    project.mkdir(parents=True)
    environment = Environment(root / "environment", project)
    uv("venv", "--python", sys.executable, environment.root)
    links = [part for folder in (distribution.wheel.parent, wheels) for part in ("--find-links", folder.resolve())]
    requirement = f"{distribution.name}{extras}=={distribution.version}"
    uv("pip", "install", "--no-index", *links, "--python", environment.python, requirement)
    return environment


def uv(*arguments: str | Path) -> None:
    """Run uv offline; raise RuntimeError, with its output, if it fails."""
    command = [UV, *arguments, "--quiet", "--no-config", "--no-cache", "--offline"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"uv {arguments[0]} failed: {done.stderr.strip()}")


@contextmanager
def reference_server(environment: Environment) -> Generator[str]:
    """Run the installed reference server on a free port until the block ends, and yield its URL."""
    command: list[str | Path] = [environment.program("plaid-accounts-contract"), "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=environment.project, env=_variables(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            yield next(line.split()[-1] for line in process.stdout if line.startswith("Reference server at "))
        finally:
            process.terminate()


def _variables() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return kept | OFFLINE | {"PYTHONDONTWRITEBYTECODE": "1"}
