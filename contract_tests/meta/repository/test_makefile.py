"""The make targets set themselves up, or say in one line what is missing."""

import re
import sys
from pathlib import Path

import pytest

from meta.repository.checkout import ROOT, Checkout

FIX = "make PYTHON=/path/to/python3.11"


def test_help_lists_all_targets(checkout: Checkout) -> None:
    """Plain `make` prints each public target with a line that says what it does."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE)
    result = checkout.make()
    assert result.returncode == 0
    assert result.stderr == ""
    assert re.findall(r"^  (\S+) +\S", result.stdout, re.MULTILINE) == targets
    assert len(targets) > 10


def test_documents_name_real_targets() -> None:
    """Each `make` target that a document or a workflow names exists."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE))
    documents = [*ROOT.glob("*.md"), *ROOT.glob("contract_tests/*.md"), *ROOT.glob("openapi/**/*.md")]
    documents += [*ROOT.glob(".github/*.md"), *ROOT.glob(".github/workflows/*.yml"), ROOT / ".ci/run"]
    named = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in documents
        for name in re.findall(r"(?:`|^\s*(?:\$ |- run: |exec )?)make ([a-z-]+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert {(path, name) for path, name in named if name not in targets} == set()
    assert named


def test_python_too_old(checkout: Checkout) -> None:
    """An interpreter that is too old gets one line with its version and the fix."""
    old = _script(checkout.root / "python3.9", 'case "$1" in -V) echo Python 3.9.2;; *) exit 3;; esac')
    result = checkout.make("generate", f"PYTHON={old}")
    assert result.returncode == 2
    assert f"error: Python 3.11 or newer is needed, got {old} (Python 3.9.2); install it" in result.stderr
    _is_one_line_with_fix(result.stderr)


def test_no_venv_module(checkout: Checkout) -> None:
    """An interpreter without venv, as some distributions ship it, gets one line that says how to add it."""
    # The check itself runs in the real interpreter; only the module is hidden.
    hidden = f"import sys; sys.modules['venv'] = None; exec(sys.argv[1])"  # noqa: F541
    bare = _script(checkout.root / "bare", f'shift; exec "{sys.executable}" -c "{hidden}" "$@"')
    result = checkout.make("generate", f"PYTHON={bare}")
    assert result.returncode == 2
    assert f"error: {bare} has no venv module; install it (Debian: apt install python3-venv)" in result.stderr
    _is_one_line_with_fix(result.stderr)


def test_shims_that_do_not_run(checkout: Checkout, tmp_path: Path) -> None:
    """Names that a version manager puts in the path without an interpreter behind them count as absent."""
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        _script(tmp_path / "shims" / name, "exit 127")
    result = checkout.make("generate", PATH=f"{tmp_path / 'shims'}:/usr/bin:/bin")
    assert result.returncode == 2
    assert "error: no Python 3.11 or newer runs; install it" in result.stderr
    _is_one_line_with_fix(result.stderr)


def test_unknown_python_keeps_environment(checkout: Checkout) -> None:
    """A misspelt PYTHON leaves the environment that stands."""
    kept = checkout.root / ".venv" / "kept"
    kept.parent.mkdir()
    kept.touch()
    result = checkout.make("generate", "PYTHON=/absent/python")
    assert result.returncode == 2
    assert "error: no Python 3.11 or newer runs as /absent/python" in result.stderr
    assert kept.exists()


@pytest.mark.parametrize(
    "target", ["contract", "test", "generate", "check-generated", "lint", "types", "serve", "build"]
)
def test_targets_set_themselves_up(checkout: Checkout, target: str) -> None:
    """On a fresh copy, each target begins with the environment, from the locked requirements."""
    plan = checkout.make("--dry-run", target).stdout
    assert "-m venv .venv" in plan
    assert "--require-hashes -r" in plan
    assert plan.index("-m venv .venv") < plan.index("--editable . --editable contract_tests")


def test_copied_environment_is_not_used(checkout: Checkout) -> None:
    """An environment that came along from another folder is made anew: its programs point to the other folder."""
    (checkout.root / ".venv").mkdir()
    for stamp in (ROOT / ".venv").glob(".[ri]*-*"):
        (checkout.root / ".venv" / stamp.name).touch()
    assert "-m venv .venv" in checkout.make("--dry-run", "generate").stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["NODE="], 0, "skipped: a linter (node not found)"),
        (["NODE=", "CI=true"], 2, "error: a linter needs node and npm, and CI=true requires it"),
        (["NODE=node"], 0, ""),
        (["NODE=node", "COMMAND=echo broken; false"], 2, "broken"),
    ],
    ids=["skipped", "required", "quiet", "loud"],
)
def test_node_steps(checkout: Checkout, arguments: list[str], status: int, said: str) -> None:
    """A step that needs node is named as skipped without it, required in CI, and speaks only when it fails."""
    (checkout.root / "probe.mk").write_text(
        "include Makefile\nCOMMAND ?= echo fine\nprobe:\n\t$(call with_node,a linter,$(COMMAND))\n", encoding="utf-8"
    )
    result = checkout.make("-f", "probe.mk", "probe", *arguments)
    assert result.returncode == status
    own = [line for line in (result.stdout + result.stderr).splitlines() if not line.startswith("make: ***")]
    assert len(own) == bool(said)
    assert all(line.startswith(said) for line in own)


def _script(path: Path, body: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def _is_one_line_with_fix(stderr: str) -> None:
    own = [line for line in stderr.splitlines() if not line.startswith("make: ***")]
    assert len(own) == 1, stderr
    assert FIX in own[0]
