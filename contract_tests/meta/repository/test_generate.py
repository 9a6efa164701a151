"""`make generate` writes the whole client or nothing, and always the same bytes."""

import hashlib
import json
import signal
from importlib.metadata import version
from pathlib import Path

import pytest

from meta.repository.checkout import Checkout

FORMAT = "  - ruff format"
DANGLING = "    Dangling: {type: object, properties: {absent: {$ref: '#/components/schemas/Absent'}}}\n"


def test_same_bytes(checkout: Checkout) -> None:
    """Another hash seed, time zone and locale give the client that stands, to the byte."""
    before = checkout.content()
    result = checkout.generate(PYTHONHASHSEED="7", TZ="Pacific/Auckland", LC_ALL="C")
    assert result.returncode == 0, result.stderr
    assert checkout.content() == before


def test_outside_configuration(checkout: Checkout, tmp_path: Path) -> None:
    """Configurations of the formatter beside the scratch folder, and in the environment, change nothing."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (scratch / "ruff.toml").write_text("line-length = 60\n", encoding="utf-8")
    (scratch / "pyproject.toml").write_text("[tool.ruff]\nline-length = 60\n", encoding="utf-8")
    (scratch / ".gitignore").write_text("*\n", encoding="utf-8")
    before = checkout.content()
    result = checkout.generate(TMPDIR=str(scratch), RUFF_CONFIG=str(scratch / "ruff.toml"), RUFF_LINE_LENGTH="60")
    assert result.returncode == 0, result.stderr
    assert checkout.content() == before


def test_provenance(checkout: Checkout) -> None:
    """The provenance holds the sha256 of the contract and of each input of the generator, and both versions."""
    record = json.loads((checkout.generated / "provenance.json").read_bytes())
    inputs = [checkout.codegen / "config.yaml", *(checkout.codegen / "templates").rglob("*.jinja")]
    assert record == {
        "contract": {"openapi.yaml": _sha256(checkout.contract)},
        "codegen": {path.relative_to(checkout.codegen).as_posix(): _sha256(path) for path in inputs},
        "tools": {name: version(name) for name in ("openapi-python-client", "ruff")},
    }


def test_only_client_and_provenance(checkout: Checkout) -> None:
    """Generation leaves the package, marked as typed, and the provenance, and removes what else stood there."""
    (checkout.generated / "left_over.txt").write_text("old", encoding="utf-8")
    assert checkout.generate().returncode == 0
    assert sorted(path.name for path in checkout.generated.iterdir()) == ["plaid_accounts", "provenance.json"]
    assert (checkout.generated / "plaid_accounts/py.typed").is_file()
    assert not list(checkout.root.glob(".generated*"))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("openapi: 3.1.0", "openapi: [3.1.0", "Invalid YAML"),
        ("paths:", "roads:", "paths"),
        ("\n  schemas:\n", f"\n  schemas:\n{DANGLING}", "Could not find reference"),
        ("operationId: linkTokenCreate", "operationId: send", "the client has another method called send"),
        (
            "        country_codes:\n          type",
            "        timeout:\n          type",
            "two arguments would be called timeout",
        ),
    ],
    ids=["no YAML", "no OpenAPI", "dangling reference", "name of a method", "name of an argument"],
)
def test_refused_contract(checkout: Checkout, old: str, new: str, complaint: str) -> None:
    """A contract that the generator refuses, or accepts only in part, leaves the old client and says why."""
    before = checkout.content()
    checkout.edit(checkout.contract, old, new)
    result = checkout.generate()
    assert result.returncode == 2
    assert complaint in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr.endswith("nothing was written\n")
    assert checkout.content() == before


def test_failing_formatter(checkout: Checkout) -> None:
    """A formatter that fails, after the client was rendered, leaves the old client."""
    before = checkout.content()
    checkout.edit(checkout.codegen / "config.yaml", FORMAT, "  - ruff format --no-such-option")
    result = checkout.generate()
    assert result.returncode == 2
    assert "no-such-option" in result.stderr
    assert checkout.content() == before


def test_killed(checkout: Checkout) -> None:
    """A generation killed in the middle leaves the old client, and the next one succeeds."""
    before = checkout.content()
    configured = (checkout.codegen / "config.yaml").read_text(encoding="utf-8")
    # Process 0 is the group of the caller: the hook kills itself, the generator and the command.
    checkout.edit(checkout.codegen / "config.yaml", FORMAT, "  - kill -9 0\n" + FORMAT)
    assert checkout.generate().returncode == -signal.SIGKILL
    assert checkout.content() == before
    (checkout.codegen / "config.yaml").write_text(configured, encoding="utf-8")
    assert checkout.generate().returncode == 0
    assert checkout.content() == before


def test_unknown_key(checkout: Checkout) -> None:
    """A misspelt key of the configuration, which the generator would ignore, is refused."""
    with (checkout.codegen / "config.yaml").open("a", encoding="utf-8") as file:
        file.write("literal_enumz: true\n")
    result = checkout.generate()
    assert result.returncode == 2
    assert "literal_enumz" in result.stderr


def test_another_version(checkout: Checkout) -> None:
    """A formatter of another version than the pinned one is refused, since it would write another client."""
    checkout.edit(checkout.root / "requirements.txt", f"ruff=={version('ruff')}", "ruff==0.1.0")
    result = checkout.generate()
    assert result.returncode == 2
    assert f"ruff {version('ruff')} is installed, requirements.txt pins 0.1.0" in result.stderr


def test_other_contract_and_folder(checkout: Checkout, tmp_path: Path) -> None:
    """Another contract goes to another folder, and the client of the repository stays."""
    before = checkout.content()
    contract = tmp_path / "renamed.yaml"
    contract.write_bytes(checkout.contract.read_bytes().replace(b"official_name", b"formal_name"))
    output = tmp_path / "renamed"
    result = checkout.generate("--contract", str(contract), "--output", str(output))
    assert result.returncode == 0, result.stderr
    assert "formal_name" in (output / "plaid_accounts/models/account.py").read_text(encoding="utf-8")
    assert checkout.content() == before


def test_foreign_folder(checkout: Checkout, tmp_path: Path) -> None:
    """A folder that holds something else than a client is not replaced."""
    kept = tmp_path / "documents" / "letter.txt"
    kept.parent.mkdir()
    kept.write_text("dear reader", encoding="utf-8")
    result = checkout.generate("--output", str(kept.parent))
    assert result.returncode == 2
    assert "is not a generated client" in result.stderr
    assert kept.read_text(encoding="utf-8") == "dear reader"


def test_missing_contract(checkout: Checkout) -> None:
    """A contract that isn't there is named in one line."""
    result = checkout.generate("--contract", "absent.yaml")
    assert result.returncode == 2
    assert "absent.yaml is no file" in result.stderr


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
