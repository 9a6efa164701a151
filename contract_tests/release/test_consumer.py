"""A typed service reads the types of the installed wheel: mypy, pyright and ty, each as strict as it can be."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from release.distributions import ROOT
from release.environments import Environment

SCRIPTS = Path(sysconfig.get_path("scripts"))
PYRIGHT = ROOT / "contract_tests/node/node_modules/.bin/pyright"
CONSUMER = ROOT / "contract_tests/meta/consumer.py"
# What a checker that knows no types of the client would let pass.
MISTAKE = "\n\ndef mistaken(client: Client) -> int:\n    return client.accounts_get(access_token='token').acounts\n"
CHECKERS = ["mypy", "pyright", "ty"]


@pytest.fixture
def project(service: Environment) -> Path:
    """A service with one module, and the settings of each checker."""
    shutil.copy(CONSUMER, service.project / "consumer.py")
    settings = {"typeCheckingMode": "strict", "include": ["consumer.py"]}
    (service.project / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    return service.project


@pytest.mark.parametrize("checker", CHECKERS)
def test_types_are_read(service: Environment, project: Path, checker: str) -> None:
    """A service that uses the client rightly passes, and one that misspells an attribute doesn't."""
    result = _check(service, checker)
    assert result.returncode == 0, result.stdout + result.stderr
    with (project / "consumer.py").open("a", encoding="utf-8") as file:
        file.write(MISTAKE)
    result = _check(service, checker)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "acounts" in result.stdout


def _check(service: Environment, checker: str) -> subprocess.CompletedProcess[str]:
    if checker == "pyright" and not PYRIGHT.exists():
        assert os.environ.get("CI") != "true", "pyright needs node and npm, and CI=true requires it"
        pytest.skip("pyright needs node")
    commands: dict[str, list[str | Path]] = {
        "mypy": [SCRIPTS / "mypy", "--strict", "--python-executable", service.python, "--cache-dir", "/dev/null"],
        "pyright": [PYRIGHT, "--pythonpath", service.python, "--project", "."],
        "ty": [SCRIPTS / "ty", "check", "--error-on-warning", "--python", service.python],
    }
    files = [] if checker == "pyright" else ["consumer.py"]
    return service.run(*commands[checker], *files)
