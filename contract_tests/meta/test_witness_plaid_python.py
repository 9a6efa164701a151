"""An independent witness: Plaid's own Python client, from PyPI, talks to the reference server."""

import json
from collections.abc import Generator
from importlib import import_module
from typing import Any

import pytest

from plaid_accounts_contract.reference_server import Running, create_app, data, reference_world, running
from plaid_accounts_contract.reference_server.all_fields import ALL_FIELDS
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import to_object

# plaid-python carries no types.
plaid: Any = import_module("plaid")
PlaidApi: Any = import_module("plaid.api.plaid_api").PlaidApi
AccountsGetRequest: Any = import_module("plaid.model.accounts_get_request").AccountsGetRequest
AccountsGetRequestOptions: Any = import_module("plaid.model.accounts_get_request_options").AccountsGetRequestOptions

KEYS = {"client_id": data.REFERENCE_CREDENTIALS.client_id, "secret": data.REFERENCE_CREDENTIALS.secret}
LINKED = [item for item in reference_world().items.values() if item.failure is None]
# plaid-python 46 takes no null for verification_status, though Plaid documents it as one of two ways to say "not used".
UNREADABLE = [ALL_FIELDS, data.LIMITED]
both_places = pytest.mark.parametrize("place", ["header", "body"])


@pytest.fixture(scope="module")
def server() -> Generator[Running]:
    """Give a running reference server."""
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
    """What plaid-python gives back is what the server holds, for the Item and each of its accounts."""
    body = _api(server, place).accounts_get(_request(item, place)).to_dict()
    assert json.loads(json.dumps(body["accounts"], default=str)) == _as_read(item)
    assert body["item"]["item_id"] == item.details.item_id
    assert len(body["request_id"]) == 15


def _as_read(item: Item) -> list[dict[str, Any]]:
    """Give an Item's accounts as plaid-python shows them: date-times as str() writes them."""
    accounts: list[dict[str, Any]] = [json.loads(json.dumps(to_object(account))) for account in item.accounts]
    for account in accounts:
        dated = account["balances"].get("last_updated_datetime")
        if dated:
            account["balances"]["last_updated_datetime"] = str(plaid.model_utils.parse(dated))
    return accounts


@both_places
def test_plaid_python_filters(server: Running, place: str) -> None:
    """A filter of two ids gives plaid-python those two accounts."""
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


def test_plaid_python_without_credentials_is_refused(server: Running) -> None:
    """Sent in neither place, the credentials are missing."""
    with pytest.raises(plaid.ApiException) as raised:
        _api(server, "body").accounts_get(_request(data.EVERYDAY, "header"))
    assert json.loads(raised.value.body)["error_code"] == "MISSING_FIELDS"


@pytest.mark.parametrize("item", UNREADABLE, ids=["everything", "limited"])
def test_plaid_python_takes_no_null_verification_status(server: Running, item: Item) -> None:
    """plaid-python raises for a null verification_status; a release that takes it makes this test fail."""
    with pytest.raises(plaid.ApiTypeError, match="verification_status"):
        _api(server, "header").accounts_get(_request(item, "header"))
