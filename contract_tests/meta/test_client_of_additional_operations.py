"""Operations that are added to the contract and nowhere else: their client, and the checks that hold it to the guarantees."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from meta import additional_operations
from plaid_accounts_contract.client.documents import DOCUMENT

# What they share is made once, in one process.
pytestmark = pytest.mark.xdist_group("further-operations")

ROOT = Path(__file__).resolve().parents[2]
RUN = """
import sys
from plaid_accounts_contract.cli.check_client import run_tests
from plaid_accounts_contract.settings import Settings
record = run_tests(Settings(quick=True), only=sys.argv[1])
for failure in record.failures:
    print(failure.guarantee, failure.test, failure.message.replace(chr(10), " "), sep=" | ")
print("tests", record.tests, "errors", record.errors)
"""
FURTHER = "and not accountsGet and not PlaidError"
ALL = f"(test_operation or test_surface or each_model or test_shapes and not random or every_operation) {FURTHER}"
SOME = f"(test_operation or each_model or each_clause) and not async and not api.sync_detailed {FURTHER}"
# In each round no fault hides another: file, text that is right, text that is wrong; then guarantee, operation or component
# that the failing test names, and words that it says.
ROUNDS = (
    (
        ("api/link/link_session_begin.py", '"/link/session/begin"', '"/link/token/get"',
         "wire-method-path-headers", "linkSessionBegin", "not 'https://api.example:8443/plaid/v1/link/session/begin'"),
        ("api/webhooks/webhook_key_fetch.py", '"method": "post"', '"method": "put"',
         "wire-method-path-headers", "webhookKeyFetch", "method 'PUT', not 'POST'"),
        ("client.py", "products=UNSET if products is None else products", "products=UNSET",
         "credentials-placement", "linkSessionBegin", "products: lost"),
        ("client.py", "account_ids is not None or min_last_updated_datetime is not None", "account_ids is not None",
         "wire-valid", "accountsBalancePeek", "options: lost"),
        ("api/link/link_session_begin.py", "body.user and body.user.id_number", "None",
         "secrets-hidden", "linkSessionBegin", "a secret shows in"),
        ("api/link/link_session_begin.py", '"reads": False', '"reads": True', "retries", "linkSessionBegin", "3 == 1"),
        ("models/item_notice.py", "if value.__class__ is not str:", "if False:",
         "malformed-named", "ItemNotice", "expected DecodeError"),
    ),
    (
        ("models/link_session_begin_request.py", 'result["redirect_uri"]', 'result["redirect_url"]',
         "models-are-values", "LinkSessionBeginRequest]", "redirect_uri: lost"),
        ("models/link_session_begin_request_update.py", 'result["account_selection_enabled"]', 'result["account"]',
         "models-are-values", "LinkSessionBeginRequestUpdate", "account_selection_enabled: lost"),
        ("models/webhook_key.py", 'result["kid"] = self.kid', 'result["kid"] = self.kty',
         "models-are-values", "WebhookKeyFetchResponse]", "key.kid"),
        ("api/webhooks/webhook_key_fetch.py", "return interpret(outcome, WebhookKeyFetchResponse)",
         "from ...models import PlaidError; return interpret(outcome, PlaidError)",
         "timeouts", "webhookKeyFetch", "error_type: expected a value"),
        ("api/accounts/accounts_balance_peek.py", 'headers["Plaid-Version"]', 'headers["Plaid-Versions"]',
         "wire-method-path-headers", "accountsBalancePeek", "Plaid-Version None, not '2020-09-14'"),
        ("api/accounts/accounts_balance_peek.py", "timeout=timeout", "timeout=None",
         "timeouts", "accountsBalancePeek", "3 != 1.5"),
    ),
)  # fmt: skip


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the contract that has further operations, and the client generated from it."""
    folder = tmp_path_factory.mktemp("further")
    contract = additional_operations.write(additional_operations.added(webhook=True), folder / "openapi.yaml")
    ended = _generate(contract, folder / "client")
    assert ended.returncode == 0, ended.stderr
    return folder


def test_the_client_keeps_its_guarantees_for_further_operations(generated: Path) -> None:
    """The client of a contract with five operations and a webhook passes what is checked of every operation."""
    failed, last = _check(generated / "openapi.yaml", generated / "client", ALL)
    assert not failed
    assert "errors []" in last


@pytest.mark.parametrize("faults", ROUNDS, ids=["requests", "answers"])
def test_a_fault_in_a_further_operation_is_found(
    generated: Path, tmp_path: Path, faults: tuple[tuple[str, ...], ...]
) -> None:
    """Each thing that is wrong with one operation breaks a guarantee, and the failing test names the operation."""
    client = tmp_path / "client"
    shutil.copytree(generated / "client", client, ignore=shutil.ignore_patterns("__pycache__"))
    for module, right, wrong, *_ in faults:
        path = client / "plaid_accounts" / module
        source = path.read_text("utf-8")
        assert right in source, f"{module} has no {right!r} any more"
        path.write_text(source.replace(right, wrong), "utf-8")
    failed, last = _check(generated / "openapi.yaml", client, SOME)
    assert "errors []" in last
    for module, right, _, guarantee, test_data, words in faults:
        told = [line for line in failed if line.startswith(guarantee) and f"[{test_data}" in line and words in line]
        assert told, f"{module}, {right!r}: nothing of {guarantee} and {test_data} says {words!r}"


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("operationId: linkSessionBegin", "operationId: send", "the client has another method called send"),
        ("        redirect_uri:", "        timeout:", "two arguments would be called timeout"),
    ],
)
def test_a_name_that_the_client_has_is_refused(
    generated: Path, tmp_path: Path, right: str, wrong: str, complaint: str
) -> None:
    """An operation or a property whose name the client has for something else is refused by generation, by name."""
    text = (generated / "openapi.yaml").read_text("utf-8")
    assert right in text
    contract = tmp_path / "openapi.yaml"
    contract.write_text(text.replace(right, wrong), "utf-8")
    ended = _generate(contract, tmp_path / "client")
    assert ended.returncode == 2
    assert complaint in ended.stderr


def _generate(contract: Path, output: Path) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [
        sys.executable,
        ROOT / "openapi/codegen/generate.py",
        "--contract",
        contract,
        "--output",
        output,
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def _check(contract: Path, client: Path, only: str) -> tuple[list[str], str]:
    """Run checks of a client against a contract; return what failed, and the line about the run."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONTRACT_")}
    environment = inherited | {DOCUMENT: str(contract), "PYTHONPATH": str(client)}
    ended = subprocess.run(
        [sys.executable, "-c", RUN, only], env=environment, capture_output=True, text=True, timeout=280, check=False
    )
    assert ended.returncode == 0, ended.stderr
    *failed, last = ended.stdout.splitlines()
    return failed, last
