"""Responses of another shape: path, expected and actual type are named, and never the value."""

import json
from functools import cache
from typing import Any, Final

import pytest

from plaid_accounts_contract.checks.messages import path_of
from plaid_accounts_contract.client import bodies, broken_bodies, comparison, documents, type_hints
from plaid_accounts_contract.client.broken_bodies import CANARY, NUMBER, Broken
from plaid_accounts_contract.client.calls import attempt, errors, installed, read
from plaid_accounts_contract.client.components import ALL, Reading
from plaid_accounts_contract.client.effort import scaled
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.packages import Parser, parsers
from plaid_accounts_contract.client.type_hints import attribute


@cache
def broken(name: str) -> list[Broken]:
    """Return the body with every property, broken in each place and way."""
    return list(broken_bodies.breaks(name, bodies.complete(name)))


FOUND: Final = {
    "nothing": "nothing", "null": "null", "boolean": "a boolean", "integer": "an integer", "number": "a number",
    "string": "a string", "array": "an array", "object": "an object",
}  # fmt: skip


def check_kept(reading: Reading, body: Any, parser: Parser) -> None:
    """Check that a response of the right types is decoded without loss."""
    model = reading.read(body, parser).model
    type_hints.check(model)
    comparison.check(reading.name, body, model.to_dict())


def check_named(broken: Broken, error: Any) -> None:
    """Check that an error names place, actual type and every type that the contract allows, and contains no value."""
    assert all(isinstance(part, str) for part in (error.path, error.expected, error.found))
    if broken.found in broken.place.types & {"object", "array"}:
        # The type is right, what is inside is not.
        assert error.path.startswith(broken.place.name)
        assert error.path != broken.place.name
    else:
        assert (error.path, error.found) == (broken.place.name, FOUND[broken.found])
        kinds = {broken.place.form or kind if kind == "string" else kind for kind in broken.place.types}
        missed = [kind for kind in kinds if kind not in error.expected]
        assert broken.found == "nothing" or not missed, f"{broken.place.name}: {error.expected!r} leaves out {missed}"
    assert f"{error.path or 'the whole body'}: expected {error.expected}, found {error.found}" in str(error)
    for text in (str(error), repr(error), repr(error.args), repr(vars(error))):
        assert not [value for value in (CANARY, str(NUMBER), "03:04:05") if value in text]


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("reading", ALL)
@guarantee("malformed-named")
def test_each_clause_broken_is_named(reading: Reading, parser: Parser) -> None:
    """A value that is missing, null, of another type or not a date-time is an error if the contract's types exclude it."""
    for case in broken(reading.name):
        if not documents.types_only(reading.name).is_valid(case.body):
            count("malformed-named")
            check_named(case, reading.read(case.body, parser).failure(errors(parser).DecodeError))


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("reading", ALL)
@guarantee("annotation-holds")
def test_each_clause_broken_leaves_annotations_true(reading: Reading, parser: Parser) -> None:
    """A response of the right types is decoded, whatever else it violates, and annotations hold."""
    for case in broken(reading.name):
        if documents.types_only(reading.name).is_valid(case.body):
            count("annotation-holds")
            check_kept(reading, case.body, parser)


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("reading", ALL)
@guarantee("annotation-holds")
def test_random_corruption_leaves_annotations_true(reading: Reading, parser: Parser) -> None:
    """A component broken at random is decoded as annotated, or is an error at one of the broken places."""
    for drawn in documents.sample(broken_bodies.corrupted(reading.bodies), scaled(50 if reading.method else 8)):
        count("annotation-holds")
        body = json.loads(json.dumps(drawn))
        faults = [path_of([*fault.instance_path]) for fault in documents.types_only(reading.name).iter_errors(body)]
        lenient = attempt(lambda body=body: getattr(installed(parser).models, reading.name).from_dict(body))  # type: ignore[misc]
        if lenient.error is None:
            type_hints.check(lenient.value)
        if not faults:
            check_kept(reading, body, parser)
            continue
        error = reading.read(body, parser).failure(errors(parser).DecodeError)
        assert any(error.path.startswith(fault) for fault in faults), f"{error.path} is valid, broken are {faults}"
        assert error.found
        assert error.expected


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("reading", ALL)
@guarantee("unknown-fields-kept")
def test_unknown_properties_are_kept(reading: Reading, parser: Parser) -> None:
    """A property that the contract does not name is kept in every object, whatever its name and value."""
    names = ("novelty", "", "type_", "to_dict", "additional_properties", "__class__", "novel ty", "ä", "Accounts", "0")
    values: tuple[Any, ...] = (None, False, 0, 1.5, "text", [], [1, [None]], {}, {"a": {"b": []}})
    extra = {name: values[index % len(values)] for index, name in enumerate(names)}
    complete = bodies.complete(reading.name)
    for place in broken_bodies.places(reading.name, complete):
        if place.is_open and place.types in ({"object"}, {"object", "null"}):
            count("unknown-fields-kept")
            check_kept(
                reading,
                broken_bodies.changed(complete, place.path, extra | broken_bodies.at(complete, place.path)),
                parser,
            )


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("reading", ALL)
@guarantee("unknown-enum-kept")
def test_values_of_enums_are_kept(reading: Reading, parser: Parser) -> None:
    """A listed value is a known member of its enum; any other string is kept, equals its string, and is unknown."""
    complete = bodies.complete(reading.name)
    for place in broken_bodies.places(reading.name, complete):
        unlisted = ("novelty", place.enum[0].swapcase(), place.enum[0] + " ", "0", "é") if place.enum else ()
        for text in (*place.enum, *unlisted):
            count("unknown-enum-kept")
            body = broken_bodies.changed(complete, place.path, text)
            model = reading.read(body, parser).model
            value = attribute(model, place.path)
            assert (value == text, str(value), value.value, hash(value)) == (True, text, text, hash(text))
            assert value.is_known == (text in place.enum)
            assert value.is_known == (value is type(value)(text))
            type_hints.check(model)
            comparison.check(reading.name, body, model.to_dict())


@pytest.mark.parametrize("name", documents.objects())
@guarantee("malformed-named")
def test_each_model_refuses_by_name(name: str) -> None:
    """The error of a model for JSON of another shape has the path, all expected types, and the actual one."""
    cls = getattr(installed().models, name)
    for case in broken(name):
        inside = case.found in case.place.types & {"object", "array"}
        if not inside and not documents.types_only(name).is_valid(case.body):
            count("malformed-named")
            outcome = attempt(lambda case=case: cls.from_dict(case.body, strict=True))  # type: ignore[misc]
            check_named(case, outcome.failure(errors().DecodeError))


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("name", ["novelty", "novel ty", "0", ""])
@guarantee("malformed-named")
def test_an_unknown_property_that_could_not_be_written_again_is_named(name: str, parser: Parser) -> None:
    """An unknown property with a number beyond floats or too many levels is an error that names it."""
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
def test_a_malformed_response_has_advice() -> None:
    """The error for a malformed response starts with its status, followed by what may have happened."""
    error = read({"accounts": 1}).failure(errors().DecodeError)
    assert str(error).startswith("status 200: accounts: expected an array, found an integer. ")
    assert "base_url" in str(error)
    assert "newer version" in str(error)
    by_hand: Any = installed().models.AccountsGetResponse
    alone = attempt(lambda: by_hand.from_dict({"accounts": 1})).failure(errors().DecodeError)
    assert str(alone) == "accounts: expected an array, found an integer"
