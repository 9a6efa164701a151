"""Values made from a schema, and broken one clause at a time."""

from pathlib import Path

import pytest

from plaid_accounts_contract.checks.schema import body_mismatches
from plaid_accounts_contract.contract import Contract, reference_to
from plaid_accounts_contract.generation.bodies import full, least, validator, variants
from plaid_accounts_contract.generation.breaks import breaks
from plaid_accounts_contract.runner import known_failing
from plaid_accounts_contract.settings import Settings

CONTRACT = Contract.load()
DOCUMENT = CONTRACT.document
COMPONENTS = [*DOCUMENT["components"]["schemas"]]


def reference(name: str) -> dict[str, str]:
    """Refer to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_value_is_valid_and_every_break_breaks_its_clause(name: str) -> None:
    """A schema allows its full value, its least value and every variant; a break breaks the clause that it names in one."""
    values = [variant.value for variant in variants(DOCUMENT, reference(name))]
    schema = validator(DOCUMENT, reference(name))
    assert all(map(schema.is_valid, values))
    assert [full(DOCUMENT, reference(name)), least(DOCUMENT, reference(name))] == values[:2]
    for each in breaks(DOCUMENT, reference(name)):
        errors = (error for value in values for error in schema.iter_errors(each.apply(value)))
        clause, _, absent = each.clause.partition("/required/")
        each.apply({})
        assert any(reference_to(tuple(error.schema_path)) == clause + "/required" * bool(absent) for error in errors), (
            each
        )


def test_variants_show_each_property_absent_and_each_listed_value() -> None:
    """Every optional property of an account is left out once, and every subtype is shown once."""
    shown = {(variant.path, variant.what) for variant in variants(DOCUMENT, reference("Account"))}
    assert (("apy",), "absent") in shown
    assert (("mask",), "absent") not in shown
    subtypes = DOCUMENT["components"]["schemas"]["AccountSubtype"]["enum"]
    assert {(("subtype",), f"value {value!r}") for value in subtypes[1:]} <= shown


def test_a_break_brings_in_what_a_body_lacks() -> None:
    """A body without the object that a clause is about gets one that breaks it."""
    place = ("verification_insights", "network_status", "has_numbers_match")
    (each,) = (one for one in breaks(DOCUMENT, reference("Account")) if (one.path, one.name) == (place, "type-null"))
    assert (
        each.apply({"name": "Plaid Checking"})["verification_insights"]["network_status"]["has_numbers_match"] is None
    )


def test_a_clause_has_one_name_whatever_the_property_is_called(tmp_path: Path) -> None:
    """In breaks, violations and a known-failing file, a name with `/` or `~` is escaped as in a JSON pointer."""
    place, name = ("components", "schemas", "Odd"), "a/b~c"
    schema = {"type": "object", "required": [name], "properties": {name: {"type": "string"}}}
    odd = Contract(CONTRACT.path, {**DOCUMENT, "components": {"schemas": {"Odd": schema}}, "paths": {}})
    named = {mismatch.clause for value in ({}, {name: 1}) for mismatch in body_mismatches(odd, place, value)}
    assert named == {f"{reference_to(place)}/{clause}" for clause in ("required/a~1b~0c", "properties/a~1b~0c/type")}
    assert named <= {each.clause for each in breaks(odd.document, reference("Odd"))}
    (tmp_path / "known").write_text("\n".join(named))
    assert named == {entry.clause for entry in known_failing.load(Settings(known_failing=str(tmp_path / "known")), odd)}
