"""An independent witness: Plaid's own JavaScript client, from npm, talks to the reference server."""

import json
import os
import shutil
import subprocess
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from plaid_accounts_contract.reference_server import Running, create_app, data, reference_world, running
from plaid_accounts_contract.reference_server.items import Item
from plaid_accounts_contract.reference_server.records import to_object

HOME: Final = Path(__file__).parents[1] / "node"
# Long enough for node to start on a busy machine.
SECONDS: Final = 120
both_places = pytest.mark.parametrize("place", ["header", "body"])


@pytest.fixture(scope="module")
def node() -> str:
    """Give the path of node, or skip where node or the client is not installed; continuous integration needs both."""
    found = shutil.which("node")
    installed = (HOME / "node_modules" / "plaid").is_dir()
    if found and installed:
        return found
    reason = "node is not installed" if not found else f"{HOME}/node_modules/plaid is not there; run `make test`"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI is set")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def server() -> Generator[Running]:
    """Give a running reference server."""
    with running(create_app()) as served:
        yield served


def _ask(
    node: str, server: Running, item: Item, place: str, *, secret: str | None = None, ids: Sequence[str] | None = None
) -> tuple[int, dict[str, Any]]:
    request = {
        "url": server.url,
        "clientId": data.REFERENCE_CREDENTIALS.client_id,
        "secret": secret or data.REFERENCE_CREDENTIALS.secret,
        "accessToken": item.access_token,
        "accountIds": ids,
    }
    finished = subprocess.run(
        [node, "witness.mjs", place],
        cwd=HOME,
        input=json.dumps(request),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    answer = json.loads(finished.stdout)
    return answer["status"], answer["body"]


@both_places
def test_plaid_node_reads_every_account(node: str, server: Running, place: str) -> None:
    """What the client gives back is what the server holds, for the Item and each of its accounts."""
    status, body = _ask(node, server, data.EVERYDAY, place)
    assert status == 200
    assert body["item"] == to_object(data.EVERYDAY.details)
    assert body["accounts"] == [to_object(account) for account in data.EVERYDAY.accounts]


@both_places
def test_plaid_node_filters(node: str, server: Running, place: str) -> None:
    """A filter of two ids gives the client those two accounts."""
    wanted = data.EVERYDAY.account_ids()[1:3]
    _, body = _ask(node, server, data.EVERYDAY, place, ids=wanted)
    assert [account["account_id"] for account in body["accounts"]] == wanted


@both_places
def test_plaid_node_reads_errors(node: str, server: Running, place: str) -> None:
    """A documented error reaches the caller of the client with its status, type and code."""
    item = reference_world().items[data.error_token("ITEM_LOGIN_REQUIRED")]
    status, body = _ask(node, server, item, place)
    assert (status, body["error_type"], body["error_code"]) == (400, "ITEM_ERROR", "ITEM_LOGIN_REQUIRED")


@both_places
def test_plaid_node_with_a_wrong_secret_is_refused(node: str, server: Running, place: str) -> None:
    """A wrong secret is refused wherever it stands."""
    status, body = _ask(node, server, data.EVERYDAY, place, secret="wrong")
    assert (status, body["error_code"]) == (400, "INVALID_API_KEYS")
