"""Bodies for the comparison cover a schema, and nothing that is wrong slips through."""

from __future__ import annotations

import functools
from typing import Any

import attrs
import pytest

from compare import bodies, calling, cases, clients, comparison, editions, reading
from compare.calling import Call
from compare.cases import Case
from compare.differences import Difference
from compare.editions import Edition
from compare.failure import Failure
from compare.judgement import explains
from compare.redocly import Change
from compare.shapes import ITEM, Shape

KEY = ("post", "/accounts/get")


def _shape(edition: Edition, status: str = "200") -> Shape:
    shape = edition.operations[KEY].answers[status].shape
    assert shape is not None
    return shape


def test_every_property_is_varied(standing: Edition) -> None:
    """Each listed value, null, absence and type of each property is in some body, and each body is valid."""
    tried = bodies.bodies(standing, KEY, "200")
    labels = {(case.place, case.what) for case in tried}
    for place, shape in _shape(standing).places():
        wanted = {f"value {value!r}" for value in shape.values or ()} | ({"null"} if shape.nullable else set())
        parent = _shape(standing).at(place[:-1])
        if place and place[-1] != ITEM and parent is not None and place[-1] not in parent.required:
            wanted.add("absent")
        assert {what for what in wanted if (place, what) not in labels} == set(), place
    validator = standing.contract.validator(bodies.schema(standing.contract, KEY, "200"))
    assert all(validator.is_valid(case.body) for case in tried)


def test_a_case_is_what_it_says(standing: Edition) -> None:
    """The value that a body is named after stands in it."""
    for case in bodies.bodies(standing, KEY, "200"):
        found = cases.at(case.body, case.place)
        if case.what == "null":
            assert found is None, case.label
        elif case.what == "absent":
            assert found is cases.ABSENT, case.label
        elif case.what.startswith("value "):
            assert case.what == f"value {found!r}", case.label


def _client(standing: Edition) -> Call:
    return calling.call_of(clients.load(standing.folder), standing.operations[KEY])


def _changed(standing: Edition, place: tuple[str, ...], value: Any) -> Case:
    full = bodies.bodies(standing, KEY, "200")[0]
    return Case(place, "changed", cases.put(full.body, place, value))


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("accounts", "[]", "name"), None, "accounts[].name: expected a string, found null"),
        (
            ("item", "update_type"),
            cases.ABSENT,
            "item.update_type: expected a value, for it is required, found nothing",
        ),
        (("accounts",), {}, "accounts: expected an array, found an object"),
    ],
)
def test_a_refusal_is_noticed(standing: Edition, place: tuple[str, ...], value: Any, said: str) -> None:
    """An answer that a client refuses is noticed, at its place."""
    case = _changed(standing, place, value)
    (refusal,) = reading.refusals(_client(standing), {"access_token": "t"}, "200", [case], _shape(standing))
    assert (refusal.place, refusal.said) == (place, said)


def test_one_refusal_does_not_hide_the_next(standing: Edition) -> None:
    """All that is wrong in one body is found, and what is wrong in every body does not hide what is wrong in one."""
    wrong = _changed(standing, ("item", "item_id"), 7).body
    wrong["accounts"][0]["name"] = None
    nameless = cases.put(wrong, ("accounts", "[]", "mask"), True)
    given = [Case((), "everything", wrong), Case(("accounts", "[]", "mask"), "changed", nameless)]
    found = reading.refusals(_client(standing), {"access_token": "t"}, "200", given, _shape(standing))
    assert [refusal.place[-1] for refusal in found] == ["name", "item_id", "mask"]


def test_an_error_that_is_read_as_another_is_noticed(standing: Edition) -> None:
    """A body that comes back changed counts as refused."""
    call = _client(standing)
    body = bodies.bodies(standing, KEY, "400")[0].body
    broken = attrs.evolve(call, function=functools.partial(_raise, call.errors, body))
    (refusal,) = reading.refusals(broken, {"access_token": "t"}, "400", [Case(("x",), "it", body)], None)
    assert refusal.place == ("error_code",)
    assert "reads another value than came" in refusal.said


def _raise(errors: Any, came: Any, **_: object) -> None:
    models = clients.load(editions.of_tree().folder).models
    raise errors.ApiError(models.PlaidError.from_dict({**came, "error_code": "ANOTHER"}), status_code=400)


def test_a_client_without_the_operation(standing: Edition) -> None:
    """Of a client that has no function for an operation, nothing is claimed."""
    other = attrs.evolve(standing.operations[KEY], id="accountsShut")
    with pytest.raises(Failure, match="no function for accountsShut"):
        calling.call_of(clients.load(standing.folder), other)


def test_redocly_alone(standing: Edition) -> None:
    """A change that only redocly sees is reported with its rating."""
    change = Change("major", "a-rule", "Something changed.", "#/components/schemas/Item/x", 7, ("item", "item_id"))
    assert not comparison.seen(change, {("accounts",)}, [])
    assert comparison.seen(change, {("item", "item_id")}, [])
    finding = comparison.of_change(change, standing)
    assert (finding.level.word, finding.place) == ("major", "openapi.yaml:7 #/components/schemas/Item/x")


def test_what_explains_a_refusal() -> None:
    """Null is explained by null alone, a missing value by what is required, another type by neither."""
    difference = Difference(kind="nullable", place=(), old=None, new=None)
    refusal = reading.Refusal(Case((), "", None), "200", (), "", "null")
    assert explains(difference, refusal)
    assert not explains(difference, attrs.evolve(refusal, found="nothing"))
    assert not explains(attrs.evolve(difference, kind="required"), refusal)
    assert explains(attrs.evolve(difference, kind="type"), attrs.evolve(refusal, found="a string"))
    assert not explains(attrs.evolve(difference, kind="text"), attrs.evolve(refusal, found="a string"))
