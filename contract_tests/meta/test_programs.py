"""What a machine lacks is skipped by name, listed at the end of `make test`, or an error that names the package."""

import subprocess
import sys
from pathlib import Path

import pytest

from meta import programs
from meta.programs import Program, program


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
