"""The documents: their code runs, and their tables and commands match the project."""

import asyncio
import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from meta.commands import command
from meta.consumer import names, reason, side, total_by_currency
from plaid_accounts import Client
from plaid_accounts.models import AccountType
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.plugin import ReferenceServer
from plaid_accounts_contract.reference_server import create_app, reference_dataset, running
from plaid_accounts_contract.settings import Settings, table, variable_name

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SUITE_README = (ROOT / "contract_tests" / "README.md").read_text(encoding="utf-8")
PRODUCTION = (ROOT / "openapi" / "guides" / "production.md").read_text(encoding="utf-8")
WEBHOOKS = (ROOT / "openapi" / "guides" / "webhooks.md").read_text(encoding="utf-8")
LISTED = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
DOCUMENTS = [ROOT / name for name in LISTED.stdout.split()]


def _code(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def _printed(code: str) -> str:
    """Run code of a document against the reference server in place of the one that it names; return its output."""
    with running(create_app()) as server:
        ran = subprocess.run(
            [sys.executable, "-c", code.replace("http://127.0.0.1:8000", server.url)],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_readme_calls_the_reference_server() -> None:
    """The README's example runs unchanged against the reference server."""
    code, *_ = _code(README, "python")
    accounts = next(iter(reference_dataset().items.values())).accounts
    shown = [f"{entry.name} {entry.type} {entry.balances.available} USD" for entry in accounts]
    assert _printed(code).splitlines() == shown


def test_the_readme_shows_the_last_line_of_a_run() -> None:
    """The last line of a run in the README has the format of a real one."""
    (shown,) = re.findall(r"^PASS: .*$", README, re.MULTILINE)
    form = re.sub(r"[\d.]+", "N", command("check", "--quick").out.splitlines()[-1])
    assert re.sub(r"[\d.]+", "N", shown) == form


@pytest.mark.parametrize("block", range(len(_code(PRODUCTION, "python"))))
def test_the_guide_to_production_works(block: int) -> None:
    """Each piece of code in the guide runs against the reference server, and prints what it got."""
    assert "200" in _printed(_code(PRODUCTION, "python")[block])


def test_money_is_exact_as_documented() -> None:
    """Decimal(str(balance)) is the number as it was sent, whichever it is, as the guide says."""
    assert "`Decimal(str(account.balances.current))`" in PRODUCTION
    item = next(iter(reference_dataset().items.values()))
    keys = reference_dataset().credentials
    request = {"client_id": keys.client_id, "secret": keys.secret, "access_token": item.access_token}
    with running(create_app()) as server:
        raw = httpx.post(f"{server.url}/accounts/get", json=request).json()
    raw["accounts"][0]["balances"]["current"] = "PLACE"
    for sent in ("0.1", "1100.35", "-0.07", "99999999999.99", "110", "4.35", "1234567890123.45"):
        text = json.dumps(raw).replace('"PLACE"', sent)
        handler = httpx.MockTransport(
            lambda _, text=text: httpx.Response(200, headers={"Content-Type": "application/json"}, content=text)
        )
        with Client(client_id="id", secret="key", environment="sandbox", transport=handler) as client:
            balances = client.accounts_get(access_token="token").accounts[0].balances
        assert str(Decimal(str(balances.current))) == sent


def test_the_guide_to_webhooks_works() -> None:
    """The guide's class responds to a genuine webhook with 200 and keeps a link_token that shares the new account."""
    (code,) = _code(WEBHOOKS, "python")
    guide: dict[str, Any] = {}
    exec(compile(code, "webhooks.md", "exec"), guide)  # noqa: S102 - the guide's own code
    service: list[Any] = []

    async def take(request: Request) -> Response:
        body = await request.body()
        return Response(status_code=await run_in_threadpool(service[0].take, body, request.headers))

    item, keys = next(iter(reference_dataset().items.values())), reference_dataset().credentials
    pair = {"client_id": keys.client_id, "secret": keys.secret}
    receiver = Starlette(routes=[Route("/plaid", take, methods=["POST"])])
    with (
        running(receiver) as heard,
        running(create_app(webhook_url=f"{heard.url}/plaid")) as server,
        Client(client_id=keys.client_id, secret=keys.secret, base_url=server.url) as client,
        httpx.Client(base_url=f"{server.url}/reference-server") as http,
    ):
        service.append(guide["NewAccounts"](client, {item.details.item_id: item.access_token}))
        opened = http.post("/open-account", json={**pair, "access_token": item.access_token}).json()
        assert opened["webhook"]["answered"] == 200
        link_token = service[0].link_tokens[item.details.item_id]
        shared = http.post("/complete-link", json={**pair, "link_token": link_token}).json()
        assert shared["shared_account_ids"] == [opened["account"]["account_id"]]
        assert service[0].take(b"{}", opened["webhook"]["headers"]) == 400


def test_a_typed_service_works(plaid_reference_server: ReferenceServer) -> None:
    """A service that type-checks also runs: balances, a filter with await, and errors by class."""
    server = plaid_reference_server

    async def filtered(client: Client, account_id: str) -> list[str]:
        async with client:
            return await names(client, server.access_token, [account_id])

    with Client(client_id=server.client_id, secret=server.secret, base_url=server.url) as client:
        assert set(total_by_currency(client, server.access_token)) == {"USD"}
        first = client.accounts_get(access_token=server.access_token).accounts[0]
        assert asyncio.run(filtered(client, first.account_id)) == [first.name]
        assert reason(client, server.error_token("ITEM_LOGIN_REQUIRED")) == "user action required: ITEM_LOGIN_REQUIRED"
        assert reason(client, "access-sandbox-none").startswith("INVALID_INPUT INVALID_ACCESS_TOKEN 400")
        assert reason(client, server.access_token) == ""


def test_the_default_of_an_enum_is_reached() -> None:
    """A value that the contract does not list takes the default branch, which type checkers admit."""
    assert [side(AccountType(value)) for value in ("depository", "loan", "other", "novelty")] == [
        "assets", "liabilities", "unknown", "new: novelty"
    ]  # fmt: skip


def test_the_fixture_as_documented(plaid_server: ReferenceServer) -> None:
    """The documented test of a service passes with the plugin's fixture."""
    code = next(block for block in _code(SUITE_README, "python") if "plaid_server" in block)
    documented: dict[str, object] = {}
    exec(code, documented)  # noqa: S102 - the document's own code
    test = documented["test_my_service"]
    assert callable(test)
    test(plaid_server)


def test_the_settings_table_is_the_settings() -> None:
    """The table of settings is generated from the settings, and has the variable of each."""
    assert table() in SUITE_README
    assert all(f"`{variable_name(field)}`" in table() for field in attrs.fields(Settings))


def test_each_template_is_described() -> None:
    """The tables of templates list each one."""
    folder = ROOT / "openapi" / "codegen"
    listed = re.findall(r"^\| `([\w.]+)` \|", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    names = {path.name if path.name.startswith("_") else path.stem for path in (folder / "templates").glob("*.jinja")}
    assert names <= set(listed)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_linked_files_exist(document: Path) -> None:
    """Every relative link points to a file."""
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / link).exists(), link


def test_the_workflow_pins_the_current_version() -> None:
    """The example workflow installs the current version."""
    version = Contract.load().version
    assert f"'plaid-accounts-contract[check]=={version}'" in SUITE_README
