"""Valid bodies cover a schema, and what a client makes of them is noticed."""

from typing import Any
from unittest.mock import Mock

import attrs
import pytest

from compare import Failure, behaviour, clients, revisions
from compare.behaviour import Call
from meta.compare.edits import CURRENT
from plaid_accounts_contract.generation.bodies import ABSENT, EACH, Variant, at, put

KEY = ("post", "/accounts/get")


def test_every_property_is_varied() -> None:
    """Each listed value, null and absence of each property is in some valid body that has it at its place."""
    tried = CURRENT.variants(KEY, "200")
    schema = CURRENT.endpoints[KEY].body("200")
    assert schema is not None
    named = {(variant.path, variant.what) for variant in tried}
    for place, inner in schema.places():
        wanted = {f"value {value!r}" for value in inner.values or ()} | ({"type null"} if inner.nullable else set())
        parent = schema.at(place[:-1])
        if place and place[-1] != EACH and parent is not None and place[-1] not in parent.required:
            wanted.add("absent")
        assert {what for what in wanted if (place, what) not in named} == set(), place
    validator = CURRENT.contract.validator(CURRENT.schema(KEY, "200"))
    assert all(validator.is_valid(variant.value) for variant in tried)
    for variant in tried:
        found = at(variant.value, variant.path)
        if variant.what in ("type null", "absent"):
            assert found is (None if variant.what == "type null" else ABSENT), variant
        elif variant.what.startswith(("value ", "edge ")):
            assert variant.what.partition(" ")[2] == repr(found), variant


def test_some_bodies_combine_changes() -> None:
    """Some bodies combine several changes; they differ from each other, and are the same each time."""
    drawn, again = (
        [variant.value for variant in revision.variants(KEY, "200") if variant.what == "combined"]
        for revision in (CURRENT, revisions.of_tree())
    )
    assert len(drawn) == len({str(body) for body in drawn}) == 10
    assert again == drawn


def _call() -> Call:
    call = behaviour.call_of(clients.load(CURRENT.folder), CURRENT, KEY)
    assert isinstance(call, Call)
    return call


def _rejected(call: Call, status: str, *tried: Variant) -> list[behaviour.Incompatibility]:
    return list(behaviour.rejected(call, CURRENT, KEY, status, tried))


def _changed(place: tuple[str, ...], value: Any) -> Variant:
    return Variant(place, "changed", put(CURRENT.variants(KEY, "200")[0].value, place, value))


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("accounts", "[]", "name"), None, "accounts[].name: expected a string, found null"),
        (("item", "update_type"), ABSENT, "item.update_type: expected a value, because it is required, found nothing"),
        (("accounts",), {}, "accounts: expected an array, found an object"),
    ],
)
def test_a_rejection_is_noticed(place: tuple[str, ...], value: Any, message: str) -> None:
    """A response that a client rejects is noticed, at its place."""
    (found,) = _rejected(_call(), "200", _changed(place, value))
    assert (found.place, found.message) == (place, message)


def test_one_rejection_does_not_hide_the_next() -> None:
    """All that is wrong in one body is found, and what is wrong in every body does not hide what is wrong in one."""
    wrong = put(_changed(("item", "item_id"), 7).value, ("accounts", EACH, "name"), None)
    place = ("accounts", "[]", "mask")
    tried = Variant((), "everything", wrong), Variant(place, "changed", put(wrong, place, True))
    found = _rejected(_call(), "200", *tried)
    assert [entry.place[-1] for entry in found] == ["name", "item_id", "mask"]


def test_an_error_that_is_read_as_another_is_noticed() -> None:
    """A body that comes back changed counts as rejected."""
    call, body = _call(), CURRENT.variants(KEY, "400")[0].value
    read = clients.load(CURRENT.folder).models.PlaidError.from_dict({**body, "error_code": "ANOTHER"})
    broken = attrs.evolve(call, function=Mock(side_effect=call.errors.ApiError(read, status_code=400)))
    (found,) = _rejected(broken, "400", Variant(("x",), "it", body))
    assert (found.place, found.message) == (("error_code",), "error_code: read as another value")


def test_a_client_without_the_operation() -> None:
    """A client that has no function for an operation is an error, not a verdict."""
    endpoint = CURRENT.endpoints[KEY]
    other = attrs.evolve(endpoint, operation=attrs.evolve(endpoint.operation, id="accountsShut"))
    with pytest.raises(Failure, match="no function for accountsShut"):
        behaviour.call_of(clients.load(CURRENT.folder), attrs.evolve(CURRENT, endpoints={KEY: other}), KEY)
