"""`make generate` writes the complete client or nothing, and `make check-generated` finds every way to drift."""

import hashlib
import json
import os
import re
import shutil
import signal
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

import swap
from meta.repository.checkout import Checkout

CONFIG = "openapi/codegen/config.yaml"
FORMAT = "  - ruff format"
RUFF = version("ruff")
REJECTED = yaml.safe_load(Path(__file__).with_name("rejected_contracts.yaml").read_text("utf-8"))


def test_same_bytes(checkout: Checkout, tmp_path: Path) -> None:
    """Hash seed, time zone, locale, foreign configurations of the formatter and left-over files change no byte."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (scratch / "ruff.toml").write_text("line-length = 60\n", encoding="utf-8")
    (scratch / ".gitignore").write_text("*\n", encoding="utf-8")
    before = checkout.content()
    (checkout.generated / "left_over.txt").write_text("old", encoding="utf-8")
    configured = {"TMPDIR": str(scratch), "RUFF_CONFIG": str(scratch / "ruff.toml"), "RUFF_LINE_LENGTH": "60"}
    result = checkout.generate(PYTHONHASHSEED="7", TZ="Pacific/Auckland", LC_ALL="C", **configured)
    assert result.returncode == 0, result.stderr
    assert checkout.content() == before
    assert sorted(path.name for path in checkout.generated.iterdir()) == ["plaid_accounts", "provenance.json"]
    assert not list(checkout.root.glob(".generated*"))


def test_nothing_to_do(checkout: Checkout) -> None:
    """A client that follows from its inputs is not written again; after an edit of either it is, whatever the dates are."""
    assert checkout.generate().returncode == 0
    before = checkout.content()
    written = checkout.generated.stat().st_ino
    result = checkout.generate()
    assert (result.stdout, result.returncode) == ("generated is up to date with openapi/openapi.yaml\n", 0)
    assert checkout.generated.stat().st_ino == written
    module = checkout.generated / "plaid_accounts/types.py"
    dates = module.stat()
    module.write_bytes(module.read_bytes() + b"EDITED = True\n")
    os.utime(module, ns=(dates.st_atime_ns, dates.st_mtime_ns))
    assert checkout.generate().returncode == 0
    assert checkout.content() == before
    checkout.edit(checkout.codegen / "templates/types.py.jinja", '"""', '"""Edited. ')
    assert checkout.generate().returncode == 0
    assert b"Edited. " in module.read_bytes()


def test_provenance(checkout: Checkout) -> None:
    """The provenance holds the sha256 of the contract and of each input of the generator, and both versions."""
    record = json.loads((checkout.generated / "provenance.json").read_bytes())
    inputs = [checkout.codegen / "config.yaml", *(checkout.codegen / "templates").rglob("*.jinja")]
    assert record == {
        "contract": {"openapi.yaml": _sha256(checkout.contract)},
        "codegen": {path.relative_to(checkout.codegen).as_posix(): _sha256(path) for path in inputs},
        "tools": {name: version(name) for name in ("openapi-python-client", "ruff")},
    }


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, rows in REJECTED.items() for name in rows])
def test_rejected_contract(checkout: Checkout, kind: str, name: str) -> None:
    """A contract that is invalid, or that the client could follow only in part, leaves the old client and is explained."""
    before = checkout.content()
    old, new, complaint = REJECTED[kind][name]
    checkout.edit(checkout.contract, old, new)
    result = checkout.generate()
    assert result.returncode == 2
    place = r"openapi/openapi\.yaml:\d+: .*" if kind == "invalid" else r"openapi\.yaml: unsupported: .*"
    assert re.match(f"error: {place}{re.escape(complaint)}", result.stderr)
    assert "Traceback" not in result.stderr
    assert result.stderr.endswith("nothing was written\n")
    assert checkout.content() == before


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        (CONFIG, FORMAT, "  - ruff format --no-such-option", "no-such-option"),
        (CONFIG, "post_hooks:", "literal_enumz: true\npost_hooks:", "literal_enumz"),
        ("requirements.txt", f"ruff=={RUFF}", "ruff==0.1.0", f"ruff {RUFF} is installed, requirements.txt pins 0.1.0"),
    ],
    ids=["failing formatter", "unknown key", "another version"],
)
def test_failing_generation(checkout: Checkout, path: str, old: str, new: str, message: str) -> None:
    """A failing formatter, one of another version and a misspelt key, otherwise ignored, leave the old client."""
    before = checkout.content()
    checkout.edit(checkout.root / path, old, new)
    _fails_with(checkout, message)
    assert checkout.content() == before


def test_killed(checkout: Checkout) -> None:
    """A generation that is killed leaves the old client."""
    before = checkout.content()
    # Process 0 is the group of the caller: the hook kills itself, the generator and the command.
    checkout.edit(checkout.codegen / "config.yaml", FORMAT, "  - kill -9 0\n" + FORMAT)
    assert checkout.generate().returncode == -signal.SIGKILL
    assert checkout.content() == before


def test_foreign_folder(checkout: Checkout, tmp_path: Path) -> None:
    """A folder that holds something else than a client is not replaced."""
    kept = tmp_path / "documents" / "letter.txt"
    kept.parent.mkdir()
    kept.write_text("dear reader", encoding="utf-8")
    _fails_with(checkout, "is not a generated client", "--output", str(kept.parent))
    assert kept.read_text(encoding="utf-8") == "dear reader"


def test_missing_inputs(checkout: Checkout) -> None:
    """A contract that doesn't exist is named, and so are missing templates: the generator would use its own."""
    _fails_with(checkout, "absent.yaml", "--contract", "absent.yaml")
    (checkout.codegen / "templates").rename(checkout.root / "elsewhere")
    _fails_with(checkout, "templates")


def test_templates_are_compared_with_the_generators(checkout: Checkout) -> None:
    """A template whose original has changed, is unrecorded or gone is an error until someone adopts the originals."""
    path = checkout.codegen / "templates/stock.json"
    record: dict[str, str] = json.loads(path.read_bytes())
    first = min(record)
    changed = record | {first: "0" * 64}
    path.write_text(json.dumps({name: digest for name, digest in record.items() if name != first}), encoding="utf-8")
    _fails_with(checkout, f"templates/{first} overrides a file of the generator and is not in stock.json")
    path.write_text(json.dumps(record | {"gone.py.jinja": "0" * 64}), encoding="utf-8")
    _fails_with(checkout, "stock.json lists gone.py.jinja")
    path.write_text(json.dumps(changed), encoding="utf-8")
    _fails_with(checkout, f"templates/{first} overrides a file that the installed generator has changed")
    result = checkout.generate("--adopt-stock")
    assert (result.returncode, result.stdout) == (0, f"{first}\n")
    assert json.loads(path.read_bytes()) == record


def test_drift_of_the_client(checkout: Checkout) -> None:
    """A line edited by hand is shown as a diff, a left-over and a deleted file by name, and how to fix it."""
    with (checkout.generated / "plaid_accounts/__init__.py").open("a", encoding="utf-8") as file:
        file.write("EDITED_BY_HAND = True\n")
    (checkout.generated / "plaid_accounts/models/left_over.py").write_text("LEFT_OVER = 1\n", encoding="utf-8")
    (checkout.generated / "plaid_accounts/types.py").unlink()
    result = checkout.generate("--check")
    assert result.returncode == 1
    assert "differs: plaid_accounts/__init__.py" in result.stdout
    assert "-EDITED_BY_HAND = True" in result.stdout
    assert "not generated: plaid_accounts/models/left_over.py" in result.stdout
    assert "missing: plaid_accounts/types.py" in result.stdout
    assert result.stdout.endswith("run: make generate\n")


def test_drift_of_the_contract(checkout: Checkout) -> None:
    """A contract edited without regenerating shows in the models and in the provenance."""
    checkout.edit(checkout.contract, "        persistent_account_id:\n", "        lasting_account_id:\n")
    result = checkout.generate("--check")
    assert result.returncode == 1
    assert "generated from other inputs: provenance.json" in result.stdout
    assert "lasting_account_id" in result.stdout


def test_much_drift(checkout: Checkout) -> None:
    """Where everything differs, every file is named, and the diff is cut."""
    (checkout.generated / "plaid_accounts/client.py").unlink()
    for path in checkout.generated.rglob("*.py"):
        path.write_text("", encoding="utf-8")
    result = checkout.generate("--check")
    assert result.returncode == 1
    assert "missing: plaid_accounts/client.py" in result.stdout
    assert result.stdout.count("\n  differs: ") == len(list(checkout.generated.rglob("*.py")))
    assert len(result.stdout.splitlines()) < 300
    assert " more lines)\nrun: make generate\n" in result.stdout


def _fails_with(checkout: Checkout, message: str, *options: str) -> None:
    result = checkout.generate(*options)
    assert result.returncode == 2
    assert message in result.stderr


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return an existing folder."""
    return _folder(tmp_path / "target", "old")


def test_failed_copy(target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that fails, as on a full disk, leaves the old content; the next writer cleans up and replaces it."""
    source = _folder(tmp_path / "elsewhere" / "fresh", "new")

    def full_disk(_source: Path, copy: Path) -> None:
        _folder(copy, "half")
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copytree", full_disk)
        with pytest.raises(OSError, match="disk full"):
            _replace(target, source)
    assert _content(target)[0] == "old"
    _replace(target, source)
    assert _content(target) == ("new", ["elsewhere", "target"])
    _replace(tmp_path / "another", source)
    assert _content(tmp_path / "another") == ("new", ["another", "elsewhere", "target"])


def test_killed_between_two_steps(target: Path) -> None:
    """After a writer was killed with the old content moved aside, the next writer puts it back."""
    target.rename(target.with_name(".target-old"))
    with swap.only_writer(target):
        assert _content(target)[0] == "old"


def _replace(target: Path, source: Path) -> None:
    with swap.only_writer(target):
        swap.replace(target, source)


def _folder(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "file").write_text(text, encoding="utf-8")
    return path


def _content(folder: Path) -> tuple[str, list[str]]:
    """Return the text inside, and what exists beside the folder."""
    return (folder / "file").read_text(encoding="utf-8"), sorted(path.name for path in folder.parent.iterdir())
