"""The checks of the client: every test is about a guarantee, every guarantee has a test, and a broken client is told so."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import plaid_accounts
from plaid_accounts_contract.client import guarantees
from plaid_accounts_contract.client.guarantees import GUARANTEES

TESTS = Path(guarantees.__file__).parent
RUN = """
import sys
from plaid_accounts_contract.cli.check_client import run_tests
from plaid_accounts_contract.settings import Settings
record = run_tests(Settings(quick=True), only=sys.argv[1])
for failure in record.failures:
    print(failure.guarantee, failure.message.replace(chr(10), " "), sep=": ")
print("tests", record.tests, "errors", record.errors)
"""


def functions() -> list[tuple[str, ast.FunctionDef]]:
    """Return every test of the client with its module."""
    trees = {path.name: ast.parse(path.read_text("utf-8")) for path in sorted(TESTS.glob("test_*.py"))}
    return [
        (name, node)
        for name, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def named_guarantees(node: ast.FunctionDef) -> list[str]:
    """Return the guarantees that a test names."""
    calls = [decorator for decorator in node.decorator_list if isinstance(decorator, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "guarantee"]
    return [argument.value for call in named for argument in call.args if isinstance(argument, ast.Constant)]  # type: ignore[misc]


def test_each_test_holds_the_client_to_one_guarantee() -> None:
    """Every test of the client names one guarantee and says in one sentence what it finds true."""
    for module, node in functions():
        assert len(named_guarantees(node)) == 1, f"{module}::{node.name}"
        sentence = ast.get_docstring(node) or ""
        assert sentence.endswith("."), f"{module}::{node.name}"
        assert "\n\n" not in sentence, f"{module}::{node.name}"


def test_each_guarantee_has_a_test() -> None:
    """No guarantee is without a test."""
    assert {name for _, node in functions() for name in named_guarantees(node)} == set(GUARANTEES)


def test_a_broken_client_is_found(tmp_path: Path) -> None:
    """A client with one line wrong fails by the guarantee that the line keeps, without an error of the suite.

    `test_client_faults.py` does this in one process for faults in every part of the client.
    """
    copied = tmp_path / "plaid_accounts"
    shutil.copytree(Path(plaid_accounts.__file__).parent, copied, ignore=shutil.ignore_patterns("__pycache__"))
    source = (copied / "models/account.py").read_text("utf-8")
    lost = source.replace('result["mask"] = self.mask', "pass")
    assert lost != source
    (copied / "models/account.py").write_text(lost, "utf-8")
    said = _run(tmp_path, "test_responses")
    assert "accounts[0].mask: lost" in said
    assert "errors []" in said


def test_a_client_that_cannot_be_imported_is_found(tmp_path: Path) -> None:
    """A client that does not import breaks guarantees; the suite does not break with it."""
    (tmp_path / "plaid_accounts").mkdir()
    (tmp_path / "plaid_accounts" / "__init__.py").write_text("raise ImportError('gone')\n", "utf-8")
    said = _run(tmp_path, "test_surface")
    assert "surface: ImportError: gone" in said
    assert "errors []" in said


def _run(folder: Path, only: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, only], env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
