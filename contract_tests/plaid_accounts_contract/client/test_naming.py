"""The words of a refusal, to the letter: path, expected types and found type, of every component and every part of it."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from plaid_accounts_contract.client import bodies, damage, documents
from plaid_accounts_contract.client.calls import attempt, errors, installed, read
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.packages import Parser, parsers
from plaid_accounts_contract.client.test_shapes import check_expected

FOUND: Final = {
    "nothing": "nothing", "null": "null", "boolean": "a boolean", "integer": "an integer", "number": "a number",
    "string": "a string", "array": "an array", "object": "an object",
}  # fmt: skip


@pytest.mark.parametrize("name", documents.objects())
@guarantee("malformed-named")
def test_each_model_refuses_by_name(name: str) -> None:
    """A model, of a request too, refuses JSON of another shape with the path, all types that are right, and the one found."""
    cls = getattr(installed().models, name)
    for case in damage.breaks(name, bodies.complete(name)):
        inside = case.found in case.place.types & {"object", "array"}
        if inside or documents.types_only(name).is_valid(case.body):
            continue
        count("malformed-named")
        error = attempt(lambda case=case: cls.from_dict(case.body)).failure(errors().DecodeError)  # type: ignore[misc]
        assert (error.path, error.found) == (case.place.name, FOUND[case.found])
        assert isinstance(error.expected, str)
        check_expected(case, error.expected)
        assert str(error) == f"{error.path or 'the whole body'}: expected {error.expected}, found {error.found}"


@pytest.mark.parametrize("name", documents.objects())
@guarantee("malformed-named")
def test_a_closed_object_names_what_is_too_much(name: str) -> None:
    """An object that the contract closes refuses a further property by its name, wherever it stands; others take it."""
    cls = getattr(installed().models, name)
    outcome = attempt(lambda: cls.from_dict(bodies.complete(name) | {"novel ty": 1}))
    if documents.objects()[name].get("additionalProperties") is not False:
        assert outcome.model["novel ty"] == 1
        return
    error = outcome.failure(errors().DecodeError)
    assert str(error) == '["novel ty"]: expected no property of this name, found one'


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("name", ["novelty", "novel ty", "0", ""])
@guarantee("malformed-named")
def test_an_unknown_property_that_could_not_be_written_again_is_named(name: str, parser: Parser) -> None:
    """A number that no float holds, or too many levels, in a property that the contract does not name: refused with its name."""
    path = name if name.isidentifier() else f"[{json.dumps(name)}]"
    text = json.dumps(bodies.complete() | {name: "PLACE"})
    cases = {
        "1e400": ("a number", "a number that is not finite"),
        "[" * 101 + "0" + "]" * 101: ("at most 100 levels of arrays and objects", "more"),
    }
    for value, words in cases.items():
        count("malformed-named")
        error = read(text.replace('"PLACE"', value).encode(), parser=parser).failure(errors(parser).DecodeError)
        assert (error.path, error.expected, error.found) == (path, *words)


@guarantee("malformed-named")
def test_an_answer_of_another_shape_says_what_to_do() -> None:
    """The refusal of an answer begins with its status and goes on with what may have happened."""
    error = read({"accounts": 1}).failure(errors().DecodeError)
    assert str(error).startswith("status 200: accounts: expected an array, found an integer. ")
    assert "base_url" in str(error)
    assert "newer version" in str(error)
    by_hand: Any = installed().models.AccountsGetResponse
    alone = attempt(lambda: by_hand.from_dict({"accounts": 1})).failure(errors().DecodeError)
    assert str(alone) == "accounts: expected an array, found an integer"
