"""Invalid values of optional properties: each costs its own attribute, and nothing else of the response."""

import copy
import inspect
import logging
import pickle
from collections.abc import Iterator
from typing import Any, Final

import attrs
import httpx
import pytest

from plaid_accounts_contract.client import documents
from plaid_accounts_contract.client.calls import call, client, errors, installed, responding
from plaid_accounts_contract.client.documents import CONTRACT
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.operations import METHODS, PRIMARY, Method
from plaid_accounts_contract.contract import resolve
from plaid_accounts_contract.generation import bodies
from plaid_accounts_contract.generation.bodies import EACH, Path

INVALID: Final[tuple[Any, ...]] = (
    None,
    True,
    5,
    0.5,
    "canary-value-7e21",
    [],
    ["canary-value-7e21"],
    {},
    {"canary-value-7e21": 1},
)
"""A value of each JSON type and more."""


@attrs.frozen
class Change:
    """A response with an invalid value at one place; `kept` is the innermost optional property around it, if any."""

    path: Path
    value: Any = attrs.field(repr=False)
    kept: Path | None


def _schema(method: Method) -> Any:
    return {"$ref": f"#/components/schemas/{method.success}"}


def _changes(method: Method) -> Iterator[Change]:
    document, schema = CONTRACT.document, _schema(method)
    complete = bodies.full(document, schema)
    for path, kept in _places(schema, (), None):
        for value in INVALID:
            changed = bodies.put(complete, path, value)
            if not _decodes(method, changed):
                yield Change(path, changed, kept)


# How deep an object that contains itself is tried.
_DEPTH = 6


def _places(schema: Any, path: Path, kept: Path | None) -> Iterator[tuple[Path, Path | None]]:
    """Yield each place of a response, with the innermost optional property of an open object that it is in."""
    if len(path) == _DEPTH:
        return
    schema = resolve(CONTRACT.document, schema)
    for part in schema.get("oneOf", ()):
        yield from _places(part, path, kept)
    for name, inner in schema.get("properties", {}).items():
        here = (*path, name)
        around = kept if name in documents.required(schema) else here
        yield here, around
        yield from _places(inner, here, around)
    if "items" in schema:
        yield (*path, EACH), kept
        yield from _places(schema["items"], (*path, EACH), kept)


def _decodes(method: Method, value: Any) -> bool:
    try:
        getattr(installed().models, method.success).from_dict(value, strict=True)
    except errors().DecodeError:
        return False
    return True


def _pickled(model: Any) -> Any:
    return pickle.loads(pickle.dumps(model))  # noqa: S301 - pickled here


def _attribute(model: Any, path: Path) -> Any:
    for step in path:
        model = model[0] if step == EACH else getattr(model, step, None) or getattr(model, f"{step}_", None)
    return model


@pytest.mark.parametrize("method", METHODS, ids=lambda method: str(method.id))
@guarantee("deviations")
def test_an_invalid_optional_value_costs_its_attribute(method: Method) -> None:
    """An invalid value of an optional property leaves it UNSET and in to_dict(); of a required one it raises, as all do if strict."""
    model = getattr(installed().models, method.success)
    tried = 0
    for change in _changes(method):
        tried += 1
        with pytest.raises(errors().DecodeError):
            model.from_dict(change.value, strict=True)
        if change.kept is None:
            with pytest.raises(errors().DecodeError):
                model.from_dict(change.value)
            continue
        decoded = model.from_dict(change.value)
        assert not _attribute(decoded, change.kept), change
        assert decoded.to_dict() == change.value, change
        owner = _attribute(decoded, change.kept[:-1])
        assert attrs.evolve(owner).to_dict() == owner.to_dict(), change
        assert len(decoded.deviations) == len(owner.deviations) == 1, change
        assert "canary" not in repr(decoded.deviations[0]), change
    assert tried > 10
    count("deviations", tried)


@guarantee("deviations")
def test_a_client_is_not_strict_unless_told() -> None:
    """A client tolerates invalid values of optional properties by default."""
    assert inspect.signature(installed().Client).parameters["strict"].default is False


@guarantee("deviations")
def test_a_deviation_is_logged_and_listed(caplog: pytest.LogCaptureFixture) -> None:
    """A call logs one warning with path, expected and found type, and the response lists the same; never the value."""
    value = bodies.full(CONTRACT.document, _schema(PRIMARY))
    # orjson may have parsed the number inexactly, so json parses the body again.
    balances = {**value["accounts"][0]["balances"], "current": 1e19}
    value["accounts"] = [{**value["accounts"][0], "holder_category": ["canary-value-7e21"], "balances": balances}] * 9
    with caplog.at_level(logging.WARNING, installed().__name__):
        response = call(client(responding(value), strict=False)).model
    assert [one.path for one in response.deviations] == [f"accounts[{index}].holder_category" for index in range(9)]
    assert {(one.expected, one.found) for one in response.deviations} == {("a string or null", "an array")}
    (record,) = caplog.records
    assert "accounts[0].holder_category: expected a string or null, found an array" in record.getMessage()
    assert "and 4 more" in record.getMessage()
    assert "canary" not in record.getMessage()


@guarantee("deviations")
def test_a_deviation_is_dropped_by_assigning_its_attribute() -> None:
    """Assigning the attribute, UNSET included, drops the invalid value; copies, pickles and attrs.evolve keep it."""
    account = bodies.full(CONTRACT.document, {"$ref": "#/components/schemas/Account"})
    account["holder_category"] = 5
    model = installed().models.Account
    for made in (copy.copy, copy.deepcopy, _pickled, attrs.evolve):
        decoded = made(model.from_dict(account))
        assert decoded.to_dict() == account
        decoded.holder_category = installed().UNSET
        assert "holder_category" not in decoded.to_dict()
        assert "holder_category" not in decoded.additional_properties
        assert not decoded.deviations


@guarantee("deviations")
def test_several_deviations_are_kept_beside_unknown_properties() -> None:
    """Several invalid values of one object, and properties that the contract does not name, are all kept; a path names each."""
    account = bodies.full(CONTRACT.document, {"$ref": "#/components/schemas/Account"})
    invalid = {"holder_category": 5, "verification_status": [], "persistent_account_id": {"a": 1}}
    for extra in ({}, {"novelty": [1]}):
        value = {**account, **invalid, **extra}
        decoded = installed().models.Account.from_dict(value)
        assert decoded.to_dict() == value
        assert {one.path for one in decoded.deviations} == set(invalid)
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    with pytest.raises(errors().DecodeError) as raised:
        installed().models.Account.from_dict({**account, "holder_category": {"novelty": deep}})
    assert raised.value.path.startswith("holder_category")


@guarantee("deviations")
def test_numbers_that_are_not_finite_are_never_tolerated() -> None:
    """A number beyond a double, or nesting without end, raises in an optional property too."""
    account = bodies.full(CONTRACT.document, {"$ref": "#/components/schemas/Account"})
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    for value in (float("inf"), float("nan"), {"x": float("inf")}, deep):
        for name in ("apy", "holder_category"):
            with pytest.raises(errors().DecodeError):
                installed().models.Account.from_dict({**account, name: value})


@pytest.mark.parametrize("lacking", ["error_type", "error_message", "display_message"])
@pytest.mark.parametrize("value", ["absent", None, 5])
@guarantee("error-by-type")
def test_an_error_needs_only_its_code(lacking: str, value: object) -> None:
    """Whatever else of an error is missing or invalid, the exception has the code, and the class of the code's error_type."""
    body = {
        "error_type": "ITEM_ERROR",
        "error_code": "ITEM_LOGIN_REQUIRED",
        "error_message": "m",
        "display_message": None,
    }
    body[lacking] = value  # type: ignore[assignment]
    if value == "absent":
        del body[lacking]
    error = call(client(responding(body, 400))).failure(errors().ApiError)
    assert type(error) is errors().ItemError
    assert error.error_code == "ITEM_LOGIN_REQUIRED"
    assert (error.error_type is None) == (lacking == "error_type")
    assert isinstance(str(error), str)


@guarantee("error-by-type")
def test_an_unknown_code_without_a_type_is_an_api_error() -> None:
    """An error without error_type whose code is not documented raises ApiError itself."""
    error = call(client(responding({"error_code": "NEW_CODE"}, 400))).failure(errors().ApiError)
    assert type(error) is errors().ApiError
    assert error.error_type is None


@guarantee("malformed-named")
def test_a_malformed_response_keeps_its_circumstances() -> None:
    """DecodeError has status, request_id, headers and, on request, the body, which no text, repr or pickle shows."""

    def handler(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"request_id": "rq", "x": "canary-value-7e21"}, headers={"X-Id": "7"})

    error = call(client(handler)).failure(errors().DecodeError)
    assert (error.status_code, error.request_id, error.headers["x-id"]) == (200, "rq", "7")
    assert b"canary-value-7e21" in error.response_body()
    restored = pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled here
    assert restored.response_body() is None
    assert "canary" not in f"{error} {error!r} {pickle.dumps(error)!r} {vars(error)!r}"
