"""The command: its output, its exit status, and the settings that it takes."""

import argparse
import json
from pathlib import Path

import pytest

from meta.commands import Result, command, credentials, process
from meta.injection import Injection, each_account
from plaid_accounts_contract.cli import main
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.reference_server import Running, create_app, running
from plaid_accounts_contract.settings import Settings, SettingsError, add_options

QUICK = ("--quick", "--examples", "5")
CONTRACT = Contract.load()
CLAUSE = "#/components/schemas/Account/properties/mask/type"


@pytest.mark.parametrize(
    ("client", "option", "status"), [(0, "--quick", 0), (1, "--quick", 1), (1, "--known-failing=absent", 2)]
)
def test_client_and_server_are_checked_side_by_side(
    monkeypatch: pytest.MonkeyPatch, client: int, option: str, status: int
) -> None:
    """`contract` prints the verdict on the client, then that on the server, and ends with the worse status."""

    def check_client(_: object) -> int:
        print("client: the verdict")
        return client

    monkeypatch.setattr(main, "_check_client", check_client)
    result = command("contract", *QUICK, option, ends=status)
    assert result.out.startswith("client: the verdict\n\n")
    assert ("\nPASS: " in result.out) == (option == "--quick")
    assert ("error: --known-failing: file not found: absent\n" in result.err) == (option != "--quick")


def test_a_server_at_a_url_is_checked(tmp_path: Path) -> None:
    """A server at a URL is checked with the credentials of the environment; nothing of the current folder takes part."""
    (tmp_path / "conftest.py").write_text("raise SystemExit(7)\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    with running(create_app()) as server:
        result = process("check", server.url, *QUICK, environment=credentials(), cwd=tmp_path)
    assert result.status == 0, result.out + result.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("CONTRACT_SECRET", "INVALID_API_KEYS"),
        ("CONTRACT_CLIENT_ID", "INVALID_API_KEYS"),
        ("CONTRACT_ACCESS_TOKEN", "INVALID_ACCESS_TOKEN"),
    ],
)
def test_a_wrong_credential_cannot_be_judged(name: str, said: str) -> None:
    """A wrong credential is status 2: it says nothing about the server. The error and the variable are named."""
    wrong = "access-sandbox-00000000-0000-4000-8000-000000000000"
    with running(create_app()) as server:
        result = command("check", server.url, environment={**credentials(), name: wrong}, ends=2)
    assert said in result.err
    assert name in result.err
    assert wrong not in result.out + result.err


def test_a_broken_suite_blames_no_server(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An exception of the suite's own is status 2, with its place and type but without its text."""

    def broken(_: object) -> int:
        text = "something secret"
        raise KeyError(text)

    monkeypatch.setattr(main, "_check", broken)
    assert main.main(["check"]) == 2
    said = capsys.readouterr().err
    assert "internal error (KeyError, above); no verdict" in said
    assert "in broken" in said
    assert "something secret" not in said


def test_the_requirements_are_listed() -> None:
    """The list has every requirement with its level and line."""
    listed = json.loads(command("requirements", "--json").out)
    assert [entry["id"] for entry in listed] == list(CONTRACT.requirements)
    text = command("requirements").out
    for requirement in CONTRACT.requirements.values():
        assert f"openapi.yaml:{CONTRACT.line(requirement.pointer)}" in text


def test_a_requirement_is_explained() -> None:
    """A requirement is described with statement, place and source; for an unknown one, the nearest is suggested."""
    explained = command("explain", "account-ids-filter").out
    assert "MUST" in explained
    assert "openapi.yaml:" in explained
    assert "https://" in explained
    unknown = command("explain", "account-id-filter", ends=2)
    assert "did you mean account-ids-filter?" in unknown.err


@pytest.mark.parametrize("arguments", [(), ("check", "--no-such-option"), ("mate",)])
def test_wrong_arguments_are_a_usage_error(arguments: tuple[str, ...]) -> None:
    """Unknown commands and options end with status 2 and the usage."""
    result = command(*arguments, ends=2)
    assert "usage: plaid-accounts-contract" in result.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ("check", "serve", "try")),
        (("check",), ("CONTRACT_SECRET", "0 conforms, 1 violates the contract, 2 no verdict")),
        (
            ("serve",),
            (
                "Test request",
                "127.0.0.1",
                "8000",
                "--base-url",
                "CONTRACT_SECRET",
                "--rate-limit",
                "examples:",
                "exit status",
            ),
        ),
        (("try",), ("list of\nprocesses", "PLAID_ACCESS_TOKEN", "standard input", "examples:", "exit status")),
        (("requirements",), ()),
    ],
)
def test_help_teaches(arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    """Every command explains its options, where credentials come from, and what its exit status means."""
    result = command(*arguments, "--help", ends=0)
    assert [word for word in ("usage:", *words) if word not in result.out] == []


@pytest.mark.slow
def test_from_a_violation_to_its_repair(tmp_path: Path) -> None:
    """A violation is found, replayed with fewer requests, accepted as known, and stale once it is repaired."""

    def check(server: Running, *options: str, ends: int) -> Result:
        return command("check", server.url, *QUICK, *options, environment=credentials(), ends=ends)

    known, first = tmp_path / "known.txt", tmp_path / "report"
    known.write_text(f"{CLAUSE} # masks are numbers until the next release\n")
    with running(Injection(each_account(lambda one: one.update(mask=4821)))) as server:
        for folder, options in ((first, ()), (tmp_path / "again", ("--replay", f"{first}/report.json"))):
            check(server, *options, "--report-dir", str(folder), ends=1)
            report = json.loads((folder / "report.json").read_text())
            assert {violation["clause"] for violation in report["faults"]} == {CLAUSE}
        accepted = check(server, "--known-failing", str(known), ends=0)
    assert "1 known failing" in accepted.out.splitlines()[-1]

    with running(create_app()) as server:
        check(server, "--replay", f"{first}/report.json", ends=0)
        stale = check(server, "--known-failing", str(known), ends=1)
    assert f"stale: {CLAUSE} no longer fails; remove line 1 of {known}" in stale.out


# --- settings


def test_an_option_wins_over_its_variable_and_that_over_the_default() -> None:
    """Option over environment over default."""
    environment = {"CONTRACT_EXAMPLES": "7"}
    assert Settings.resolve({}, {}).examples == 100
    assert Settings.resolve({}, environment).examples == 7
    assert Settings.resolve({"examples": "9"}, environment).examples == 9


@pytest.mark.parametrize(
    ("given", "environment", "message"),
    [
        ({}, {"CONTRACT_ACESS_TOKEN": "x"}, "variable CONTRACT_ACESS_TOKEN; did you mean CONTRACT_ACCESS_TOKEN"),
        ({}, {"CONTRACT_SEEDS": "x"}, "unknown environment variable CONTRACT_SEEDS; did you mean CONTRACT_SEED"),
        ({"examples": "many"}, {}, "--examples: invalid value 'many'"),
        ({"examples": "-1"}, {}, "--examples: invalid value '-1'"),
        ({"timeout": "0"}, {}, "--timeout: invalid value '0'"),
        ({"timeout": "inf"}, {}, "--timeout: invalid value 'inf'"),
        ({"modes": "cookie"}, {}, "--modes: invalid value 'cookie'"),
        ({"level": "MAY"}, {}, "--level: invalid value 'MAY'"),
        ({"quick": "perhaps"}, {}, "--quick: invalid value 'perhaps'"),
        ({}, {"CONTRACT_ERROR_TOKENS": "access-sandbox-1234"}, "CONTRACT_ERROR_TOKENS"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    given: dict[str, str], environment: dict[str, str], message: str
) -> None:
    """A misspelt variable is refused with the nearest one, a value with its option; a secret is not quoted."""
    with pytest.raises(SettingsError, match=message) as caught:
        Settings.resolve(given, environment)
    assert "access-sandbox-1234" not in str(caught.value)


def test_secrets_stand_nowhere() -> None:
    """Neither the repr nor the effective settings show a secret."""
    settings = Settings.resolve(
        {}, {"CONTRACT_CLIENT_ID": "hush-1", "CONTRACT_SECRET": "hush-2", "CONTRACT_ACCESS_TOKEN": "hush-3"}
    )
    assert "hush" not in repr(settings)
    assert "hush" not in str(settings.redacted())
    assert settings.redacted()["--secret"] == "set"
    assert settings.redacted()["--closed-account-id"] == "not set"


def test_secrets_have_no_option() -> None:
    """A secret is given by its variable alone, never on a command line."""
    parser = argparse.ArgumentParser()
    add_options(parser)
    options = {option for action in parser._actions for option in action.option_strings}
    assert "--examples" in options
    assert not options & {"--secret", "--client-id", "--access-token", "--other-access-token", "--error-tokens"}
