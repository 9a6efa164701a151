"""Invalid values of optional properties: each costs its own attribute, and nothing else of the response."""

import inspect
import logging
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import attrs
import httpx
import pytest

from plaid_accounts_contract.checks.messages import path_of
from plaid_accounts_contract.client import broken_bodies, documents, type_hints
from plaid_accounts_contract.client.calls import attempt, call, client, errors, installed, responding
from plaid_accounts_contract.client.comparison import copies
from plaid_accounts_contract.client.documents import CONTRACT, SUCCESS
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.operations import METHODS
from plaid_accounts_contract.generation import bodies

CANARY: Final = broken_bodies.CANARY
Path = tuple[str | int, ...]


def _full(name: str) -> Any:
    return bodies.full(CONTRACT.document, {"$ref": f"#/components/schemas/{name}"})


def _kept(name: str, body: Any, path: Path) -> Path | None:
    """Return the innermost optional property that a place of a body is in, if any."""
    schemas = {place.path: place.schemas for place in broken_bodies.places(name, body)}
    for end in range(len(path), 0, -1):
        owners = schemas[path[: end - 1]]
        if isinstance(path[end - 1], str) and not any(path[end - 1] in documents.required(owner) for owner in owners):
            return path[:end]
    return None


@pytest.mark.parametrize("name", dict.fromkeys(method.success for method in METHODS))
@guarantee("deviations")
def test_an_invalid_optional_value_costs_its_attribute(name: str) -> None:
    """An invalid value of an optional property leaves it UNSET and in to_dict(); of a required one it raises, as all do if strict."""
    cls, body = getattr(installed().models, name), _full(name)
    broken = [case for case in broken_bodies.breaks(name, body) if not documents.types_only(name).is_valid(case.body)]
    for case in broken:
        count("deviations")
        strict = attempt(lambda case=case: cls.from_dict(case.body, strict=True))  # type: ignore[misc]
        strict.failure(errors().DecodeError)
        lenient = attempt(lambda case=case: cls.from_dict(case.body))  # type: ignore[misc]
        kept = _kept(name, body, case.place.path)
        if kept is None:
            lenient.failure(errors().DecodeError)
            continue
        decoded, owner = lenient.model, type_hints.attribute(lenient.model, kept[:-1])
        assert not type_hints.attribute(decoded, kept), case
        assert decoded.to_dict() == case.body, case
        assert attrs.evolve(owner).to_dict() == owner.to_dict(), case
        assert len(decoded.deviations) == len(owner.deviations) == 1, case
        assert decoded.deviations[0].path.startswith(path_of(kept)), case
        assert CANARY not in repr(decoded.deviations[0]), case
    assert len(broken) > 10


@guarantee("deviations")
def test_a_client_is_not_strict_unless_told() -> None:
    """A client tolerates invalid values of optional properties by default."""
    assert inspect.signature(installed().Client).parameters["strict"].default is False


@pytest.mark.parametrize(("number", "more"), [(5, ""), (9, "; and 4 more")])
@guarantee("deviations")
def test_a_deviation_is_logged_and_listed(caplog: pytest.LogCaptureFixture, number: int, more: str) -> None:
    """A call logs one warning with path, expected and found type, and the response lists the same; never the value."""
    value = _full(SUCCESS)
    # orjson may have parsed the large number inexactly, so json parses the body again.
    balances = {**value["accounts"][0]["balances"], "current": 1e19 if more else 1}
    value["accounts"] = [{**value["accounts"][0], "holder_category": [CANARY], "balances": balances}] * number
    # A thread of its own has decoded nothing before.
    with caplog.at_level(logging.WARNING, installed().__name__), ThreadPoolExecutor(1) as thread:
        response = thread.submit(call, client(responding(value), strict=False)).result().model
    assert [one.path for one in response.deviations] == [
        f"accounts[{index}].holder_category" for index in range(number)
    ]
    assert {(one.expected, one.found) for one in response.deviations} == {("a string or null", "an array")}
    assert [record.name for record in caplog.records] == [installed().__name__]
    text = caplog.records[0].getMessage()
    assert "accounts[0].holder_category: expected a string or null, found an array" in text
    assert text.endswith(f"found an array{more}")
    assert "canary" not in text


@guarantee("deviations")
def test_a_deviation_is_dropped_by_assigning_its_attribute() -> None:
    """Assigning the attribute, UNSET included, drops the invalid value; copies, pickles and attrs.evolve keep it."""
    account = _full("Account")
    account["holder_category"] = 5
    model = installed().models.Account
    for decoded in (*copies(model.from_dict(account)), attrs.evolve(model.from_dict(account))):
        assert decoded.to_dict() == account
        decoded.holder_category = installed().UNSET
        assert "holder_category" not in decoded.to_dict()
        assert "holder_category" not in decoded.additional_properties
        assert not decoded.deviations


@guarantee("deviations")
def test_several_deviations_are_kept_beside_unknown_properties() -> None:
    """Several invalid values of one object, and properties that the contract does not name, are all kept; a path names each."""
    account = _full("Account")
    invalid = {"holder_category": 5, "verification_status": [], "persistent_account_id": {"a": 1}}
    for extra in ({}, {"novelty": [1]}):
        value = {**account, **invalid, **extra}
        decoded = installed().models.Account.from_dict(value)
        assert decoded.to_dict() == value
        assert {one.path for one in decoded.deviations} == set(invalid)


@guarantee("deviations")
def test_numbers_that_are_not_finite_are_never_tolerated() -> None:
    """A number beyond a double, or nesting without end, raises in an optional property too."""
    account = _full("Account")
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    for value in (float("inf"), float("nan"), {"x": float("inf")}, deep, {"x": deep}):
        for name in ("apy", "holder_category"):
            with pytest.raises(errors().DecodeError) as raised:
                installed().models.Account.from_dict({**account, name: value})
            assert raised.value.path.startswith(name)


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
        return httpx.Response(200, json={"request_id": "rq", "x": CANARY}, headers={"X-Id": "7"})

    error = call(client(handler)).failure(errors().DecodeError)
    assert (error.status_code, error.request_id, error.headers["x-id"]) == (200, "rq", "7")
    assert CANARY.encode() in (error.response_body() or b"")
    restored = pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled here
    assert restored.response_body() is None
    assert "canary" not in f"{error} {error!r} {pickle.dumps(error)!r} {vars(error)!r}"
