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

from meta.checks import command, credentials
from meta.child_servers import free_port
from meta.reference_page.pages import WORLD, Form
from plaid_accounts_contract.reference_page import app
from plaid_accounts_contract.reference_server import create_app, data, running

KEYS = {"PLAID-CLIENT-ID": WORLD.credentials.client_id, "PLAID-SECRET": WORLD.credentials.secret}
BODY = {"access_token": data.EVERYDAY.access_token}


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


def test_page_and_reference_server_share_a_port() -> None:
    """The printed address shows the page, which sends to the reference server, and is that server."""
    with _started("--rate-limit", "2") as url:
        assert "Requests go to <strong>the reference server</strong>" in httpx.get(url + "/").text
        assert Form(url).result()["response"]["status"] == 200
        statuses = [httpx.post(f"{url}/accounts/get", json=BODY, headers=KEYS).status_code for _ in range(2)]
    assert statuses == [200, 429]


def test_base_url_selects_another_server() -> None:
    """With --base-url the page sends there with the environment's secrets, and there is no reference server."""
    with running(create_app()) as other, _started("--base-url", other.url, environment=credentials()) as url:
        assert f"Requests go to <strong>{other.url}</strong>" in httpx.get(url + "/").text
        form = Form(url, client_id="<client_id>", secret="<secret>", body='{"access_token": "<access_token>"}')
        result = form.result()
        assert result["request"]["line"] == f"POST {other.url}/accounts/get"
        assert result["response"]["status"] == 200
        assert httpx.post(f"{url}/accounts/get", json={}, headers={"Origin": url}).status_code == 404


def test_webhooks_go_to_the_given_address() -> None:
    """With --webhook the Items name that address, and an account can be opened."""
    address = f"http://127.0.0.1:{free_port()}/plaid"
    with _started("--webhook", address) as url, httpx.Client(base_url=url, headers=KEYS) as http:
        assert http.post("/accounts/get", json=BODY).json()["item"]["webhook"] == address
        assert http.post("/reference-server/open-account", json=BODY).json()["webhook"]["url"] == address


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--base-url", "sandbox.plaid.com"], "invalid --base-url: must be like https://"),
        (["--base-url", "https://user:key@gateway.example"], "invalid --base-url"),
        (["--base-url", "http://127.0.0.1:1", "--rate-limit", "5"], "omit it with --base-url"),
        (["--base-url", "http://127.0.0.1:1", "--webhook", "http://127.0.0.1:2"], "--webhook configures the reference"),
        (["--base-url", "http://127.0.0.1:1", "--host", "192.0.2.1"], "let other machines use your credentials"),
        (["--base-url", "http://127.0.0.1:1"], "CONTRACT_SECRET not set"),
    ],
)
def test_invalid_options_are_one_line(options: list[str], message: str) -> None:
    """An invalid URL, missing credentials, and options that would risk credentials end in one line."""
    known = {
        name: value for name, value in credentials().items() if "SECRET not set" not in message or "SECRET" not in name
    }
    result = command("serve", "--port", "0", *options, environment=known)
    assert (result.status, result.out, result.err.count("\n")) == (2, "", 1)
    assert message in result.err


def test_a_missing_viewer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the viewer is not installed, the message says how to install it."""
    monkeypatch.setattr(app, "_VIEWER", "no-such-package")
    with pytest.raises(app.ViewerMissing, match="pip install --force-reinstall no-such-package"):
        app.viewer_file("javascripts/swagger-ui-bundle.js")


def test_help_explains() -> None:
    """--help explains where secrets come from and where they go, with examples and exit statuses."""
    result = command("serve", "--help")
    assert result.status == 0
    for words in ("Test request", "--base-url", "CONTRACT_SECRET", "--rate-limit", "examples:", "exit status"):
        assert words in result.out
