"""Models of every component: missing properties, unknown properties, and reprs."""

import datetime
import re
import types
from typing import Any, Final

import attrs
import pytest

from plaid_accounts_contract.client import bodies, broken_bodies, calls, comparison, documents
from plaid_accounts_contract.client.calls import attempt, errors, installed
from plaid_accounts_contract.client.documents import CONTRACT
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.operations import snake

OBJECTS: Final = documents.objects()
OPEN: Final = [name for name, schema in OBJECTS.items() if schema.get("additionalProperties") is not False]
KEYS: Final = {snake(key) for key in CONTRACT.document["components"]["securitySchemes"]}
_UNWRITABLE: Final = (((1, 2), "a Python tuple"), (b"a", "a Python bytes"), (float("nan"), "a number that is not finite"),
                      (float("inf"), "a number that is not finite"))  # fmt: skip
NAIVE: Final = datetime.datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - to be rejected


def model(name: str) -> Any:
    """Return the class of an object."""
    return getattr(installed().models, name)


def required(name: str) -> dict[str, Any]:
    """Return the JSON of an object with required properties only."""
    body = bodies.complete(name)
    return {prop: body[prop] for prop in body if prop in documents.required(OBJECTS[name])}


def is_secret(name: str, prop: str) -> bool:
    """Return whether a property is a secret."""
    return prop in KEYS or OBJECTS[name]["properties"][prop].get("format") == "password"


@pytest.mark.parametrize("name", OBJECTS)
@guarantee("models-are-values")
def test_missing_properties_are_unset(name: str) -> None:
    """Optional properties of a model that are not set are UNSET, and missing in its JSON."""
    for made in (calls.built(name, required(name), installed().models), model(name).from_dict(required(name))):
        for prop in OBJECTS[name]["properties"]:
            if prop not in required(name):
                count("models-are-values")
                assert getattr(made, calls.word(type(made), prop)) is installed().UNSET, prop
        comparison.check(name, required(name), made.to_dict())


@pytest.mark.parametrize("name", OPEN)
@guarantee("unknown-fields-kept")
def test_additional_properties_are_like_items(name: str) -> None:
    """Only unknown properties are additional properties; one is set, found, read and deleted as an item, of one model only."""
    read = [model(name).from_dict(body) for body in (required(name), bodies.complete(name))]
    for made in (calls.built(name, required(name), installed().models), *read):
        count("unknown-fields-kept")
        other = calls.built(name, required(name), installed().models)
        made["novelty"] = [1]
        assert (made["novelty"], made.additional_keys, "novelty" in made) == ([1], ["novelty"], True)
        assert model(name).from_dict(made.to_dict()).additional_properties == {"novelty": [1]}
        assert made.to_dict()["novelty"] == attrs.evolve(made).to_dict()["novelty"] == [1]
        assert (other.additional_properties, "novelty" in other) == ({}, False)
        del made["novelty"]
        assert (made.additional_keys, "novelty" in made) == ([], False)


@pytest.mark.parametrize("name", OBJECTS)
@guarantee("round-trip")
def test_a_time_without_offset_is_not_written(name: str) -> None:
    """Encoding a datetime without offset is an error that names what it needs."""
    for prop, schema in OBJECTS[name]["properties"].items():
        if any(inner.get("format") == "date-time" for inner in documents.alternatives(schema)):
            count("round-trip")
            made = model(name).from_dict(bodies.complete(name))
            setattr(made, calls.word(type(made), prop), NAIVE)
            assert "offset" in str(attempt(made.to_dict).failure(ValueError))


@pytest.mark.parametrize("name", OBJECTS)
@guarantee("secrets-hidden")
def test_a_repr_hides_secrets_and_shows_the_rest(name: str) -> None:
    """The repr redacts a secret property, unless it is UNSET, and shows every other."""
    made = model(name).from_dict(bodies.complete(name))
    bare = calls.built(name, required(name), installed().models)
    for field in attrs.fields(model(name)):
        prop = field.name.rstrip("_")
        secret = prop in OBJECTS[name]["properties"] and is_secret(name, prop)
        count("secrets-hidden")
        assert (
            f"{field.name}='[redacted]'" in repr(made)
            if secret
            else f"{field.name}={getattr(made, field.name)!r}" in repr(made)
        )
        if getattr(bare, field.name) is installed().UNSET:
            assert re.search(rf"\b{field.name}=UNSET[,)]", repr(bare)), repr(bare)


@guarantee("round-trip")
def test_a_response_shows_status_request_id_and_model() -> None:
    """The repr of a response has its status, request_id and model."""
    body = bodies.complete()
    made = installed().Response(
        status_code=200, headers=None, content=b"", parsed=model(documents.SUCCESS).from_dict(body)
    )
    assert repr(made) == f"Response(status_code=200, request_id={body['request_id']!r}, parsed={made.parsed!r})"


@guarantee("round-trip")
def test_a_missing_request_id_is_none() -> None:
    """The request_id of a response is a string, or None where its model has none."""
    for parsed in (object(), types.SimpleNamespace(request_id=installed().UNSET)):
        made = installed().Response(status_code=200, headers=None, content=b"", parsed=parsed)
        assert made.request_id is None


@pytest.mark.parametrize("name", OBJECTS)
@guarantee("malformed-named")
def test_values_that_json_does_not_have_are_named(name: str) -> None:
    """A value that JSON cannot express is an error that names its Python type."""
    for prop, schema in OBJECTS[name]["properties"].items():
        kinds = {inner.get("type") for inner in documents.alternatives(schema)}
        for value, found in _UNWRITABLE if None not in kinds else ():
            count("malformed-named")
            body = broken_bodies.changed(bodies.complete(name), (prop,), value)
            error = attempt(lambda body=body: model(name).from_dict(body, strict=True)).failure(errors().DecodeError)  # type: ignore[misc]
            assert (error.path, error.found) == (prop, found)
