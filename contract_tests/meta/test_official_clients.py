"""Plaid's own clients, as published for Python, JavaScript, Go and Java, against the reference server."""

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from meta.programs import missing, program
from plaid_accounts_contract.plugin import ReferenceServer
from plaid_accounts_contract.reference_server import data
from plaid_accounts_contract.reference_server.data import ALL_FIELDS
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import to_object

# plaid-python is untyped.
plaid: Any = import_module("plaid")
PlaidApi: Any = import_module("plaid.api.plaid_api").PlaidApi
AccountsGetRequest: Any = import_module("plaid.model.accounts_get_request").AccountsGetRequest
AccountsGetRequestOptions: Any = import_module("plaid.model.accounts_get_request_options").AccountsGetRequestOptions

NODE: Final = Path(__file__).parents[1] / "node"
# Long enough for node or Java to start on a busy machine.
SECONDS: Final = 120
CHECKING: Final = ALL_FIELDS.accounts[0]
# Plaid documents them; plaid-java 39.2.0 reads them as null, as every subtype that it doesn't list.
UNLISTED: Final = ("commercial line of credit", "charge card", "limited purpose checking")


class RefusedError(Exception):
    """A client raised for a response of status 200."""


@attrs.frozen
class Request:
    """A request for an Item's accounts, with the keys in `place`: header or body."""

    server: ReferenceServer
    place: str
    access_token: str
    secret: str = data.REFERENCE_CREDENTIALS.secret
    ids: Sequence[str] | None = None


# Returns status and body, as the client gives them to its caller.
Send = Callable[[Request], tuple[int, dict[str, Any]]]


def _python(request: Request) -> tuple[int, dict[str, Any]]:
    keys = {"client_id": request.server.client_id, "secret": request.secret}
    in_header = {"clientId": keys["client_id"], "secret": keys["secret"]} if request.place == "header" else {}
    api = PlaidApi(plaid.ApiClient(plaid.Configuration(host=request.server.url, api_key=in_header)))
    options = {} if request.ids is None else {"options": AccountsGetRequestOptions(account_ids=list(request.ids))}
    in_body = keys if request.place == "body" else {}
    try:
        response = api.accounts_get(AccountsGetRequest(access_token=request.access_token, **options, **in_body))
    except plaid.ApiException as error:
        return int(error.status), json.loads(error.body)
    except (plaid.ApiTypeError, plaid.ApiValueError) as error:
        raise RefusedError(str(error)) from error
    return 200, json.loads(json.dumps(response.to_dict(), default=str))


def _program(command: Sequence[str], request: Request) -> tuple[int, dict[str, Any]]:
    given = {
        "url": request.server.url, "clientId": request.server.client_id, "secret": request.secret,
        "accessToken": request.access_token, "accountIds": request.ids,
    }  # fmt: skip
    finished = subprocess.run(
        [*command, request.place],
        cwd=NODE, input=json.dumps(given), capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    if finished.returncode != 0:
        raise RefusedError(finished.stderr)
    # plaid-java prints a remark on any other host than Plaid's first.
    response = json.loads(finished.stdout.splitlines()[-1])
    return response["status"], response["body"]


@pytest.fixture(
    params=["python", "node", pytest.param("go", marks=pytest.mark.slow), pytest.param("java", marks=pytest.mark.slow)]
)
def client(request: pytest.FixtureRequest) -> str:
    """Name a client."""
    return str(request.param)


@pytest.fixture
def send(client: str) -> Send:
    """Return what sends a request with the client."""
    if client == "python":
        return _python
    if client == "node":
        command = [program("node"), "accounts_get.mjs"]
        ready = NODE / "node_modules" / "plaid"
    elif client == "go":
        ready = _built("go")
        command = [program("go") and str(ready)]
    else:
        ready = _built("java")
        command = [program("java"), "-cp", f"{ready}:{ready}/*", "AccountsGet"]
    return partial(_program, command) if ready.exists() else missing(f"plaid-{client} is not built: run make test-slow")


def _built(name: str) -> Path:
    return Path(os.environ.get("OFFICIAL_CLIENTS", "absent"), name).absolute()


@pytest.mark.parametrize("place", ["header", "body"])
def test_an_official_client_reads_accounts_filters_and_errors(
    send: Send, place: str, plaid_reference_server: ReferenceServer
) -> None:
    """Every value of the response reaches the caller, a filter selects, and an error has its status, type and code."""
    server, item = plaid_reference_server, data.EVERYDAY
    status, body = send(Request(server, place, item.access_token))
    assert status == 200
    assert _comparable(body["accounts"]) == _comparable([to_object(account) for account in item.accounts])
    assert body["item"]["item_id"] == item.details.item_id
    wanted = item.account_ids()[1:3]
    _, body = send(Request(server, place, item.access_token, ids=wanted))
    assert [account["account_id"] for account in body["accounts"]] == wanted
    status, body = send(Request(server, place, server.error_token("ITEM_LOGIN_REQUIRED")))
    assert (status, body["error_type"], body["error_code"]) == (400, "ITEM_ERROR", "ITEM_LOGIN_REQUIRED")
    status, body = send(Request(server, place, item.access_token, secret="wrong"))
    assert (status, body["error_code"]) == (400, "INVALID_API_KEYS")


@pytest.mark.parametrize(
    "item", [data.BUSINESS, data.TIMESTAMPED, data.MINIMAL, data.BY_HAND], ids=lambda item: item.title.split(" ")[0]
)
def test_an_official_client_reads_other_items(send: Send, item: Item, plaid_reference_server: ReferenceServer) -> None:
    """Currencies, times of update, nulls where Plaid documents them, and manually linked accounts reach the caller."""
    _, body = send(Request(plaid_reference_server, "header", item.access_token))
    assert _comparable(body["accounts"]) == _comparable([to_object(account) for account in item.accounts])


@pytest.mark.parametrize(
    ("change", "refusing"),
    [
        ({"verification_status": None}, {"python": "Invalid type for variable 'verification_status'"}),
        ({"verification_status": ""}, {"java": "IllegalArgumentException: Unexpected value ''"}),
        (
            {"verification_status": "a_new_status"},
            {"java": "IllegalArgumentException: Unexpected value 'a_new_status'"},
        ),
        ({"subtype": "a new subtype"}, {}),
        ({"subtype": UNLISTED[0]}, {}),
    ],
    ids=["null", "empty", "new status", "new subtype", "unlisted subtype"],
)
def test_valid_responses_that_an_official_client_refuses(
    client: str, send: Send, change: dict[str, Any], refusing: dict[str, str], plaid_server: ReferenceServer
) -> None:
    """The valid responses that a client refuses are these; a release that accepts one makes this test fail."""
    plaid_server.open_account(
        attrs.evolve(CHECKING, account_id="n" * 37, **change), access_token=data.MINIMAL.access_token
    )
    request = Request(plaid_server, "header", data.MINIMAL.access_token)
    if client in refusing:
        with pytest.raises(RefusedError, match=refusing[client]):
            send(request)
        return
    account = send(request)[1]["accounts"][-1]
    ((name, value),) = change.items()
    assert account.get(name) == (None if client == "java" else value)


def _comparable(accounts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return accounts without what plaid-go or plaid-java write as nothing, and with one notation of times."""
    written: list[dict[str, Any]] = json.loads(json.dumps(accounts), object_hook=_written)
    return written


def _written(values: dict[str, Any]) -> dict[str, Any]:
    # plaid-java drops properties that it doesn't list, too.
    kept = {
        name: value for name, value in values.items() if value is not None and value not in UNLISTED and name != "apy"
    }
    time = kept.get("last_updated_datetime")
    return kept if time is None else kept | {"last_updated_datetime": datetime.fromisoformat(time).timestamp()}
