"""The command `serve`, run as its user runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import httpx
import pytest

from meta.checks import Result, command, credentials
from meta.child_servers import free_port
from meta.reference_page.pages import WORLD, Form
from plaid_accounts_contract.reference_page import viewer
from plaid_accounts_contract.reference_server import create_app, data, running


@contextmanager
def _started(*options: str, environment: Mapping[str, str] | None = None) -> Generator[str]:
    """Run `serve` on a free port; yield the page's URL once it is printed."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONTRACT_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "plaid_accounts_contract", "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        env={**inherited, **(environment or {})},
        text=True,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        found = re.search(r"Reference page at (http://\S+)/", process.stdout.readline())
        assert found
        yield found[1]
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0


def _failed(*options: str, environment: Mapping[str, str] | None = None) -> Result:
    result = command("serve", "--port", "0", *options, environment=environment)
    assert result.status == 2
    assert result.out == ""
    assert result.err.count("\n") == 1
    return result


def test_page_and_reference_server_share_a_port() -> None:
    """Without further options the printed address shows the page, sends to the reference server, and is that server."""
    keys = {"PLAID-CLIENT-ID": WORLD.credentials.client_id, "PLAID-SECRET": WORLD.credentials.secret}
    with _started("--rate-limit", "2") as url:
        assert "Requests go to <strong>the reference server</strong>" in httpx.get(url + "/").text
        assert Form(url).answer()["answered"]["status"] == 200
        body = {"access_token": data.EVERYDAY.access_token}
        statuses = [httpx.post(f"{url}/accounts/get", json=body, headers=keys).status_code for _ in range(2)]
    assert statuses == [200, 429]


def test_another_server_may_be_chosen_at_the_start() -> None:
    """With --base-url the page sends there, with the environment's secrets, and is no reference server."""
    with running(create_app()) as other, _started("--base-url", other.url, environment=credentials()) as url:
        shown = httpx.get(url + "/").text
        assert f"Requests go to <strong>{other.url}</strong>" in shown
        form = Form(url, client_id="<client_id>", secret="<secret>", body='{"access_token": "<access_token>"}')
        answer = form.answer()
        assert answer["sent"]["line"] == f"POST {other.url}/accounts/get"
        assert answer["answered"]["status"] == 200
        assert httpx.post(f"{url}/accounts/get", json={}, headers={"Origin": url}).status_code == 404


def test_webhooks_go_to_the_address_given() -> None:
    """With --webhook the Items name that address, and an account can be opened as the printed request says."""
    keys = {"PLAID-CLIENT-ID": WORLD.credentials.client_id, "PLAID-SECRET": WORLD.credentials.secret}
    body = {"access_token": data.EVERYDAY.access_token}
    address = f"http://127.0.0.1:{free_port()}/plaid"
    with _started("--webhook", address) as url, httpx.Client(base_url=url, headers=keys) as http:
        assert http.post("/accounts/get", json=body).json()["item"]["webhook"] == address
        assert http.post("/reference-server/open-account", json=body).json()["webhook"]["url"] == address


def test_a_base_url_needs_credentials() -> None:
    """Without credentials in the environment, --base-url ends in one line that names the variables."""
    known = {name: value for name, value in credentials().items() if name != "CONTRACT_SECRET"}
    assert "CONTRACT_SECRET not set" in _failed("--base-url", "http://127.0.0.1:1", environment=known).err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--base-url", "sandbox.plaid.com"], "--base-url is no base URL; write it like https://"),
        (["--base-url", "https://user:key@gateway.example"], "--base-url is no base URL"),
        (["--base-url", "http://127.0.0.1:1", "--rate-limit", "5"], "leave it out with --base-url"),
        (
            ["--base-url", "http://127.0.0.1:1", "--webhook", "http://127.0.0.1:2"],
            "--webhook is for the reference server",
        ),
        (["--base-url", "http://127.0.0.1:1", "--host", "192.0.2.1"], "let other machines use your credentials"),
    ],
)
def test_options_that_contradict_are_refused(options: list[str], said: str) -> None:
    """An address that is none, and options that would put credentials at risk, end in one line with the way out."""
    assert said in _failed(*options, environment=credentials()).err


def test_a_missing_viewer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the viewer is not installed, the message says how to install it."""
    monkeypatch.setattr(viewer, "_PACKAGE", "no-such-package")
    with pytest.raises(viewer.ViewerMissing, match="pip install --force-reinstall no-such-package"):
        viewer.script()


def test_the_viewers_package_is_not_imported() -> None:
    """The page works without the tool that the viewer's package is a plugin of."""
    program = (
        "import sys, plaid_accounts_contract.reference_page.viewer as v; v.script(); v.style(); print(*sys.modules)"
    )
    modules = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in modules if name.startswith(("mkdocs", "bs4"))]


def test_help_teaches() -> None:
    """--help says what is shown, where secrets come from and where they go, with examples and exit statuses."""
    result = command("serve", "--help")
    assert result.status == 0
    for words in ("Test request", "--base-url", "CONTRACT_SECRET", "--rate-limit", "examples:", "exit status"):
        assert words in result.out
