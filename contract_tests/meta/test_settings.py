"""Settings: one class for options, environment and documentation."""

import argparse

import attrs
import pytest

from plaid_accounts_contract.settings import Settings, SettingsError, add_options, table, variable_name


def test_an_option_wins_over_its_variable_and_that_over_the_default() -> None:
    """Option over environment over default."""
    environment = {"CONTRACT_EXAMPLES": "7"}
    assert Settings.resolve({}, {}).examples == 100
    assert Settings.resolve({}, environment).examples == 7
    assert Settings.resolve({"examples": "9"}, environment).examples == 9


@pytest.mark.parametrize(
    ("misspelt", "meant"), [("CONTRACT_ACESS_TOKEN", "CONTRACT_ACCESS_TOKEN"), ("CONTRACT_SEEDS", "CONTRACT_SEED")]
)
def test_a_misspelt_variable_is_pointed_out(misspelt: str, meant: str) -> None:
    """A variable that begins with CONTRACT_ and is none of the settings is refused, and the nearest one named."""
    with pytest.raises(SettingsError, match=f"unknown environment variable {misspelt}; did you mean {meant}"):
        Settings.resolve({}, {misspelt: "x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("examples", "many"),
        ("examples", "-1"),
        ("timeout", "0"),
        ("timeout", "inf"),
        ("modes", "cookie"),
        ("level", "MAY"),
        ("quick", "perhaps"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    """A value that cannot be read is refused with the option and the value."""
    with pytest.raises(SettingsError, match=f"--{name}: invalid value '{value}'"):
        Settings.resolve({name: value}, {})


def test_a_secret_that_cannot_be_used_is_not_shown() -> None:
    """An error about a secret setting does not quote it."""
    with pytest.raises(SettingsError) as caught:
        Settings.resolve({}, {"CONTRACT_ERROR_TOKENS": "access-sandbox-1234"})
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


def test_the_table_lists_every_setting() -> None:
    """The documentation's table has a row with the variable of every setting."""
    text = table()
    for field in attrs.fields(Settings):
        assert f"`{variable_name(field)}`" in text
