"""The command `try`, run as its user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator

import pytest

from meta.checks import Result
from meta.reference_page.pages import WORLD
from meta.tampering import Answer, Tampering
from plaid_accounts_contract.reference_server import create_app, data, error_token, running

KEYS = {"PLAID_CLIENT_ID": WORLD.credentials.client_id, "PLAID_SECRET": WORLD.credentials.secret}
TOKEN = data.EVERYDAY.access_token


def _try(*options: str, environment: dict[str, str] | None = None, typed: str = "") -> Result:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PLAID_", "CONTRACT_"))}
    ended = subprocess.run(
        [sys.executable, "-m", "plaid_accounts_contract", "try", *options],
        env={**inherited, **(KEYS if environment is None else environment)},
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    return Result(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture(scope="module")
def url() -> Generator[str]:
    """Give the reference server."""
    with running(create_app()) as server:
        yield server.url


def test_accounts_are_a_table(url: str) -> None:
    """Each account is a line with its amounts as they came, aligned at the right, and a dash for null."""
    result = _try("--base-url", url, environment={**KEYS, "PLAID_ACCESS_TOKEN": TOKEN})
    assert result.status == 0, result.err
    head, *lines = result.out.splitlines()
    assert head.split() == [
        "name", "mask", "type", "subtype", "available", "current", "limit", "currency", "account_id",
    ]  # fmt: skip
    retirement = next(line for line in lines if line.startswith("Workplace 401(k)"))
    assert retirement.split()[2:8] == ["K401", "investment", "401k", "-", "48210.9983", "-"]
    ends = {line.index("  USD") for line in lines if "  USD" in line}
    assert len(ends) == 1
    assert lines[-1].startswith(f"{len(data.EVERYDAY.accounts)} accounts, request_id ")


def test_the_token_may_come_from_standard_input(url: str) -> None:
    """With - the token is read from standard input, and only the accounts asked for are shown."""
    wanted = data.EVERYDAY.accounts[2]
    result = _try("--base-url", url, "--access-token", "-", "--account-id", wanted.account_id, typed=f"{TOKEN}\n")
    assert result.status == 0, result.err
    assert wanted.name in result.out
    assert "\n1 account, request_id " in result.out


def test_the_response_as_json(url: str) -> None:
    """--json prints the response as it came, to the last property."""
    result = _try("--base-url", url, "--access-token", TOKEN, "--json")
    answer = json.loads(result.out)
    assert [account["account_id"] for account in answer["accounts"]] == data.EVERYDAY.account_ids()
    assert set(answer) == {"accounts", "item", "request_id"}


def test_credentials_may_go_in_the_body(url: str) -> None:
    """With --credentials-in body the request is answered as well."""
    assert _try("--base-url", url, "--access-token", TOKEN, "--credentials-in", "body").status == 0


@pytest.mark.parametrize(
    ("token", "account_id", "said"),
    [
        (TOKEN, "x", "INVALID_INPUT/INVALID_ACCOUNT_ID, status 400"),
        (error_token("ITEM_LOGIN_REQUIRED"), None, "Send the user through Link's update mode to sign in again."),
        (error_token("INTERNAL_SERVER_ERROR"), None, "API_ERROR/INTERNAL_SERVER_ERROR, status 500"),
    ],
)
def test_a_refusal_is_one_line(url: str, token: str, account_id: str | None, said: str) -> None:
    """An error of the API is status 1 and one line with its code, its request_id and what to do."""
    chosen = ["--account-id", account_id] if account_id else []
    result = _try("--base-url", url, "--access-token", token, *chosen)
    assert (result.status, result.out, result.err.count("\n")) == (1, "", 1)
    assert said in result.err
    assert "request_id" in result.err
    assert token not in result.err


def test_an_answer_that_breaks_the_contract_is_named() -> None:
    """An answer of another shape than the contract's is status 1, with the JSON path."""

    def change(answer: Answer) -> None:
        value = answer.value
        value["accounts"][0]["balances"]["current"] = "many"
        answer.value = value

    with running(Tampering(change)) as server:
        result = _try("--base-url", server.url, "--access-token", TOKEN)
    assert (result.status, result.err.count("\n")) == (1, 1)
    assert "accounts[0].balances.current" in result.err


def test_names_are_shown_as_they_are() -> None:
    """What a bank calls an account is neither markup nor an escape sequence of the terminal."""

    def change(answer: Answer) -> None:
        value = answer.value
        value["accounts"][0]["name"] = "[red]x[/red]\x1b[2J"
        answer.value = value

    with running(Tampering(change)) as server:
        result = _try("--base-url", server.url, "--access-token", TOKEN)
    assert "[red]x[/red]\\x1b[2J" in result.out


@pytest.mark.parametrize(
    ("options", "environment", "said"),
    [
        ([], {}, "PLAID_CLIENT_ID and PLAID_SECRET not set"),
        ([], KEYS, "no address: give --environment"),
        (["--environment", "development"], KEYS, "take one of production, sandbox"),
        (["--base-url", "http://gateway.example"], {**KEYS, "PLAID_ACCESS_TOKEN": TOKEN}, "must be https"),
        (["--environment", "sandbox"], KEYS, "no access token: set PLAID_ACCESS_TOKEN"),
        (["--environment", "sandbox", "--access-token", "-"], KEYS, "no access token"),
        (["--base-url", "http://127.0.0.1:1"], {**KEYS, "PLAID_ACCESS_TOKEN": TOKEN}, "Connection refused"),
        (["--timeout", "0"], KEYS, "give seconds above 0"),
    ],
)
def test_what_is_missing_is_named(options: list[str], environment: dict[str, str], said: str) -> None:
    """A setting that is missing or cannot be used is status 2, with what to set, and nothing is asked."""
    result = _try(*options, environment=environment)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
    assert "Traceback" not in result.err


def test_help_warns_of_tokens_on_the_command_line() -> None:
    """--help says where a token on the command line can be read, and where to put it instead."""
    result = _try("--help", environment={})
    assert "list of\nprocesses" in result.out
    for words in ("PLAID_ACCESS_TOKEN", "standard input", "examples:", "exit status"):
        assert words in result.out
