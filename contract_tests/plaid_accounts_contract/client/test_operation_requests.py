"""Requests of every operation: valid by the contract, and as the arguments specify."""

import datetime
import json
from typing import Any

import pytest

from plaid_accounts_contract.client import bodies, broken_bodies, calls, comparison, documents
from plaid_accounts_contract.client.broken_bodies import CANARY, NUMBER, OTHERS
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
from plaid_accounts_contract.client.comparison import copies
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.operations import Argument, Method
from plaid_accounts_contract.client.recorder import ALL, WITH_BODY, Recorder, body_of, check_head, keys_in_headers


def plain(method: Method, body: Any) -> Any:
    """Return the request for the arguments of a body; arguments cannot express an empty `options`."""
    return {name: value for name, value in body.items() if name != "options" or value != {} or not method.options}


def check_sent(recorder: Recorder, body: Any, keys: Any = None) -> None:
    """Check the last request against the contract, and against the expected body."""
    sent = body_of(recorder.last, recorder.method)
    if recorder.method.request:
        comparison.check(recorder.method.request, plain(recorder.method, body) | (keys or {}), sent)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("wire-valid")
def test_arguments_of_each_operation_become_its_request(method: Method, style: Style) -> None:
    """Each argument is sent as the property of its name, and missing ones are left out."""
    for body in bodies.requests(method):
        count("wire-valid")
        recorder = Recorder(method)
        assert call(client(recorder), style, method=method, **prepared(method, body)).model
        check_sent(recorder, body)
        check_head(recorder.last, method=method)


@pytest.mark.parametrize("method", WITH_BODY)
@guarantee("wire-valid")
def test_a_request_is_written_without_spaces(method: Method) -> None:
    """A request contains no spaces between names, values and items."""
    recorder = Recorder(method)
    assert call(client(recorder), method=method, **prepared(method, bodies.complete_request(method))).model
    assert recorder.last.content == json.dumps(json.loads(recorder.last.content), separators=(",", ":")).encode()


@pytest.mark.parametrize("style", STYLES[2:])
@pytest.mark.parametrize("method", WITH_BODY)
@guarantee("wire-valid")
def test_a_request_model_of_each_operation_is_sent_as_it_is(method: Method, style: Style) -> None:
    """A request model, constructed, decoded or copied, is sent as its JSON."""
    models = installed().models
    for body in bodies.requests(method):
        count("wire-valid")
        made = calls.built(method.request, body, models)
        for model in (made, getattr(models, method.request).from_dict(body), copies(made)[-1]):
            recorder = Recorder(method)
            assert call_api(client(recorder), style, model, method=method).model
            comparison.check(method.request, body, body_of(recorder.last, method))
            check_head(recorder.last, method=method)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("wire-valid")
def test_none_leaves_an_argument_out(method: Method, style: Style) -> None:
    """None for an optional argument leaves it out, or is sent as null where the contract allows null."""
    optional = [argument for argument in method.arguments if not argument.required]
    recorder = Recorder(method)
    assert call(client(recorder), style, method=method, **{argument.name: None for argument in optional}).model
    nulls: dict[str, Any] = {}
    for argument in optional:
        if argument.may_be_null:
            (nulls if len(argument.path) == 1 else nulls.setdefault(argument.path[0], {}))[argument.name] = None
    check_sent(recorder, bodies.minimal_request(method) | nulls)


@pytest.mark.parametrize("base_url", ["https://api.example:8443/plaid/v1", "http://127.0.0.1:9/"])
@pytest.mark.parametrize("method", ALL)
@guarantee("wire-method-path-headers")
def test_the_path_of_each_operation_follows_the_base_url(method: Method, base_url: str) -> None:
    """A request goes to the operation's path below the base URL, by its method."""
    recorder = Recorder(method)
    assert call(client(recorder, base_url=base_url), method=method).model
    check_head(recorder.last, base_url.rstrip("/"), method)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("wire-method-path-headers")
def test_each_operation_has_its_headers_as_arguments(method: Method, style: Style) -> None:
    """A header of the operation is an argument, which is sent as passed, or left out for UNSET."""
    recorder = Recorder(method)
    if any(entry.get("name", "") == "Plaid-Version" for entry in method.operation.parameters):
        assert call(client(recorder), style, method=method, plaid_version="2019-05-29").model
        assert recorder.last.headers["Plaid-Version"] == "2019-05-29"
        assert call(client(recorder), style, method=method, plaid_version=installed().UNSET).model
        assert "Plaid-Version" not in recorder.last.headers
    else:
        assert call(client(recorder), style, method=method).model
        assert "Plaid-Version" not in recorder.last.headers


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("wire-method-path-headers")
def test_each_call_takes_headers_and_time_limits(method: Method, style: Style) -> None:
    """The headers of a call are sent besides the client's own, and its time limits are not ignored."""
    recorder = Recorder(method)
    assert call(client(recorder), style, method=method, headers={"X-Team": "a"}).model
    assert recorder.last.headers.get("X-Team") == "a"
    check_head(recorder.last, method=method)
    for name in ("timeout", "total_timeout"):
        limits: dict[str, Any] = {name: -1}
        assert f"{name}=" in str(call(client(recorder), style, method=method, **limits).failure(Exception))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("credentials-placement")
def test_keys_of_each_operation_are_sent_as_configured(method: Method, style: Style) -> None:
    """By default the keys are in the headers alone, with `credentials_in="body"` in the body; no secret is elsewhere."""
    body = bodies.complete_request(method)
    in_header: tuple[list[str | None], dict[str, str]] = ([CLIENT_ID, SECRET], {})
    in_body: tuple[list[str | None], dict[str, str]] = ([None, None], {"client_id": CLIENT_ID, "secret": SECRET})
    if method.operation.is_public:
        in_header = in_body = ([None, None], {})
    elif not method.request:
        in_body = in_header
    cases: list[tuple[dict[str, Any], list[str | None], dict[str, str]]] = [
        ({}, *in_header), ({"credentials_in": "header"}, *in_header), ({"credentials_in": "body"}, *in_body)
    ]  # fmt: skip
    for settings, in_headers, keys in cases:
        count("credentials-placement")
        recorder = Recorder(method)
        assert call(client(recorder, **settings), style, method=method, **prepared(method, body)).model
        assert keys_in_headers(recorder.last) == in_headers
        check_sent(recorder, body, keys)
        rest = [value for name, value in recorder.last.headers.items() if not name.lower().startswith("plaid-")]
        for secret in (CLIENT_ID, SECRET, *bodies.secrets(method, body)):
            assert not [text for text in (str(recorder.last.url).removeprefix(BASE_URL), *rest) if secret in text]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("arguments-checked")
def test_arguments_of_each_operation_are_checked(method: Method, style: Style) -> None:
    """An argument of a type that the contract does not allow is an error that names it, and nothing is sent."""
    recorder = Recorder(method)
    made = client(recorder)
    for argument in method.arguments:
        for value in _refused(method, argument):
            count("arguments-checked")
            outcome = call(
                made, style, method=method, **prepared(method, bodies.complete_request(method)) | {argument.name: value}
            )
            error = outcome.failure(errors().ArgumentError)
            assert isinstance(error, ValueError)
            assert "nothing was sent" in str(error)
            assert argument.name in str(error)
    assert recorder.requests == []


@pytest.mark.parametrize("style", STYLES[2:])
@pytest.mark.parametrize("method", WITH_BODY)
@guarantee("arguments-checked")
def test_a_body_of_another_operation_is_an_error(method: Method, style: Style) -> None:
    """Only the operation's own request model is sent."""
    recorder = Recorder(method)
    least = bodies.minimal_request(method)
    response = getattr(installed().models, method.success).from_dict(bodies.complete(method.success))
    for body in (None, least, "text", response):
        count("arguments-checked")
        call_api(client(recorder), style, body, method=method).failure(errors().ArgumentError)
    assert recorder.requests == []


def _refused(method: Method, argument: Argument) -> list[Any]:
    """Return values that the contract's types exclude for an argument; None may only leave it out."""
    whole = bodies.complete_request(method)
    allows = documents.types_only(method.request).is_valid
    tried = [*OTHERS, [NUMBER], [[CANARY]]]
    found = [value for value in tried if not allows(broken_bodies.changed(whole, argument.path, value))]
    # What JSON does not have: bytes, and a date-time without offset.
    unwritable = [b"text", *([datetime.datetime(2026, 1, 2)] if argument.is_date_time else [])]  # noqa: DTZ001 - to be rejected
    return [value for value in found if value is not None or argument.required] + unwritable
