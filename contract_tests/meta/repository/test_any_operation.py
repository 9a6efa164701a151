"""Operations unlike those of the contract can be added: the client calls them, and servers are checked for them."""

import copy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
import yaml

from meta import additional_operations
from meta.repository.checkout import ROOT
from plaid_accounts_contract.checks.findings import Verdict
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server import Running, create_app, reference_world, running
from plaid_accounts_contract.runner.local_target import complete
from plaid_accounts_contract.runner.runner import run_checks
from plaid_accounts_contract.settings import Settings

# Prints what each call sent and returned.
CALLS = """
import sys, warnings, httpx, plaid_accounts
from plaid_accounts.models import NumbersACH
warnings.simplefilter("error")
sent = []
http = httpx.Client(event_hooks={"request": [sent.append]})
client = plaid_accounts.Client(base_url=sys.argv[1], http_client=http)

def show(result):
    request = sent[-1]
    keys = [name for name in request.headers if name.startswith("plaid-")]
    print(request.method, request.url.raw_path.decode(), request.headers["accept"], len(keys), request.content, result)

with warnings.catch_warnings(record=True, action="always") as caught:
    tree = client.categories_get()
show((type(tree).__name__, type(tree.since).__name__, tree.children, str(caught[0].message), caught[0].filename))
show(client.institution_logo_get(institution_id="a b", size=1))
show(client.institution_logo_get(institution_id="ins_1"))
show(client.numbers_list(cursor="c") == [NumbersACH(account="account", routing="routing")])
http.close()
print(client.categories_get.__deprecated__, (client.categories_get.__doc__ or "")[:11])
"""
SENT = """\
POST /categories/get application/json 0 b'' ('CategoryTree', 'date', [], 'categories_get is deprecated', '<string>')
GET /institutions/a%20b/logo?size=1 application/json, image/png 2 b'' b'institutionLogoGet'
GET /institutions/ins_1/logo application/json, image/png 2 b'' b'institutionLogoGet'
GET /numbers/list?cursor=c application/json 2 b'' True
categories_get is deprecated Deprecated.
"""
OPERATIONS = ("categoriesGet", "institutionLogoGet", "numbersList")


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """The contract with these operations."""
    document = copy.deepcopy(dict(Contract.load().document))
    added = yaml.safe_load(Path(__file__).with_name("any_operation.yaml").read_text("utf-8"))
    document["paths"] |= added["paths"]
    document["components"]["schemas"] |= added["components"]["schemas"]
    return additional_operations.load(document, tmp_path_factory.mktemp("any"))


@pytest.fixture(scope="module")
def server(contract: Contract) -> Iterator[Running]:
    """The reference server, which responds to them from the contract."""
    with running(create_app(contract=contract.document)) as server:
        yield server


def test_the_client_calls_them(contract: Contract, server: Running, tmp_path: Path) -> None:
    """The client sends what each operation takes, and returns an object, a list or bytes; what is deprecated warns."""
    command = [sys.executable, str(ROOT / "openapi/codegen/generate.py")]
    subprocess.run([*command, "--contract", str(contract.path), "--output", str(tmp_path / "generated")], check=True)
    keys = reference_world().credentials
    environment = {
        "PYTHONPATH": str(tmp_path / "generated"), "PLAID_CLIENT_ID": keys.client_id, "PLAID_SECRET": keys.secret
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", CALLS, server.url], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (SENT, "")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_servers_are_checked_for_them(contract: Contract, server: Running, operation: str) -> None:
    """The suite checks each operation, and the reference server conforms."""
    settings = complete(Settings(quick=True, examples=5), reference_world(), server.url)
    outcome = run_checks(attrs.evolve(settings, operations=(operation,)), contract)
    assert outcome.verdict is Verdict.PASS, [*outcome.run.results.violations()]
    assert outcome.run.results.observed[f"{operation}:media-type"]
