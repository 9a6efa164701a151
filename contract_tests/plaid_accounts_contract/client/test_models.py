"""Models and enums as values: copied, pickled, compared, matched, converted to dicts, printed."""

import copy
import itertools
import json
import types
from typing import Any

import attrs
import pytest

from plaid_accounts_contract.client import bodies, calls, comparison, documents, type_hints
from plaid_accounts_contract.client.calls import errors, installed, read
from plaid_accounts_contract.client.comparison import copies
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.generation.bodies import full


def models() -> list[Any]:
    """Return models of every class: decoded from responses, and constructed."""
    package = installed().models
    read_ones = [read(body).model for body in bodies.successes()]
    failed = [read(body, 400).failure(errors().ApiError).body for body in bodies.errors()]
    return [
        *read_ones,
        *failed,
        *(calls.built(name, bodies.complete(name), package) for name in documents.objects()),
    ]


@pytest.mark.parametrize("name", documents.objects())
@guarantee("models-are-values")
def test_each_model_reads_what_it_writes(name: str) -> None:
    """A constructed model encodes to its JSON, and decoding that JSON, in a dict or another mapping, gives an equal model."""
    body = bodies.complete(name)
    made = calls.built(name, body, installed().models)
    type_hints.check(made)
    comparison.check(name, body, made.to_dict())
    assert type(made).from_dict(body) == type(made).from_dict(types.MappingProxyType(body)) == made
    assert getattr(made, "deviations", []) == []
    assert type(made).from_dict(made.to_dict()) == made


@pytest.mark.parametrize("name", documents.objects())
@guarantee("unknown-fields-kept")
def test_an_unknown_property_is_kept_beside_any_optional_ones(name: str) -> None:
    """An unknown property is kept, or refused where none is allowed, whichever optional properties are beside it."""
    schema = documents.schemas()[name]
    complete = full(documents.CONTRACT.document, schema)
    optional = sorted(complete.keys() - documents.required(schema))
    model = getattr(installed().models, name)
    for left_out in itertools.chain.from_iterable(itertools.combinations(optional, number) for number in range(3)):
        body = {key: value for key, value in complete.items() if key not in left_out} | {"novelty": 1}
        if schema.get("additionalProperties") is False:
            with pytest.raises(errors().DecodeError):
                model.from_dict(body)
        else:
            assert model.from_dict(body).to_dict() == body, left_out


@guarantee("models-are-values")
def test_a_copy_is_equal_and_apart() -> None:
    """A copy, a deep copy and an unpickled model equal the original."""
    for model in models():
        count("models-are-values")
        for copied in copies(model):
            assert copied == model
            assert type(copied) is type(model)
            assert repr(copied) == repr(model)
            assert copied.to_dict() == model.to_dict()


@guarantee("models-are-values")
def test_a_deep_copy_can_be_changed_alone() -> None:
    """A change of a deep copy leaves the original as it was, and makes the two unequal."""
    first = read(bodies.complete()).model
    second = copy.deepcopy(first)
    second.accounts[0].balances.available = -1.0
    second.item.additional_properties["novelty"] = 1
    assert second != first
    assert first.to_dict() == read(bodies.complete()).model.to_dict()


@guarantee("models-are-values")
def test_an_attribute_that_no_model_has_is_named() -> None:
    """A misspelt attribute raises AttributeError with the name of the class."""
    with pytest.raises(AttributeError, match=r"^'Account' object has no attribute 'balance'$"):
        _ = read(bodies.complete()).model.accounts[0].balance


@guarantee("models-are-values")
def test_models_are_equal_by_what_they_hold() -> None:
    """Two models of the same JSON are equal; one property or another class makes them unequal."""
    first, second = read(bodies.complete()).model, read(bodies.complete()).model
    assert first == second
    assert first.accounts[0] != first.item
    assert first != first.to_dict()
    for field in attrs.fields(type(first.accounts[0])):
        count("models-are-values")
        changed = copy.deepcopy(first)
        setattr(changed.accounts[0], field.name, "another")
        assert changed != first, field.name


@guarantee("models-are-values")
def test_to_dict_shares_nothing_that_a_change_would_show() -> None:
    """A change of the result of `to_dict` leaves the model as it was."""
    model = read(bodies.complete()).model
    before = json.dumps(model.to_dict())
    given = model.to_dict()
    given["accounts"].clear()
    given["item"]["available_products"].append("novelty")
    given["novelty"] = 1
    assert json.dumps(model.to_dict()) == before


@guarantee("models-are-values")
def test_unset_is_one_thing() -> None:
    """UNSET stays itself under copy and pickle, is false, and is left out of JSON."""
    unset = installed().UNSET
    for copied in copies(unset):
        assert copied is unset
    assert not unset
    assert repr(unset) == "UNSET"
    assert unset.value == "UNSET", "a pickle of another release names UNSET by its value"
    body = bodies.complete()
    del body["accounts"][0]["apy"]
    model = read(body).model
    assert model.accounts[0].apy is unset
    assert copy.deepcopy(model).accounts[0].apy is unset
    assert "apy" not in model.to_dict()["accounts"][0]


@guarantee("models-are-values")
def test_asdict_gives_every_attribute() -> None:
    """`attrs.asdict` works on every model, recursively."""
    for model in models():
        count("models-are-values")
        given = attrs.asdict(model)
        assert set(given) == {field.name for field in attrs.fields(type(model))}
    given = attrs.asdict(read(bodies.complete()).model)
    assert given["accounts"][1]["balances"]["available"] == bodies.complete()["accounts"][1]["balances"]["available"]


@guarantee("models-are-values")
def test_models_and_enums_can_be_matched() -> None:
    """A `match` statement distinguishes models, enum members and their strings."""
    body = bodies.complete()
    body["accounts"][0]["type"] = "depository"
    package = installed().models
    match read(body).model.accounts[0]:
        case package.Account(type_=package.AccountType.DEPOSITORY, balances=package.AccountBalances(current=amount)):
            assert amount == body["accounts"][0]["balances"]["current"]
        case _:
            pytest.fail("no case matched")
    match read(body).model.accounts[0].type_:
        case "depository":
            pass
        case _:
            pytest.fail("the string did not match")


@pytest.mark.parametrize("name", documents.enums())
@guarantee("models-are-values")
def test_enums_are_strings(name: str) -> None:
    """Members, known and unknown, equal their strings, hash alike, and can be copied, pickled and encoded."""
    cls = getattr(installed().models, name)
    for text in (*documents.enums()[name]["enum"], "novelty", ""):
        count("models-are-values")
        member = cls(text)
        assert (member, str(member), f"{member}", member.value) == (text, text, text, text)
        assert {member: 1}[text] == 1
        assert json.dumps(member) == json.dumps(text)
        assert all(copied == member and type(copied) is cls for copied in copies(member))
        assert member.is_known == (text in documents.enums()[name]["enum"])
        assert repr(member) == (
            f"<{name}.{member.name}: {text!r}>" if member.is_known else f"<{name}: {text!r}, unknown>"
        )


@pytest.mark.parametrize("name", documents.enums())
@guarantee("models-are-values")
def test_enums_reject_other_types(name: str) -> None:
    """A value that is not a string is a ValueError."""
    cls = getattr(installed().models, name)
    wrong: list[Any] = [None, 1, True, [], b"valid"]
    for value in wrong:
        with pytest.raises(ValueError, match="is not a valid"):
            cls(value)
    assert len({cls("novelty"), cls("novelty"), "novelty"}) == 1
    assert "novelty" not in list(cls)


@pytest.mark.parametrize("name", documents.objects())
@guarantee("models-are-values")
def test_from_dict_leaves_its_argument_alone(name: str) -> None:
    """Decoding a dict does not change it, and anything else is a DecodeError."""
    cls = getattr(installed().models, name)
    body = bodies.complete(name)
    before = copy.deepcopy(body)
    assert cls.from_dict(body) == cls.from_dict(before)
    assert body == before
    wrong: list[Any] = [None, [], "text", 1]
    for value in wrong:
        with pytest.raises(installed().errors.DecodeError, match="an object"):
            cls.from_dict(value)
