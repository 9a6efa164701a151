"""Operations without a handler: what the reference server makes of the contract alone."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from meta import additional_operations
from plaid_accounts_contract.reference_server import create_app, data, document, error_token, instances, running
from plaid_accounts_contract.reference_server.identifiers import identifier

DOCUMENT = additional_operations.added()
BALANCE, KEY, LINK = additional_operations.PATHS
TOKEN = data.EVERYDAY.access_token
ISSUED = {"PLAID-CLIENT-ID": data.REFERENCE_CREDENTIALS.client_id, "PLAID-SECRET": data.REFERENCE_CREDENTIALS.secret}
USER = {"client_name": "Ledger", "language": "en", "country_codes": ["US"], "user": {"client_user_id": "1"}}


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """A caller with credentials, of a server with three further operations."""
    with running(create_app(contract=DOCUMENT)) as server, httpx.Client(base_url=server.url, headers=ISSUED) as client:
        yield client


def schema(name: str) -> dict[str, Any]:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def conforms(name: str, value: object) -> bool:
    """Whether a value follows a component of the contract, formats included."""
    return document.validator(DOCUMENT, schema(name)).is_valid(value)


@pytest.mark.parametrize(
    ("path", "body", "component"),
    [
        (BALANCE, {"access_token": TOKEN}, "AccountsGetResponse"),
        (BALANCE, {"access_token": TOKEN, "options": {"account_ids": data.EVERYDAY.account_ids()[:1]}}, "AccountsGetResponse"),
        (KEY, {"key_id": "k"}, "WebhookKeyFetchResponse"),
        (LINK, USER, "LinkSessionBeginResponse"),
        (LINK, {**USER, "access_token": None, "products": []}, "LinkSessionBeginResponse"),
    ],
)  # fmt: skip
def test_a_right_request_gets_an_answer_that_conforms(
    http: httpx.Client, path: str, body: dict[str, Any], component: str
) -> None:
    """A 200 follows its schema, is the same again, and has a request_id of its own each time."""
    first, second = http.post(path, json=body), http.post(path, json=body)
    assert first.status_code == 200
    assert conforms(component, first.json())
    assert first.json()["request_id"] != second.json()["request_id"]
    assert {**first.json(), "request_id": ""} == {**second.json(), "request_id": ""}


def test_an_example_of_the_contract_is_answered(http: httpx.Client) -> None:
    """The example of a response is the answer, also where it stands with another response of the same component."""
    assert http.post(KEY, json={"key_id": "k"}).json()["key"]["kid"] == "k1"
    names = [account["name"] for account in http.post(BALANCE, json={"access_token": TOKEN}).json()["accounts"]]
    assert names == ["Everyday Checking", "Travel Card"]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (LINK, {**USER, "colour": 1, "user": {}}, "UNKNOWN_FIELDS"),
        (LINK, {**USER, "user": {"client_user_id": "1", "nickname": "x"}}, "UNKNOWN_FIELDS"),
        (LINK, {**USER, "user": {}}, "MISSING_FIELDS"),
        (KEY, {}, "MISSING_FIELDS"),
        (LINK, {**USER, "language": "xx"}, "INVALID_FIELD"),
        (LINK, {**USER, "days_requested": 0}, "INVALID_FIELD"),
        (LINK, {"client_name": "\ud800"}, "INVALID_FIELD"),
        (KEY, {"key_id": None}, "INVALID_FIELD"),
        (BALANCE, {"access_token": "token"}, "INVALID_ACCESS_TOKEN"),
        (BALANCE, {"access_token": error_token("ITEM_LOCKED")}, "ITEM_LOCKED"),
        (BALANCE, {"access_token": TOKEN, "options": {"account_ids": [identifier("no account")]}}, "INVALID_ACCOUNT_ID"),
        (LINK, {**USER, "access_token": error_token("ITEM_LOCKED")}, "ITEM_LOCKED"),
        (KEY, {"key_id": "k", "secret": "wrong"}, "INVALID_API_KEYS"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused_by_name(http: httpx.Client, path: str, body: dict[str, Any], code: str) -> None:
    """Unknown, missing and wrong fields, tokens, ids and credentials each have their documented error."""
    # httpx itself refuses to send a lone surrogate as JSON.
    answer = http.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error_code"]) == (400, code)
    assert conforms("PlaidError", answer.json())


def test_a_refusal_names_the_place_and_no_value(http: httpx.Client) -> None:
    """The message leads to the field, and what the caller sent is not in it."""
    answer = http.post(LINK, json={**USER, "user": {"client_user_id": ["private"]}})
    assert "user.client_user_id" in answer.json()["error_message"]
    assert "private" not in answer.text


def test_an_error_without_a_documented_status_does_not_come(http: httpx.Client) -> None:
    """An Item's error whose status the operation does not have is none of that operation."""
    assert http.post(BALANCE, json={"access_token": error_token("PLANNED_MAINTENANCE")}).status_code == 200
    assert http.post(LINK, json={**USER, "access_token": error_token("PLANNED_MAINTENANCE")}).status_code == 503


def test_other_methods_and_paths_are_not_there(http: httpx.Client) -> None:
    """A generated operation answers its own method at its own path."""
    assert http.get(BALANCE).status_code == 405
    assert http.post(f"{BALANCE}/").status_code == 404


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_every_component_has_an_instance(name: str) -> None:
    """A value is found for every component, conditions and formats included, and it is the same each time."""
    value = instances.instance(DOCUMENT, schema(name), name)
    assert conforms(name, value)
    assert instances.instance(DOCUMENT, schema(name), name) == value


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "string", "pattern": "^[A-Z]{2}[0-9]{3}$"},
        {"type": "string", "minLength": 40},
        {"type": "string", "maxLength": 2},
        {"type": "string", "format": "uuid"},
        {"type": "string", "format": "email"},
        {"type": "integer", "minimum": 3, "multipleOf": 5},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        {"type": "integer", "maximum": -7},
        {"type": "array", "minItems": 2, "items": {"enum": ["a", "b"]}, "uniqueItems": True},
        {"type": ["object", "null"], "not": {"type": "null"}},
        {"allOf": [{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}, {"required": ["b"]}]},
        {"anyOf": [{"type": "string", "minLength": 3}, {"type": "boolean"}], "not": {"type": "string"}},
        {"type": "object", "required": ["a", "b"], "properties": {"a": {"enum": [1, 2]}, "b": {"enum": [1, 2]}},
         "not": {"properties": {"a": {"const": 1}, "b": {"const": 1}}}},
    ],
    ids="-".join,
)  # fmt: skip
def test_odd_schemas_have_instances(odd: dict[str, Any]) -> None:
    """Bounds, patterns, formats and combinations that this contract does not use yet are met too."""
    assert document.validator({}, odd).is_valid(instances.instance({}, odd))


@pytest.mark.parametrize(
    "impossible",
    [
        {"type": "string", "not": {}},
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 2, "maximum": 1}}},
    ],
)
def test_a_schema_without_instance_is_told(impossible: dict[str, Any]) -> None:
    """Where nothing is found, the error says which schema, and that an example helps."""
    with pytest.raises(instances.NoInstance, match=r"no value was found for the schema of thing; .*example"):
        instances.instance({}, impossible, "thing")


def test_a_schema_that_needs_itself_is_told() -> None:
    """A component that requires another of its own kind without end has no instance."""
    node = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    with pytest.raises(instances.NoInstance):
        instances.instance({"components": {"schemas": {"Node": node}}}, schema("Node"))
