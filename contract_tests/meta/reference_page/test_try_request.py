"""The command `try`."""

import json
from collections.abc import Generator

import pytest

from meta.commands import Result, command
from meta.injection import Injection, MutableResponse
from meta.reference_page.pages import DATASET
from plaid_accounts_contract.reference_server import create_app, data, error_token, running

KEYS = {"PLAID_CLIENT_ID": DATASET.credentials.client_id, "PLAID_SECRET": DATASET.credentials.secret}
TOKEN = data.EVERYDAY.access_token


def _try(*options: str, environment: dict[str, str] | None = None, stdin: str = "") -> Result:
    return command("try", *options, environment=KEYS if environment is None else environment, stdin=stdin)


@pytest.fixture(scope="module")
def url() -> Generator[str]:
    """Run the reference server."""
    with running(create_app()) as server:
        yield server.url


def test_accounts_are_a_table(url: str) -> None:
    """Each account is a row with its amounts as received, right-aligned, and a dash for null."""
    result = _try("--base-url", url, environment={**KEYS, "PLAID_ACCESS_TOKEN": TOKEN})
    assert result.status == 0, result.err
    head, *lines = result.out.splitlines()
    assert " ".join(head.split()) == "name mask type subtype available current limit currency account_id"
    retirement = next(line for line in lines if line.startswith("Workplace 401(k)"))
    assert retirement.split()[2:8] == ["K401", "investment", "401k", "-", "48210.9983", "-"]
    assert len({line.index("  USD") for line in lines if "  USD" in line}) == 1
    assert lines[-1].startswith(f"{len(data.EVERYDAY.accounts)} accounts, request_id ")


def test_options_choose_token_accounts_and_format(url: str) -> None:
    """The token comes from standard input with -, only the given accounts are printed, --json prints the response."""
    wanted = data.EVERYDAY.accounts[2]
    chosen = ("--base-url", url, "--access-token", "-", "--account-id", wanted.account_id)
    result = _try(*chosen, "--credentials-in", "body", stdin=f"{TOKEN}\n")
    assert result.status == 0, result.err
    assert wanted.name in result.out
    assert "\n1 account, request_id " in result.out
    response = json.loads(_try(*chosen, "--json", stdin=f"{TOKEN}\n").out)
    assert [account["account_id"] for account in response["accounts"]] == [wanted.account_id]
    assert set(response) == {"accounts", "item", "request_id"}


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (error_token("ITEM_LOGIN_REQUIRED"), "Send the user through Link's update mode to sign in again."),
        (error_token("INTERNAL_SERVER_ERROR"), "API_ERROR/INTERNAL_SERVER_ERROR, status 500"),
    ],
)
def test_an_api_error_is_one_line(url: str, token: str, message: str) -> None:
    """An API error is status 1 and one line with its code, its request_id and what to do."""
    result = _try("--base-url", url, "--access-token", token)
    assert (result.status, result.out, result.err.count("\n")) == (1, "", 1)
    assert message in result.err
    assert "request_id" in result.err
    assert token not in result.err


def test_a_malformed_response_is_one_line() -> None:
    """A malformed response is status 1, with the JSON path; markup and escapes in a name are printed as text."""
    value: object = 1.5

    def change(response: MutableResponse) -> None:
        body = response.value
        body["accounts"][0]["name"] = "[red]x[/red]\x1b[2J"
        body["accounts"][0]["balances"]["current"] = value
        response.value = body

    with running(Injection(change)) as server:
        assert "[red]x[/red]\\x1b[2J" in _try("--base-url", server.url, "--access-token", TOKEN).out
        value = "many"
        result = _try("--base-url", server.url, "--access-token", TOKEN)
    assert (result.status, result.err.count("\n")) == (1, 1)
    assert "accounts[0].balances.current" in result.err


@pytest.mark.parametrize(
    ("options", "environment", "message"),
    [
        ([], {}, "PLAID_CLIENT_ID and PLAID_SECRET not set"),
        ([], KEYS, "no server: pass --environment"),
        (["--base-url", "http://gateway.example"], {**KEYS, "PLAID_ACCESS_TOKEN": TOKEN}, "https"),
        (["--environment", "sandbox", "--access-token", "-"], KEYS, "no access token"),
        (["--base-url", "http://127.0.0.1:1"], {**KEYS, "PLAID_ACCESS_TOKEN": TOKEN}, "Connection refused"),
        (["--timeout", "0"], KEYS, "invalid timeout '0': must be greater than 0 seconds"),
    ],
)
def test_a_missing_setting_is_named(options: list[str], environment: dict[str, str], message: str) -> None:
    """A missing or invalid setting, or no response, is status 2 and a message that names it."""
    result = _try(*options, environment=environment)
    assert (result.status, result.out) == (2, "")
    assert message in result.err
    assert "Traceback" not in result.err
