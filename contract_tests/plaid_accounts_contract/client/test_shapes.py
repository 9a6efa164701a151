"""Answers of another shape than the contract's: refused by name, or kept within what the annotations say."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import strategies

from plaid_accounts_contract.checks.messages import path_of
from plaid_accounts_contract.client import bodies, damage, documents, hints, sameness
from plaid_accounts_contract.client.calls import Outcome, errors
from plaid_accounts_contract.client.damage import CANARY, NUMBER, Broken
from plaid_accounts_contract.client.documents import ERROR, SUCCESS
from plaid_accounts_contract.client.effort import generated, scaled
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.hints import attribute
from plaid_accounts_contract.client.operations import PRIMARY
from plaid_accounts_contract.client.packages import Parser, parsers
from plaid_accounts_contract.client.readings import ALL, Reading


@cache
def broken(name: str) -> list[Broken]:
    """Return the body with every property, broken in each place and way."""
    return list(damage.breaks(name, bodies.complete(name)))


def check_kept(reading: Reading, body: Any, parser: Parser) -> None:
    """Check a response that conforms by its types against the guarantees about reading."""
    model = reading.model(reading.read(body, parser), parser)
    hints.check(model)
    sameness.check(reading.name, body, model.to_dict())


def check_named(broken: Broken, outcome: Outcome, parser: Parser) -> None:
    """Check what the error about a malformed response names."""
    error = outcome.failure(errors(parser).DecodeError)
    assert all(isinstance(part, str) for part in (error.path, error.expected, error.found))
    if broken.found in broken.place.types & {"object", "array"}:
        # The type is right, what is inside is not.
        assert error.path.startswith(broken.place.name)
        assert error.path != broken.place.name
    else:
        assert error.path == broken.place.name
        assert broken.found in error.found
        check_expected(broken, error.expected)
    for part in (error.path, error.expected, error.found):
        assert part in str(error)
    check_silent(error)


def check_expected(broken: Broken, expected: str) -> None:
    """Make sure that a refusal names every type that the contract allows."""
    kinds = {broken.place.form or kind if kind == "string" else kind for kind in broken.place.types}
    missed = [kind for kind in kinds if kind not in expected]
    assert broken.found == "nothing" or not missed, f"{broken.place.name}: {expected!r} leaves out {missed}"


def check_silent(error: BaseException) -> None:
    """Make sure that an exception repeats no value."""
    for text in (str(error), repr(error), repr(error.args), repr(vars(error))):
        assert CANARY not in text
        assert str(NUMBER) not in text
        assert "03:04:05" not in text


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("reading", ALL)
@guarantee("malformed-named")
def test_each_clause_broken_is_named(reading: Reading, parser: Parser) -> None:
    """A value dropped, null, of another type or no date-time is refused where the contract's types exclude it."""
    for case in broken(reading.name):
        if not documents.types_only(reading.name).is_valid(case.body):
            count("malformed-named")
            check_named(case, reading.read(case.body, parser), parser)


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("reading", ALL)
@guarantee("annotation-holds")
def test_each_clause_broken_leaves_annotations_true(reading: Reading, parser: Parser) -> None:
    """An answer whose types are right is read, whatever else of the contract it breaks, and annotations hold."""
    for case in broken(reading.name):
        if documents.types_only(reading.name).is_valid(case.body):
            count("annotation-holds")
            check_kept(reading, case.body, parser)


def _check_damaged(reading: Reading, body: Any, parser: Parser) -> None:
    body = json.loads(json.dumps(body))
    faults = [path_of([*fault.instance_path]) for fault in documents.types_only(reading.name).iter_errors(body)]
    if not faults:
        check_kept(reading, body, parser)
        return
    error = reading.read(body, parser).failure(errors(parser).DecodeError)
    assert any(error.path.startswith(fault) for fault in faults), f"{error.path} is sound, broken are {faults}"
    assert error.found
    assert error.expected


@generated(120, body=damage.damaged(bodies.successes()), parser=strategies.sampled_from(parsers()))
@guarantee("annotation-holds")
def test_random_damage_leaves_annotations_true(body: Any, parser: Parser) -> None:
    """A 200 damaged at random is read as annotated or refused at one of the damaged places."""
    _check_damaged(Reading(SUCCESS, PRIMARY), body, parser)


@generated(80, body=damage.damaged(bodies.errors()), parser=strategies.sampled_from(parsers()))
@guarantee("annotation-holds")
def test_random_damage_of_an_error_leaves_annotations_true(body: Any, parser: Parser) -> None:
    """An error body damaged at random is read as annotated or refused at one of the damaged places."""
    _check_damaged(Reading(ERROR, PRIMARY), body, parser)


@pytest.mark.parametrize("reading", ALL)
@guarantee("annotation-holds")
def test_random_damage_of_each_component_leaves_annotations_true(reading: Reading) -> None:
    """Each component damaged at random is read as annotated or refused at one of the damaged places."""
    for body in documents.sample(damage.damaged(reading.bodies), scaled(8)):
        count("annotation-holds")
        _check_damaged(reading, body, parsers()[-1])


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("reading", ALL)
@guarantee("unknown-fields-kept")
def test_unknown_properties_are_kept(reading: Reading, parser: Parser) -> None:
    """A property that the contract does not name is kept in every object, whatever its name and value."""
    names = ("novelty", "", "type_", "to_dict", "additional_properties", "__class__", "novel ty", "ä", "Accounts", "0")
    values: tuple[Any, ...] = (None, False, 0, 1.5, "text", [], [1, [None]], {}, {"a": {"b": []}})
    extra = {name: values[index % len(values)] for index, name in enumerate(names)}
    complete = bodies.complete(reading.name)
    for place in damage.places(reading.name, complete):
        if place.is_open and place.types in ({"object"}, {"object", "null"}):
            count("unknown-fields-kept")
            check_kept(reading, damage.changed(complete, place.path, extra | damage.at(complete, place.path)), parser)


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("reading", ALL)
@guarantee("unknown-enum-kept")
def test_unknown_values_of_enums_are_kept(reading: Reading, parser: Parser) -> None:
    """A string that an enum does not list stays itself, equals its string, encodes again and is marked unknown."""
    complete = bodies.complete(reading.name)
    for place in damage.places(reading.name, complete):
        for text in ("novelty", place.enum[0].swapcase(), place.enum[0] + " ", "0", "é") if place.enum else ():
            count("unknown-enum-kept")
            body = damage.changed(complete, place.path, text)
            model = reading.model(reading.read(body, parser), parser)
            value = attribute(model, place.path)
            assert (value == text, str(value), value.value, hash(value)) == (True, text, text, hash(text))
            assert not value.is_known
            hints.check(model)
            sameness.check(reading.name, body, model.to_dict())


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("reading", ALL)
@guarantee("unknown-enum-kept")
def test_listed_values_of_enums_are_known(reading: Reading, parser: Parser) -> None:
    """Every value that the contract lists is a known member of its enum."""
    complete = bodies.complete(reading.name)
    for place in damage.places(reading.name, complete):
        for text in place.enum:
            count("unknown-enum-kept")
            body = damage.changed(complete, place.path, text)
            value = attribute(reading.model(reading.read(body, parser), parser), place.path)
            assert value.is_known
            assert value is type(value)(text)
            assert value == text
