"""Operations without a written handler: the responses that the reference server generates from the contract.

`test_operations.py` runs the suite against them; this is what the suite does not see.
"""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from meta import additional_operations
from meta.reference_server.caller import KEYS
from plaid_accounts_contract.reference_server import create_app, data, document, error_token, instances, running
from plaid_accounts_contract.reference_server.accounts import identifier
from plaid_accounts_contract.reference_server.webhooks import KEY_ID

DOCUMENT = additional_operations.added()
BALANCE, KEY, LINK = additional_operations.PATHS.values()
DOCUMENT["paths"][BALANCE]["post"]["responses"].pop("503")
TOKEN = data.EVERYDAY.access_token
USER = {
    "access_token": TOKEN,
    "client_name": "Ledger",
    "language": "en",
    "country_codes": ["US"],
    "user": {"client_user_id": "1"},
}


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """A caller with credentials, of a server with three additional operations."""
    with running(create_app(contract=DOCUMENT)) as server, httpx.Client(base_url=server.url, headers=KEYS) as client:
        yield client


def schema(name: str) -> dict[str, Any]:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def conforms(name: str, value: object) -> bool:
    """Return whether a value follows a component of the contract, formats included."""
    return document.validator(DOCUMENT, schema(name)).is_valid(value)


def test_an_example_of_the_contract_is_sent(http: httpx.Client) -> None:
    """The example of a response is sent, also if another response of the same component has it."""
    assert http.post(KEY, json={"key_id": "k"}).json()["key"]["kid"] == KEY_ID
    names = [account["name"] for account in http.post(BALANCE, json={"access_token": TOKEN}).json()["accounts"]]
    assert names == ["Everyday Checking"]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (LINK, {**USER, "user": {"client_user_id": "1", "nickname": "x"}}, "UNKNOWN_FIELDS"),
        (LINK, {**USER, "user": {}}, "MISSING_FIELDS"),
        (LINK, {"client_name": "\ud800"}, "INVALID_FIELD"),
        (BALANCE, {"access_token": error_token("ITEM_LOCKED")}, "ITEM_LOCKED"),
        (BALANCE, {"access_token": TOKEN, "options": {"account_ids": [identifier("no account")]}}, "INVALID_ACCOUNT_ID"),
        (LINK, {**USER, "access_token": error_token("ITEM_LOCKED")}, "ITEM_LOCKED"),
    ],
)  # fmt: skip
def test_an_invalid_request_gets_its_documented_error(
    http: httpx.Client, path: str, body: dict[str, Any], code: str
) -> None:
    """Fields of inner objects, ids and the tokens of failing Items get their documented error, as what the suite sends does."""
    # httpx itself cannot send a lone surrogate as JSON.
    response = http.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["error_code"]) == (400, code)
    assert conforms("PlaidError", response.json())


def test_an_error_names_the_field_and_no_value(http: httpx.Client) -> None:
    """The message names the field, and does not contain what the caller sent."""
    response = http.post(LINK, json={**USER, "user": {"client_user_id": ["private"]}})
    assert "user.client_user_id" in response.json()["error_message"]
    assert "private" not in response.text


def test_an_error_without_a_documented_status_is_not_sent(http: httpx.Client) -> None:
    """An Item's error does not affect an operation that does not document its status."""
    assert http.post(BALANCE, json={"access_token": error_token("PLANNED_MAINTENANCE")}).status_code == 200
    assert http.post(LINK, json={**USER, "access_token": error_token("PLANNED_MAINTENANCE")}).status_code == 503


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_every_component_has_an_instance(name: str) -> None:
    """Every component has a valid value, conditions and formats included, that is the same every time."""
    value = instances.instance(DOCUMENT, schema(name), name)
    assert conforms(name, value)
    assert instances.instance(DOCUMENT, schema(name), name) == value


@pytest.mark.parametrize(
    "unusual",
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
def test_unusual_schemas_have_instances(unusual: dict[str, Any]) -> None:
    """Bounds, patterns, formats and combinations that this contract does not use are satisfied too."""
    assert document.validator({}, unusual).is_valid(instances.instance({}, unusual))


@pytest.mark.parametrize(
    "impossible",
    [
        {"type": "string", "not": {}},
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 2, "maximum": 1}}},
    ],
)
def test_a_schema_without_instance_is_an_error(impossible: dict[str, Any]) -> None:
    """The error names the schema that no value was found for, and advises an example."""
    with pytest.raises(instances.NoInstance, match=r"no value was found for the schema of thing; add an example"):
        instances.instance({}, impossible, "thing")


def test_a_schema_that_requires_itself_is_an_error() -> None:
    """A component that requires itself has no instance."""
    node = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    with pytest.raises(instances.NoInstance):
        instances.instance({"components": {"schemas": {"Node": node}}}, schema("Node"))
