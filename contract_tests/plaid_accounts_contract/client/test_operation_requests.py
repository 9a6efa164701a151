"""Requests of every operation: what goes over the wire is what the contract allows and what the caller said."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from plaid_accounts_contract.client import bodies, building, damage, documents, sameness
from plaid_accounts_contract.client.calls import (
    BASE_URL,
    CLIENT_ID,
    SECRET,
    STYLES,
    Style,
    call,
    call_api,
    client,
    errors,
    installed,
    prepared,
)
from plaid_accounts_contract.client.copies import copies
from plaid_accounts_contract.client.damage import OTHERS
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.operations import Argument, Method
from plaid_accounts_contract.client.wires import ALL, Wire, body_of, check_head, keys_in_headers


def plain(method: Method, body: Any) -> Any:
    """Return the request that the arguments for a body stand for: an empty `options` cannot be said by them."""
    return {name: value for name, value in body.items() if name != "options" or value != {} or not method.options}


def check_sent(wire: Wire, body: Any, keys: Any = None) -> None:
    """Hold the last request against the contract, and against what was to be said."""
    sent = body_of(wire.last, wire.method)
    sameness.check(wire.method.request, plain(wire.method, body) | (keys or {}), sent)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("wire-valid")
def test_arguments_of_each_operation_become_its_request(method: Method, style: Style) -> None:
    """What the caller gives goes into the request under its own name, and what was not given is left out."""
    for body in bodies.requests(method):
        count("wire-valid")
        wire = Wire(method)
        assert call(client(wire), style, method=method, **prepared(method, body)).model
        check_sent(wire, body)
        check_head(wire.last, method=method)


@pytest.mark.parametrize("method", ALL)
@guarantee("wire-valid")
def test_a_request_is_written_without_blanks(method: Method) -> None:
    """Between names, values and items of a request stands no blank."""
    wire = Wire(method)
    assert call(client(wire), method=method, **prepared(method, bodies.whole(method))).model
    assert wire.last.content == json.dumps(json.loads(wire.last.content), separators=(",", ":")).encode()


@pytest.mark.parametrize("style", STYLES[2:])
@pytest.mark.parametrize("method", ALL)
@guarantee("wire-valid")
def test_a_request_model_of_each_operation_is_sent_as_it_is(method: Method, style: Style) -> None:
    """A request model, made by hand, read from JSON or copied, is sent as the JSON that it stands for."""
    models = installed().models
    for body in bodies.requests(method):
        count("wire-valid")
        made = building.built(method.request, body, models)
        for model in (made, getattr(models, method.request).from_dict(body), copies(made)[-1]):
            wire = Wire(method)
            assert call_api(client(wire), style, model, method=method).model
            sameness.check(method.request, body, body_of(wire.last, method))
            check_head(wire.last, method=method)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("wire-valid")
def test_none_leaves_an_argument_out(method: Method, style: Style) -> None:
    """None for an argument that may be left out leaves it out, or is sent as null where the contract allows null."""
    optional = [argument for argument in method.arguments if not argument.required]
    wire = Wire(method)
    assert call(client(wire), style, method=method, **{argument.name: None for argument in optional}).model
    nulls: dict[str, Any] = {}
    for argument in optional:
        if argument.may_be_null:
            (nulls if len(argument.path) == 1 else nulls.setdefault(argument.path[0], {}))[argument.name] = None
    check_sent(wire, bodies.least(method) | nulls)


@pytest.mark.parametrize("base_url", ["https://api.example:8443/plaid/v1", "http://127.0.0.1:9/"])
@pytest.mark.parametrize("method", ALL)
@guarantee("wire-method-path-headers")
def test_the_path_of_each_operation_follows_the_base_url(method: Method, base_url: str) -> None:
    """A request goes to the operation's path below the base URL, by its method."""
    wire = Wire(method)
    assert call(client(wire, base_url=base_url), method=method).model
    check_head(wire.last, base_url.rstrip("/"), method)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("wire-method-path-headers")
def test_each_operation_can_be_asked_in_another_version(method: Method, style: Style) -> None:
    """A header that the operation names is an argument, which is sent as it was given, or left out if told so."""
    wire = Wire(method)
    if any(entry.get("name", "") == "Plaid-Version" for entry in method.parameters):
        assert call(client(wire), style, method=method, plaid_version="2019-05-29").model
        assert wire.last.headers["Plaid-Version"] == "2019-05-29"
        assert call(client(wire), style, method=method, plaid_version=installed().UNSET).model
        assert "Plaid-Version" not in wire.last.headers
    else:
        assert call(client(wire), style, method=method).model
        assert "Plaid-Version" not in wire.last.headers


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("credentials-placement")
def test_keys_of_each_operation_go_where_they_are_told_to(method: Method, style: Style) -> None:
    """The keys are in the headers alone, or with `credentials_in="body"` in the body alone; no secret is elsewhere."""
    body = bodies.whole(method)
    for placed, in_headers, keys in (
        ("header", [CLIENT_ID, SECRET], {}),
        ("body", [None, None], {"client_id": CLIENT_ID, "secret": SECRET}),
    ):
        count("credentials-placement")
        wire = Wire(method)
        assert call(client(wire, credentials_in=placed), style, method=method, **prepared(method, body)).model
        assert keys_in_headers(wire.last) == in_headers
        check_sent(wire, body, keys)
        rest = [value for name, value in wire.last.headers.items() if not name.lower().startswith("plaid-")]
        for secret in (CLIENT_ID, SECRET, *bodies.secrets(method, body)):
            assert not [text for text in (str(wire.last.url).removeprefix(BASE_URL), *rest) if secret in text]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("arguments-checked")
def test_arguments_of_each_operation_are_checked(method: Method, style: Style) -> None:
    """An argument of a type that the contract does not allow is refused by name, and nothing is sent."""
    wire = Wire(method)
    made = client(wire)
    for argument in method.arguments:
        for value in _refused(method, argument):
            count("arguments-checked")
            outcome = call(
                made, style, method=method, **prepared(method, bodies.whole(method)) | {argument.name: value}
            )
            error = outcome.failure(errors().ArgumentError)
            assert isinstance(error, ValueError)
            assert "nothing was sent" in str(error)
            assert argument.name in str(error)
    assert wire.requests == []


@pytest.mark.parametrize("style", STYLES[2:])
@pytest.mark.parametrize("method", ALL)
@guarantee("arguments-checked")
def test_a_body_of_another_operation_is_refused(method: Method, style: Style) -> None:
    """Only the operation's own request model is sent."""
    wire = Wire(method)
    least = bodies.least(method)
    answer = getattr(installed().models, method.success).from_dict(bodies.complete(method.success))
    for body in (None, least, "text", answer):
        count("arguments-checked")
        call_api(client(wire), style, body, method=method).failure(errors().ArgumentError)
    assert wire.requests == []


def _refused(method: Method, argument: Argument) -> list[Any]:
    """Return values that the contract's types exclude for an argument; None often only leaves it out."""
    whole = bodies.whole(method)
    found = [value for value in OTHERS if not _is_allowed(method, damage.changed(whole, argument.path, value))]
    naive = [datetime.datetime(2026, 1, 2)] if argument.is_date_time else []  # noqa: DTZ001 - what is to be refused
    return [value for value in found if value is not None or argument.required] + naive


def _is_allowed(method: Method, body: Any) -> bool:
    return documents.types_only(method.request).is_valid(body)
