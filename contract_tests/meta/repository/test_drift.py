"""`make check-generated` finds each way in which the client can stop following from the contract."""

from meta.repository.checkout import Checkout


def test_untouched(checkout: Checkout) -> None:
    """The client that stands in the repository follows from the contract."""
    result = checkout.generate("--check")
    assert result.returncode == 0, result.stdout + result.stderr


def test_hand_edit(checkout: Checkout) -> None:
    """A line edited by hand is shown as a diff, with the command that undoes it."""
    edited = checkout.generated / "plaid_accounts/__init__.py"
    with edited.open("a", encoding="utf-8") as file:
        file.write("EDITED_BY_HAND = True\n")
    result = checkout.generate("--check")
    assert result.returncode == 1
    assert "differs: plaid_accounts/__init__.py" in result.stdout
    assert "-EDITED_BY_HAND = True" in result.stdout
    assert result.stdout.endswith("run: make generate\n")


def test_stale_file(checkout: Checkout) -> None:
    """A file that generation no longer writes is named."""
    (checkout.generated / "plaid_accounts/models/left_over.py").write_text("LEFT_OVER = 1\n", encoding="utf-8")
    result = checkout.generate("--check")
    assert result.returncode == 1
    assert "not generated: plaid_accounts/models/left_over.py" in result.stdout


def test_deleted_file(checkout: Checkout) -> None:
    """A generated file that is gone is named."""
    (checkout.generated / "plaid_accounts/types.py").unlink()
    result = checkout.generate("--check")
    assert result.returncode == 1
    assert "missing: plaid_accounts/types.py" in result.stdout


def test_edited_contract(checkout: Checkout) -> None:
    """A property renamed in the contract alone shows in the model and in the provenance."""
    checkout.edit(checkout.contract, "        official_name:\n", "        formal_name:\n")
    result = checkout.generate("--check")
    assert result.returncode == 1
    assert "made from something else: provenance.json" in result.stdout
    assert "formal_name" in result.stdout


def test_comment_in_contract(checkout: Checkout) -> None:
    """A contract that differs in a comment alone counts as edited: the provenance says which bytes were read."""
    checkout.contract.write_bytes(checkout.contract.read_bytes() + b"# a comment\n")
    result = checkout.generate("--check")
    assert result.returncode == 1
    assert "made from something else: provenance.json" in result.stdout


def test_no_client(checkout: Checkout) -> None:
    """A repository without a client drifts in every file instead of crashing."""
    checkout.generated.rename(checkout.root / "elsewhere")
    result = checkout.generate("--check")
    assert result.returncode == 1
    assert "missing: plaid_accounts/client.py" in result.stdout


def test_much_drift(checkout: Checkout) -> None:
    """Where everything differs, every file is named, and the diff ends where nobody reads on."""
    for path in checkout.generated.rglob("*.py"):
        path.write_text("", encoding="utf-8")
    result = checkout.generate("--check")
    assert result.returncode == 1
    assert result.stdout.count("\n  differs: ") == len(list(checkout.generated.rglob("*.py")))
    assert len(result.stdout.splitlines()) < 300
    assert " more lines)\nrun: make generate\n" in result.stdout
