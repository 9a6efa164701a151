"""Plaid's own clients for Python (from PyPI) and JavaScript (from npm) against the reference server."""

import json
import os
import shutil
import subprocess
from collections.abc import Generator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

from plaid_accounts_contract.reference_server import Running, create_app, data, reference_world, running
from plaid_accounts_contract.reference_server.all_fields import ALL_FIELDS
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import to_object

# plaid-python is untyped.
plaid: Any = import_module("plaid")
PlaidApi: Any = import_module("plaid.api.plaid_api").PlaidApi
AccountsGetRequest: Any = import_module("plaid.model.accounts_get_request").AccountsGetRequest
AccountsGetRequestOptions: Any = import_module("plaid.model.accounts_get_request_options").AccountsGetRequestOptions

KEYS = {"client_id": data.REFERENCE_CREDENTIALS.client_id, "secret": data.REFERENCE_CREDENTIALS.secret}
LINKED = [item for item in reference_world().items.values() if item.failure is None]
# plaid-python 46 rejects a null verification_status, though Plaid documents it as one of two ways to say "not used".
UNREADABLE = [ALL_FIELDS, data.LIMITED]
NODE: Final = Path(__file__).parents[1] / "node"
# Long enough for node to start on a busy machine.
SECONDS: Final = 120
both_places = pytest.mark.parametrize("place", ["header", "body"])


@pytest.fixture(scope="module")
def server() -> Generator[Running]:
    """Run a reference server."""
    with running(create_app()) as served:
        yield served


def _api(server: Running, place: str) -> Any:
    keys = {"clientId": KEYS["client_id"], "secret": KEYS["secret"]} if place == "header" else {}
    return PlaidApi(plaid.ApiClient(plaid.Configuration(host=server.url, api_key=keys)))


def _request(item: Item, place: str, **fields: Any) -> Any:
    return AccountsGetRequest(access_token=item.access_token, **fields, **(KEYS if place == "body" else {}))


@both_places
@pytest.mark.parametrize(
    "item", [item for item in LINKED if item not in UNREADABLE], ids=lambda item: item.title.split(" ")[0]
)
def test_plaid_python_reads_every_account(server: Running, item: Item, place: str) -> None:
    """plaid-python returns the server's data, for the Item and each of its accounts."""
    body = _api(server, place).accounts_get(_request(item, place)).to_dict()
    assert json.loads(json.dumps(body["accounts"], default=str)) == _as_read(item)
    assert body["item"]["item_id"] == item.details.item_id
    assert len(body["request_id"]) == 15


def _as_read(item: Item) -> list[dict[str, Any]]:
    """Return an Item's accounts as plaid-python shows them: date-times as str() writes them."""
    accounts: list[dict[str, Any]] = [json.loads(json.dumps(to_object(account))) for account in item.accounts]
    for account in accounts:
        dated = account["balances"].get("last_updated_datetime")
        if dated:
            account["balances"]["last_updated_datetime"] = str(plaid.model_utils.parse(dated))
    return accounts


@both_places
def test_plaid_python_filters(server: Running, place: str) -> None:
    """A filter of two ids returns those two accounts."""
    wanted = data.EVERYDAY.account_ids()[1:3]
    request = _request(data.EVERYDAY, place, options=AccountsGetRequestOptions(account_ids=wanted))
    accounts = _api(server, place).accounts_get(request).accounts
    assert [account.account_id for account in accounts] == wanted


@both_places
@pytest.mark.parametrize("code", ["ITEM_LOGIN_REQUIRED", "ACCOUNTS_LIMIT", "PLANNED_MAINTENANCE"])
def test_plaid_python_reads_errors(server: Running, place: str, code: str) -> None:
    """A documented error reaches the caller of plaid-python with its status and code."""
    item = reference_world().items[data.error_token(code)]
    with pytest.raises(plaid.ApiException) as raised:
        _api(server, place).accounts_get(_request(item, place))
    assert item.failure is not None
    assert raised.value.status == item.failure.status
    assert json.loads(raised.value.body)["error_code"] == code


def test_plaid_python_without_credentials_is_rejected(server: Running) -> None:
    """Without credentials in headers or body, the error is MISSING_FIELDS."""
    with pytest.raises(plaid.ApiException) as raised:
        _api(server, "body").accounts_get(_request(data.EVERYDAY, "header"))
    assert json.loads(raised.value.body)["error_code"] == "MISSING_FIELDS"


@pytest.mark.parametrize("item", UNREADABLE, ids=["everything", "limited"])
def test_plaid_python_rejects_a_null_verification_status(server: Running, item: Item) -> None:
    """plaid-python raises for a null verification_status; a release that accepts it makes this test fail."""
    with pytest.raises(plaid.ApiTypeError, match="verification_status"):
        _api(server, "header").accounts_get(_request(item, "header"))


@pytest.fixture(scope="module")
def node() -> str:
    """Return the path of node, or skip where node or plaid-node is not installed; continuous integration needs both."""
    found = shutil.which("node")
    if found and (NODE / "node_modules" / "plaid").is_dir():
        return found
    reason = f"{NODE}/node_modules/plaid is missing; run `make test`" if found else "node is not installed"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI is set")
    pytest.skip(reason)


def _send(
    node: str,
    server: Running,
    item: Item,
    place: str,
    *,
    secret: str = KEYS["secret"],
    ids: Sequence[str] | None = None,
) -> tuple[int, dict[str, Any]]:
    request = {
        "url": server.url, "clientId": KEYS["client_id"], "secret": secret,
        "accessToken": item.access_token, "accountIds": ids,
    }  # fmt: skip
    finished = subprocess.run(
        [node, "accounts_get.mjs", place],
        cwd=NODE, input=json.dumps(request), capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    response = json.loads(finished.stdout)
    return response["status"], response["body"]


@both_places
def test_plaid_node_reads_every_account(node: str, server: Running, place: str) -> None:
    """plaid-node returns the server's data, for the Item and each of its accounts."""
    status, body = _send(node, server, data.EVERYDAY, place)
    assert status == 200
    assert body["item"] == to_object(data.EVERYDAY.details)
    assert body["accounts"] == [to_object(account) for account in data.EVERYDAY.accounts]


@both_places
def test_plaid_node_filters(node: str, server: Running, place: str) -> None:
    """A filter of two ids returns those two accounts."""
    wanted = data.EVERYDAY.account_ids()[1:3]
    _, body = _send(node, server, data.EVERYDAY, place, ids=wanted)
    assert [account["account_id"] for account in body["accounts"]] == wanted


@both_places
def test_plaid_node_reads_errors(node: str, server: Running, place: str) -> None:
    """An Item's error and a wrong secret reach the caller of plaid-node with status, type and code."""
    item = reference_world().items[data.error_token("ITEM_LOGIN_REQUIRED")]
    status, body = _send(node, server, item, place)
    assert (status, body["error_type"], body["error_code"]) == (400, "ITEM_ERROR", "ITEM_LOGIN_REQUIRED")
    status, body = _send(node, server, data.EVERYDAY, place, secret="wrong")
    assert (status, body["error_code"]) == (400, "INVALID_API_KEYS")
