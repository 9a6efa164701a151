"""Values made from a schema, and broken one clause at a time."""

import pytest

from plaid_accounts_contract.contract import Contract, reference_to
from plaid_accounts_contract.generation.bodies import full, least, validator, variants
from plaid_accounts_contract.generation.breaks import breaks

DOCUMENT = Contract.load().document
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
