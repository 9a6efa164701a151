"""What is refused is named: the argument, the variable, what would be right, and that nothing was sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from plaid_accounts_contract.client import documents
from plaid_accounts_contract.client.calls import STYLES, Style, call, call_api, client, errors, installed
from plaid_accounts_contract.client.documents import REQUEST
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.wires import Wire


@pytest.mark.parametrize("style", STYLES)
@guarantee("arguments-checked")
def test_a_header_of_another_type_is_refused_by_name(style: Style) -> None:
    """A header that is no string is refused by its name, and nothing is sent."""
    wire = Wire()
    wrong: list[Any] = [7, None, b"2020-09-14", ["2020-09-14"]]
    for value in wrong:
        count("arguments-checked")
        text = str(call(client(wire), style, plaid_version=value).failure(errors().ArgumentError))
        assert "Plaid-Version" in text
        assert type(value).__name__ in text
        assert "nothing was sent" in text
    assert wire.requests == []


@pytest.mark.parametrize("variable", ["PLAID_CLIENT_ID", "PLAID_SECRET"])
@guarantee("configuration")
def test_an_unusable_variable_is_named(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """A key that could not be sent is refused by the name of the variable that it comes from."""
    for name in ("PLAID_CLIENT_ID", "PLAID_SECRET"):
        monkeypatch.setenv(name, "sound")
    monkeypatch.setenv(variable, "a key\u00e9")
    with pytest.raises(errors().ConfigurationError) as raised:
        installed().Client(base_url="https://api.example")
    assert variable in str(raised.value)


@pytest.mark.parametrize(
    "address",
    ["https://api.example:0", "https://api.example:65536", "https://api.example:-1", "https://xn--a", "https://xn--",
     "https://[::1", "https://a:b:c", "api.example", "ftp://api.example", "https://u@api.example", "https://api.example?a"],
)  # fmt: skip
@guarantee("configuration")
def test_an_unusable_address_is_refused_with_an_example(address: str) -> None:
    """An address that cannot be called, whatever is wrong with it, is refused with what one looks like."""
    with pytest.raises(errors().ConfigurationError) as raised:
        client(base_url=address)
    assert "base_url=" in str(raised.value)
    assert "https://host:port/path" in str(raised.value)


@pytest.mark.parametrize("port", [1, 65535])
@guarantee("configuration")
def test_the_first_and_the_last_port_can_be_called(port: int) -> None:
    """A port from 1 to 65535 is a port."""
    wire = Wire()
    assert call(client(wire, base_url=f"https://api.example:{port}")).model
    assert wire.last.url.port == port


@pytest.mark.parametrize("given", [0, -1, True, False, 1.5, "9", None])
@guarantee("configuration")
def test_a_senseless_limit_of_bytes_is_refused(given: Any) -> None:
    """A limit for the body is a number from 1 on."""
    with pytest.raises(errors().ConfigurationError, match="max_response_bytes="):
        client(max_response_bytes=given)


@pytest.mark.parametrize("style", STYLES[2:])
@guarantee("arguments-checked")
def test_a_property_of_another_type_is_refused_by_name(style: Style) -> None:
    """A request model with a value of another type is refused by the name of the property, the types that are right and its own."""
    models, wire = installed().models, Wire()
    options = models.AccountsGetRequestOptions
    cases: list[tuple[dict[str, Any], str]] = [
        ({"options": "x"}, "options must be AccountsGetRequestOptions, not str"),
        ({"options": {"account_ids": ["a"]}}, "options must be AccountsGetRequestOptions, not dict"),
        ({"options": options(account_ids=7)}, "options.account_ids must be an array, not an integer"),
        ({"options": options(account_ids=("a",))}, "options.account_ids must be an array, not a Python tuple"),
        ({"options": options(account_ids=["a", 7])}, "options.account_ids[1] must be a string, not an integer"),
        ({"access_token": 7, "options": "x"}, "access_token must be str, not int"),
    ]
    for given, said in cases:
        count("arguments-checked")
        body = models.AccountsGetRequest(**({"access_token": "t"} | given))
        assert str(call_api(client(wire), style, body).failure(errors().ArgumentError)) == f"{said}; nothing was sent"
    assert wire.requests == []


@pytest.mark.parametrize("kind", [AttributeError, TypeError, ValueError])
@guarantee("arguments-checked")
def test_a_model_that_cannot_be_written_is_refused(kind: type[Exception]) -> None:
    """A model of the caller's own kind that fails when its JSON is asked for is an argument that contradicts its annotation."""

    def fail(_: Any) -> Any:
        raise kind

    models = installed().models
    odd = type("Odd", (models.AccountsGetRequestOptions,), {"to_dict": fail})
    body = models.AccountsGetRequest(access_token="t", options=odd())
    error = call_api(client(Wire()), "api.sync", body).failure(errors().ArgumentError)
    assert str(error) == "a property of AccountsGetRequest contradicts its annotation; nothing was sent"


@guarantee("arguments-checked")
def test_a_request_model_refuses_what_the_contract_does_not_name() -> None:
    """A property that the contract does not name is refused by the request model, as the contract closes it."""
    for name, schema in documents.objects().items():
        if schema.get("additionalProperties") is False:
            count("arguments-checked")
            body = documents.sample(documents.bodies(name), 1)[0] | {"novelty": 1}
            with pytest.raises(errors().DecodeError, match="novelty"):
                getattr(installed().models, name).from_dict(json.loads(json.dumps(body)))
    assert documents.schemas()[REQUEST]["additionalProperties"] is False
