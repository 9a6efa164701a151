"""Samples of bodies cover a schema, and what a client makes of them is noticed."""

from __future__ import annotations

import functools
from typing import Any

import attrs
import pytest

from compare import clients, reading, revisions, samples
from compare.failure import Failure
from compare.reading import Call
from compare.revisions import Revision
from compare.samples import ABSENT, Sample
from compare.schemas import ITEM

KEY = ("post", "/accounts/get")


def test_every_property_is_varied(current: Revision) -> None:
    """Each listed value, null and absence of each property is in some valid body that has it at its place."""
    tried = samples.samples(current, KEY, "200")
    schema = current.endpoints[KEY].body("200")
    assert schema is not None
    labels = {(sample.place, sample.what) for sample in tried}
    for place, inner in schema.places():
        wanted = {f"value {value!r}" for value in inner.values or ()} | ({"null"} if inner.nullable else set())
        parent = schema.at(place[:-1])
        if place and place[-1] != ITEM and parent is not None and place[-1] not in parent.required:
            wanted.add("absent")
        assert {what for what in wanted if (place, what) not in labels} == set(), place
    validator = current.validator(KEY, "200")
    assert all(validator.is_valid(sample.body) for sample in tried)
    for sample in tried:
        found = samples.at(sample.body, sample.place)
        if sample.what == "null":
            assert found is None, sample.label
        elif sample.what == "absent":
            assert found is ABSENT, sample.label
        elif sample.what.startswith("value "):
            assert sample.what == f"value {found!r}", sample.label


def test_some_bodies_combine_changes(current: Revision) -> None:
    """Some valid bodies combine several changes; they differ from each other, and are the same each time."""
    drawn = [sample.body for sample in samples.samples(current, KEY, "200") if sample.what == "combined"]
    assert len(drawn) == len({str(body) for body in drawn}) == 10
    again = samples.samples.__wrapped__(current, KEY, "200")
    assert [sample.body for sample in again if sample.what == "combined"] == drawn


def _call(current: Revision) -> Call:
    call = reading.call_of(clients.load(current.folder), current.endpoints[KEY])
    assert isinstance(call, Call)
    return call


def _rejected(current: Revision, call: Call, status: str, *tried: Sample) -> list[reading.Incompatibility]:
    return list(reading.rejected(call, current.endpoints[KEY], {"access_token": "t"}, status, tried))


def _changed(current: Revision, place: tuple[str, ...], value: Any) -> Sample:
    full = samples.samples(current, KEY, "200")[0]
    return Sample(place, "changed", samples.put(full.body, place, value))


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("accounts", "[]", "name"), None, "accounts[].name: expected a string, found null"),
        (("item", "update_type"), ABSENT, "item.update_type: expected a value, for it is required, found nothing"),
        (("accounts",), {}, "accounts: expected an array, found an object"),
    ],
)
def test_a_rejection_is_noticed(current: Revision, place: tuple[str, ...], value: Any, message: str) -> None:
    """A response that a client rejects is noticed, at its place."""
    (found,) = _rejected(current, _call(current), "200", _changed(current, place, value))
    assert (found.place, found.message) == (place, message)


def test_one_rejection_does_not_hide_the_next(current: Revision) -> None:
    """All that is wrong in one body is found, and what is wrong in every body does not hide what is wrong in one."""
    wrong = _changed(current, ("item", "item_id"), 7).body
    wrong["accounts"][0]["name"] = None
    place = ("accounts", "[]", "mask")
    tried = Sample((), "everything", wrong), Sample(place, "changed", samples.put(wrong, place, True))
    found = _rejected(current, _call(current), "200", *tried)
    assert [entry.place[-1] for entry in found] == ["name", "item_id", "mask"]


def test_an_error_that_is_read_as_another_is_noticed(current: Revision) -> None:
    """A body that comes back changed counts as rejected."""
    call = _call(current)
    body = samples.samples(current, KEY, "400")[0].body
    broken = attrs.evolve(call, function=functools.partial(_raise, call.errors, body))
    (found,) = _rejected(current, broken, "400", Sample(("x",), "it", body))
    assert (found.place, found.message) == (("error_code",), "error_code: read as another value")


def _raise(errors: Any, sent: Any, **_: object) -> None:
    models = clients.load(revisions.of_tree().folder).models
    raise errors.ApiError(models.PlaidError.from_dict({**sent, "error_code": "ANOTHER"}), status_code=400)


def test_a_client_without_the_operation(current: Revision) -> None:
    """A client that has no function for an operation is an error, not a verdict."""
    endpoint = current.endpoints[KEY]
    other = attrs.evolve(endpoint, operation=attrs.evolve(endpoint.operation, id="accountsShut"))
    with pytest.raises(Failure, match="no function for accountsShut"):
        reading.call_of(clients.load(current.folder), other)
