"""Make targets are listed and documented, find an interpreter or say what to install, and guard a release."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from meta import programs
from meta.programs import Program, program
from meta.repository.checkout import MAKEFILES, ROOT, VERSION, Checkout

MAKEFILE = "".join((ROOT / name).read_text(encoding="utf-8") for name in MAKEFILES)
TARGETS = {name for line in re.findall(r"^\.PHONY: (.+)", MAKEFILE, re.MULTILINE) for name in line.split()}
# Parts of `make types`.
UNLISTED = {"mypy", "pyright"}
FIND_PYTHON = ROOT / "contract_tests/find_python.sh"
HIDE_VENV = "import sys; sys.modules['venv'] = None; exec(sys.argv[1])"


def test_help_lists_the_commands(checkout: Checkout) -> None:
    """Plain `make` lists ten commands and `make help-all`, which describes every target."""
    daily, every = checkout.make(), checkout.make("help-all")
    assert daily.stderr + every.stderr == ""
    assert len(daily.stdout.splitlines()) == 11
    assert set(daily.stdout.splitlines()) <= set(every.stdout.splitlines())
    assert set(re.findall(r"^  (\S+) +\S", every.stdout, re.MULTILINE)) == TARGETS - UNLISTED


def test_documents_name_real_targets() -> None:
    """Each `make` target that a document or a workflow names exists."""
    documents = [*ROOT.glob("*.md"), *ROOT.glob("contract_tests/**/*.md"), *ROOT.glob("openapi/**/*.md")]
    documents += [*ROOT.glob(".github/*.md"), *ROOT.glob(".github/workflows/*.yml"), ROOT / ".ci/run"]
    pattern = r"(?:`|^\s*(?:\$ |- run: |exec )?)make ([a-z-]+)"
    named = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in documents
        if "node_modules" not in path.parts
        for name in re.findall(pattern, path.read_text("utf-8"), re.MULTILINE)
    }
    assert {(path, name) for path, name in named if name not in TARGETS} == set()
    assert named


def test_an_old_make_is_refused(checkout: Checkout) -> None:
    """A make without `.SHELLFLAGS`, which would ignore a command that fails, is refused in one line."""
    result = checkout.make(".FEATURES=", "generate")
    assert result.returncode == 2
    assert re.fullmatch(r"Makefile:\d+: \*\*\* GNU make 3.82 or newer is required, got .+\n", result.stderr)


def test_first_suitable_python(tmp_path: Path) -> None:
    """Names without an interpreter behind them, such as a version manager's shims, are passed over."""
    shim = _script(tmp_path / "python3.14", "exit 127")
    found = subprocess.run([FIND_PYTHON, "absent", shim, sys.executable], capture_output=True, text=True, check=True)
    assert found.stdout == f"{sys.executable}\n"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('case "$1" in -V) echo Python 3.9.2;; *) exit 3;; esac', "is required, got {} (Python 3.9.2)"),
        (f'shift; exec "{sys.executable}" -c "{HIDE_VENV}" "$@"', "{} has no venv module; install it (Debian: apt"),
        ("exit 127", "{} does not run"),
    ],
    ids=["too old", "no venv", "does not run"],
)
def test_unsuitable_python(checkout: Checkout, body: str, message: str) -> None:
    """A PYTHON that can't be used is described in one line with the fix, and the existing environment stays."""
    python = _script(checkout.root / "python", body)
    kept = checkout.root / ".venv" / "kept"
    kept.parent.mkdir()
    kept.touch()
    result = checkout.make("generate", f"PYTHON={python}")
    assert result.returncode == 2
    (line,) = (line for line in result.stderr.splitlines() if not line.startswith("make: ***"))
    assert message.format(python) in line
    assert line.endswith("make PYTHON=/path/to/python3.11")
    assert kept.exists()


def test_tag_is_the_contracts_version_on_main(checkout: Checkout) -> None:
    """A tag other than the version of the contract, or of a commit that is not on main of origin, is rejected."""
    for tag in (VERSION, "v0.0.0", ""):
        result = checkout.make("check-tag", TAG=tag)
        assert result.returncode == 2
        message = f"the tag is '{tag}' and info.version is {VERSION}: tag v{VERSION}, or change openapi/openapi.yaml"
        assert message in result.stderr
    checkout.git("init --quiet", "add openapi", "commit --quiet --message Begin")
    result = checkout.make("check-tag", TAG=f"v{VERSION}")
    assert result.returncode == 2
    assert "error: the tagged commit is not on main of origin: push main first, then the tag" in result.stderr
    checkout.git("update-ref refs/remotes/origin/main HEAD")
    assert checkout.make("check-tag", TAG=f"v{VERSION}").returncode == 0


def test_preconditions_of_a_release(released: Checkout) -> None:
    """A changed file, an existing tag, another branch and an entry without a date are reported together."""
    released.edit(released.root / "openapi/CHANGELOG.md", f"## [{VERSION}] - ", f"## [{VERSION}] - Unreleased, not ")
    released.git("switch --quiet --create other")
    result = released.make("release-check")
    assert result.returncode == 2
    assert [line.strip() for line in result.stdout.splitlines() if line.startswith("  ")] == [
        "1 uncommitted file (openapi/CHANGELOG.md): commit or stash",
        f"v{VERSION} is released already: raise info.version in openapi/openapi.yaml; `make compare` names the next version",
        "the branch is other: releases are made from main",
        f"openapi/CHANGELOG.md has no entry '## [{VERSION}] - YYYY-MM-DD'",
    ]
    assert "== " not in result.stdout.partition("\n")[2]


@pytest.mark.parametrize("required", [False, True])
def test_a_missing_program_skips_or_fails(monkeypatch: pytest.MonkeyPatch, required: bool) -> None:
    """A test without its program is skipped; with REQUIRE_ALL=1 it fails. Both name the package that has it."""
    monkeypatch.setitem(programs.PROGRAMS, "absent", Program(("no-such-program",), "some-package", "a part"))
    monkeypatch.setattr(programs, "REQUIRED", required)
    outcome = pytest.fail.Exception if required else pytest.skip.Exception
    with pytest.raises(outcome, match="absent not found: install some-package"):
        program("absent")


def test_the_parts_left_out_are_listed(tmp_path: Path) -> None:
    """Without programs the line lists each part with what it needs, and `require` names the packages and fails."""
    environment = {"PATH": str(tmp_path), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "meta.programs"]
    listed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "plaid-java, Conductor (java, javac, mvn not found)" in listed.stdout
    required = subprocess.run([*command, "require"], env=environment, capture_output=True, text=True, check=False)
    assert required.returncode == 2
    assert "error: mvn not found: install maven" in required.stderr


def _script(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path
