"""An operation is added to the contract and to nothing else, and everything follows.

What is added is /accounts/balance/get: the copy is first made a repository that has never had it.
"""

import re
import sys

import pytest

from meta.checks import credentials
from meta.repository.checkout import ROOT, Checkout
from meta.repository.working_copy import GIT, NODE_MODULES, VERSION, working_copy
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server import create_app, running

# What they share is made once, in one process.
pytestmark = pytest.mark.xdist_group("adding-an-operation")

PATH = "  /accounts/balance/get:\n"
SCHEMAS = "    AccountsBalanceGetRequest:\n", "    AccountsBalanceGetRequestOptions:\n"
# Of the operation alone; without them it answers as the first one does.
OWN = {"BadBalanceRequest": "BadRequest", "TooManyBalanceRequests": "TooManyRequests"}
ALSO_OF_IT = "          operations: [accountsBalanceGet]\n"
SUITE = "contract_tests/plaid_accounts_contract"
CALL = """
from plaid_accounts import Client
from plaid_accounts_contract.reference_server import create_app, reference_world, running

world = reference_world()
token = next(iter(world.items))
with running(create_app(world)) as server, Client(
    client_id=world.credentials.client_id, secret=world.credentials.secret, base_url=server.url
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
    """A copy of the repository with a further operation in openapi.yaml, generated anew."""
    if not (ROOT / ".git").exists():
        pytest.skip("only git tells what belongs to the repository")
    copy = working_copy(tmp_path_factory.mktemp("adding") / "repository", VERSION)
    path, schemas = _forget(copy)
    copy.edit(copy.contract, "\nwebhooks:\n", f"\n{path}webhooks:\n")
    copy.edit(copy.contract, "\n  schemas:\n", f"\n  schemas:\n{schemas}")
    generated = copy.generate()
    assert generated.returncode == 0, generated.stderr
    changed = copy.run(["git", "diff", "--name-only", "--", ":!generated"]).stdout
    assert changed == "openapi/openapi.yaml\n"
    return copy


def _forget(copy: Checkout) -> tuple[str, str]:
    """Releases the copy without the operation; returns its part of the contract, without rules beyond the schemas."""
    path, schemas = _taken(copy, PATH), "".join(_taken(copy, schema) for schema in SCHEMAS)
    for response, other in OWN.items():
        _taken(copy, f"    {response}:\n")
        path = path.replace(f"responses/{response}", f"responses/{other}")
    text = copy.contract.read_text(encoding="utf-8").replace(ALSO_OF_IT, "")
    copy.contract.write_text(text, encoding="utf-8")
    handlers = copy.root / SUITE / "reference_server/handlers.py"
    copy.edit(
        handlers, "from plaid_accounts_contract.reference_server.accounts_balance_get import accounts_balance_get\n", ""
    )
    copy.edit(handlers, ', "accountsBalanceGet": accounts_balance_get', "")
    (copy.root / SUITE / "server/test_accounts_balance_get.py").unlink()
    generated = copy.generate()
    assert generated.returncode == 0, generated.stderr
    for command in ("add --all", "commit --quiet --message Without", f"tag --force v{VERSION}"):
        done = copy.run(["git", *command.split()], **GIT)
        assert done.returncode == 0, done.stderr
    return re.sub(r"      x-requirements:\n(?: {8}.*\n)+", "", path), schemas


def _taken(copy: Checkout, header: str) -> str:
    """Takes a key of the contract out, with the lines below it that stand deeper; returns them."""
    deeper = " " * (len(header) - len(header.lstrip()) + 1)
    text = copy.contract.read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(header)}(?:{deeper}.*\n)+", text, re.MULTILINE)
    assert found, header
    copy.contract.write_text(text.replace(found[0], "", 1), encoding="utf-8")
    return found[0]


def _python(copy: Checkout, *arguments: str, **environment: str) -> str:
    """Runs Python with the copy's own packages, and gives what it prints."""
    path = f"{copy.root / 'contract_tests'}:{copy.generated}"
    done = copy.run([sys.executable, *arguments], PYTHONPATH=path, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_client_has_a_method_and_the_reference_server_answers_it(copy: Checkout) -> None:
    """The new method gives a typed response, which is the example that the contract has."""
    assert _python(copy, "-c", CALL) == "AccountsGetResponse Everyday Checking 1153.42\n"


def test_the_client_is_checked_for_it(copy: Checkout) -> None:
    """The tests of the client know the operation and its response, and the generated client passes them."""
    assert _python(copy, "-c", CHECK_CLIENT) == "True [] []\n"


def test_servers_are_checked_for_it(copy: Checkout) -> None:
    """The suite checks the operation: the reference server passes, seen with 200 and with errors."""
    told = _python(copy, "-m", "plaid_accounts_contract", "check", "--quick", "--operations", "accountsBalanceGet")
    assert re.search(
        r"^POST /accounts/balance/get \(accountsBalanceGet\): (\d+ not observed, )?\d+ pass; \d+ exchanges$",
        told,
        re.MULTILINE,
    ), told
    assert told.rpartition("\n")[0].rpartition("\n")[2].startswith("PASS: ")


def test_a_server_without_it_passes_as_before(copy: Checkout) -> None:
    """A server that has the other operations alone is told that this one was not observed, and passes."""
    contract = dict(Contract.load().document)
    contract["paths"] = {path: item for path, item in contract["paths"].items() if path != PATH.strip(" :\n")}
    with running(create_app(contract=contract)) as server:
        options = ("--quick", "--examples", "1", "--modes", "header")
        told = _python(copy, "-m", "plaid_accounts_contract", "check", server.url, *options, **credentials())
    said = "POST /accounts/balance/get (accountsBalanceGet): not observed, because the server does not offer it"
    assert f"{said} (status 404)" in told


def test_the_comparison_says_minor(copy: Checkout) -> None:
    """The comparison with the release tells the operation, calls it minor, and names the next version."""
    if not (ROOT / NODE_MODULES).is_dir():
        pytest.skip("make compare needs node")
    told = copy.make("compare", f"AGAINST=v{VERSION}").stdout
    assert "MINOR  Added: `POST /accounts/balance/get`." in told
    assert "verdict      minor: " in told
