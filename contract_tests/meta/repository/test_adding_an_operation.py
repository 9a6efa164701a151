"""An operation is added to the contract and to nothing else, and everything follows."""

import re
import sys

import pytest

from meta.checks import credentials
from plaid_accounts_contract.reference_server import create_app, running

from .checkout import ROOT, Checkout
from .working_copy import NODE_MODULES, working_copy

PATH = """
  /item/get:
    post:
      operationId: itemGet
      tags: [accounts]
      summary: Retrieve an Item
      description: Returns the Item that the access token stands for.
      requestBody:
        required: true
        content:
          application/json:
            schema:
              $ref: "#/components/schemas/ItemGetRequest"
      responses:
        "200":
          description: The Item.
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/ItemGetResponse"
        "400":
          $ref: "#/components/responses/BadRequest"
        "429":
          $ref: "#/components/responses/TooManyRequests"
        "500":
          $ref: "#/components/responses/InternalServerError"
components:
"""
SCHEMAS = """
  schemas:
    ItemGetRequest:
      type: object
      description: Which Item to read.
      required: [access_token]
      additionalProperties: false
      properties:
        client_id:
          type: string
          minLength: 1
          description: Identifies the application. Needed here only if the header PLAID-CLIENT-ID is not sent.
        secret:
          type: string
          format: password
          minLength: 1
          description: The application's key. Needed here only if the header PLAID-SECRET is not sent.
        access_token:
          type: string
          format: password
          minLength: 1
          description: Stands for the Item. Case-sensitive.
    ItemGetResponse:
      type: object
      description: The Item.
      required: [item, request_id]
      additionalProperties: true
      properties:
        item:
          $ref: "#/components/schemas/Item"
        request_id:
          type: string
          minLength: 1
          description: Names this exchange for Plaid's support.
"""
CALL = """
from plaid_accounts import Client
from plaid_accounts_contract.reference_server import create_app, reference_world, running

world = reference_world()
token = next(iter(world.items))
with running(create_app(world)) as server, Client(
    client_id=world.credentials.client_id, secret=world.credentials.secret, base_url=server.url
) as client:
    response = client.item_get(access_token=token)
    print(type(response).__name__, type(response.item).__name__, response.item.update_type)
"""
CHECK_CLIENT = """
from plaid_accounts_contract.client_check import run_tests
from plaid_accounts_contract.settings import Settings

record = run_tests(Settings(quick=True), only="itemGet or ItemGetResponse")
print(record.tests > 20, record.errors, [failure.message for failure in record.failures])
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy of the repository with a further operation in openapi.yaml, generated anew."""
    if not (ROOT / ".git").exists():
        pytest.skip("only git tells what belongs to the repository")
    copy = working_copy(tmp_path_factory.mktemp("adding") / "repository", "0.1.0")
    copy.edit(copy.contract, "\ncomponents:\n", PATH)
    copy.edit(copy.contract, "\n  schemas:\n", SCHEMAS)
    generated = copy.generate()
    assert generated.returncode == 0, generated.stderr
    return copy


def _python(copy: Checkout, *arguments: str, **environment: str) -> str:
    """Runs Python with the copy's own packages, and gives what it prints."""
    path = f"{copy.root / 'contract_tests'}:{copy.generated}"
    done = copy.run([sys.executable, *arguments], PYTHONPATH=path, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_client_has_a_method_and_the_reference_server_answers_it(copy: Checkout) -> None:
    """The new method gives a typed response, which the reference server made from the contract."""
    assert _python(copy, "-c", CALL) == "ItemGetResponse Item background\n"


def test_the_client_is_checked_for_it(copy: Checkout) -> None:
    """The tests of the client know the operation and its response, and the generated client passes them."""
    assert _python(copy, "-c", CHECK_CLIENT) == "True [] []\n"


def test_servers_are_checked_for_it(copy: Checkout) -> None:
    """The suite checks the operation: the reference server passes, seen with 200 and with errors."""
    told = _python(copy, "-m", "plaid_accounts_contract", "check", "--quick", "--operations", "itemGet")
    assert re.search(
        r"^POST /item/get \(itemGet\): (\d+ not observed, )?\d+ pass; \d+ exchanges$", told, re.MULTILINE
    ), told
    assert told.rpartition("\n")[0].rpartition("\n")[2].startswith("PASS: ")


def test_a_server_without_it_passes_as_before(copy: Checkout) -> None:
    """A server that has the other operations alone is told that this one was not observed, and passes."""
    with running(create_app()) as server:
        options = ("--quick", "--examples", "1", "--modes", "header")
        told = _python(copy, "-m", "plaid_accounts_contract", "check", server.url, *options, **credentials())
    assert "POST /item/get (itemGet): not observed, because the server does not offer it: it answers 404" in told


def test_the_comparison_says_minor(copy: Checkout) -> None:
    """The comparison with the release tells the operation, calls it minor, and names the next version."""
    if not (ROOT / NODE_MODULES).is_dir():
        pytest.skip("make compare needs node")
    told = copy.make("compare", "AGAINST=v0.1.0").stdout
    assert "MINOR  Added: `POST /item/get`." in told
    assert "verdict      minor: " in told
