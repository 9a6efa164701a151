"""The contract document and the suite's reading of it; `make lint-contract` holds its examples against its schemas."""

import pytest

from plaid_accounts_contract.checks import registry
from plaid_accounts_contract.contract import Contract

CONTRACT = Contract.load()
COUNTS = {"AccountSubtype": 83, "Product": 40, "PlaidErrorType": 38, "VerificationStatus": 11, "AccountType": 6}


def test_every_requirement_has_one_check() -> None:
    """The ids under x-requirements are those of the suite's checks, no more and no fewer."""
    assert list(registry.CHECKS.keys() ^ CONTRACT.requirements.keys()) == []


def test_requirements_are_whole() -> None:
    """Every requirement has a level, a statement that is a sentence, and a source."""
    for requirement in CONTRACT.requirements.values():
        assert requirement.level in ("MUST", "SHOULD")
        assert requirement.statement.endswith(".")
        assert requirement.source.startswith("https://")


@pytest.mark.parametrize("name", COUNTS)
def test_an_enum_is_listed_in_full(name: str) -> None:
    """The enums have as many values as Plaid's document at 1.729.1."""
    assert len(set(CONTRACT.at(("components", "schemas", name, "enum")))) == COUNTS[name]


def test_subtypes_and_types_agree() -> None:
    """Every subtype belongs to a listed type, except payroll, which Plaid lists without one."""
    schemas = CONTRACT.at(("components", "schemas"))
    by_type = schemas["AccountType"]["x-subtypes"]
    assert set(by_type) <= set(schemas["AccountType"]["enum"])
    assert set(schemas["AccountSubtype"]["enum"]) - {value for values in by_type.values() for value in values} == {
        "payroll"
    }


def test_error_codes_have_listed_types_and_documented_statuses() -> None:
    """Every error code names an error_type of the enum and a status that the operation documents."""
    types = CONTRACT.at(("components", "schemas", "PlaidErrorType", "enum"))
    statuses = CONTRACT.operations[0].definition["responses"]
    for code in CONTRACT.error_codes.values():
        assert code.type in types
        assert str(code.status) in statuses


def test_no_schema_has_a_title() -> None:
    """No schema has a title: class names come from the components' names alone."""
    for schema in CONTRACT.at(("components", "schemas")).values():
        assert "title" not in schema


def test_secrets_are_marked() -> None:
    """The secret and the access token are marked as passwords, so that the client never shows them."""
    properties = CONTRACT.at(("components", "schemas", "AccountsGetRequest", "properties"))
    assert {name for name, schema in properties.items() if schema.get("format") == "password"} == {
        "secret",
        "access_token",
    }


def test_at_most_one_currency_code_is_given() -> None:
    """Balances with both currency codes are invalid, with one or none valid."""
    validator = CONTRACT.validator(("components", "schemas", "AccountBalances"))
    amounts = {"available": 1, "current": 1, "limit": None}
    for iso, unofficial, valid in (("USD", None, True), (None, "BTC", True), (None, None, True), ("USD", "BTC", False)):
        codes = {"iso_currency_code": iso, "unofficial_currency_code": unofficial}
        assert validator.is_valid({**amounts, **codes}) is valid


def test_limited_purpose_checking_shows_no_balance() -> None:
    """Both balances are null for limited purpose checking, and may be for others."""
    validator, codes = (
        CONTRACT.validator(("components", "schemas", "Account")),
        {"iso_currency_code": "USD", "unofficial_currency_code": None},
    )
    account = {"account_id": "a", "mask": None, "name": "n", "official_name": None, "type": "depository"}
    for word, amount, valid in (
        ("", 1, True),
        ("", None, True),
        ("limited purpose ", None, True),
        ("limited purpose ", 1, False),
    ):
        balances = {"available": amount, "current": amount, "limit": None, **codes}
        assert validator.is_valid({**account, "subtype": f"{word}checking", "balances": balances}) is valid


def test_places_are_lines_of_the_document() -> None:
    """A place names the line on which the node begins."""
    lines = CONTRACT.path.read_text(encoding="utf-8").splitlines()
    for requirement in CONTRACT.requirements.values():
        assert requirement.id in lines[CONTRACT.line(requirement.pointer) - 1]
    assert lines[CONTRACT.line(("components", "schemas", "Item")) - 1].strip() == "Item:"
