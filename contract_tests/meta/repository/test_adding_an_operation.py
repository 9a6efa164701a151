"""An operation is added only to the contract, and client, reference server and suite follow.

It is /accounts/balance/get, which is first removed from a copy of the repository.
"""

import re
import sys

import pytest

from meta.repository.checkout import ROOT, VERSION, Checkout, copy_repository

# The copy is made once, in one process.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("adding-an-operation")]

PATH = "  /accounts/balance/get:\n"
SCHEMAS = "    AccountsBalanceGetRequest:\n", "    AccountsBalanceGetRequestOptions:\n"
# Error responses of this operation alone, and those of the first one to use instead.
OWN = {"BadBalanceRequest": "BadRequest", "TooManyBalanceRequests": "TooManyRequests"}
ALSO_OF_IT = "          operations: [accountsBalanceGet]\n"
SUITE = "contract_tests/plaid_accounts_contract"
CALL = """
from plaid_accounts import Client
from plaid_accounts_contract.reference_server import create_app, reference_dataset, running

dataset = reference_dataset()
token = next(iter(dataset.items))
with running(create_app(dataset)) as server, Client(
    client_id=dataset.credentials.client_id, secret=dataset.credentials.secret, base_url=server.url
) as client:
    response = client.accounts_balance_get(access_token=token)
    print(type(response).__name__, response.accounts[0].name, response.accounts[0].balances.available)
"""
CHECK_CLIENT = """
from plaid_accounts_contract.cli.check_client import run_tests
from plaid_accounts_contract.settings import Settings

record = run_tests(Settings(quick=True), only="accountsBalanceGet")
print(record.tests > 20, record.errors, [failure.message for failure in record.failures])
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Return a copy of the repository with an additional operation in openapi.yaml, regenerated."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git repository, so its files are unknown")
    copy = copy_repository(tmp_path_factory.mktemp("adding") / "repository")
    path, schemas = _remove(copy)
    copy.edit(copy.contract, "\nwebhooks:\n", f"\n{path}webhooks:\n")
    copy.edit(copy.contract, "\n  schemas:\n", f"\n  schemas:\n{schemas}")
    generated = copy.generate()
    assert generated.returncode == 0, generated.stderr
    changed = copy.run(["git", "diff", "--name-only", "--", ":!generated"]).stdout
    assert changed == "openapi/openapi.yaml\n"
    return copy


def _remove(copy: Checkout) -> tuple[str, str]:
    """Release the copy without the operation; return its part of the contract, without requirements."""
    path, schemas = _cut(copy, PATH), "".join(_cut(copy, schema) for schema in SCHEMAS)
    for response, other in OWN.items():
        _cut(copy, f"    {response}:\n")
        path = path.replace(f"responses/{response}", f"responses/{other}")
    text = copy.contract.read_text(encoding="utf-8").replace(ALSO_OF_IT, "")
    copy.contract.write_text(text, encoding="utf-8")
    handlers = copy.root / SUITE / "reference_server/handlers.py"
    copy.edit(handlers, '        "accountsBalanceGet": accounts_balance_get,\n', "")
    (copy.root / SUITE / "server/test_accounts_balance_get.py").unlink()
    generated = copy.generate()
    assert generated.returncode == 0, generated.stderr
    copy.git("add --all", "commit --quiet --message Without", f"tag --force v{VERSION}")
    return re.sub(r"      x-requirements:\n(?: {8}.*\n)+", "", path), schemas


def _cut(copy: Checkout, header: str) -> str:
    """Cut a key out of the contract, with the indented lines below it; return them."""
    deeper = " " * (len(header) - len(header.lstrip()) + 1)
    text = copy.contract.read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(header)}(?:{deeper}.*\n)+", text, re.MULTILINE)
    assert found, header
    copy.contract.write_text(text.replace(found[0], "", 1), encoding="utf-8")
    return found[0]


def _python(copy: Checkout, *arguments: str, **environment: str) -> str:
    """Run Python with the copy's own packages; return its output."""
    path = f"{copy.root / 'contract_tests'}:{copy.generated}"
    done = copy.run([sys.executable, *arguments], PYTHONPATH=path, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_client_calls_it_and_the_reference_server_responds(copy: Checkout) -> None:
    """The new method returns a typed response: the contract's example."""
    assert _python(copy, "-c", CALL) == "AccountsGetResponse Everyday Checking 1153.42\n"


def test_the_client_is_checked_for_it(copy: Checkout) -> None:
    """The tests of the client cover the operation, and the generated client passes them."""
    assert _python(copy, "-c", CHECK_CLIENT) == "True [] []\n"


def test_servers_are_checked_for_it(copy: Checkout) -> None:
    """The suite checks the operation, and the reference server passes."""
    output = _python(copy, "-m", "plaid_accounts_contract", "check", "--quick", "--operations", "accountsBalanceGet")
    assert re.search(
        r"^POST /accounts/balance/get \(accountsBalanceGet\): (\d+ not observed, )?\d+ pass; \d+ exchanges$",
        output,
        re.MULTILINE,
    ), output
    assert output.rpartition("\n")[0].rpartition("\n")[2].startswith("PASS: ")
