"""Responses of every operation: decoded without loss, raised if they are errors, the same in every style."""

import json
from typing import Any

import httpx
import pytest

from plaid_accounts_contract.client import bodies, broken_bodies, comparison, documents, type_hints
from plaid_accounts_contract.client.calls import (
    STYLES,
    Style,
    call,
    client,
    errors,
    installed,
    prepared,
    read,
    responding,
)
from plaid_accounts_contract.client.components import ALL as READINGS
from plaid_accounts_contract.client.components import Reading
from plaid_accounts_contract.client.documents import ERROR
from plaid_accounts_contract.client.guarantees import count, guarantee
from plaid_accounts_contract.client.operations import Method
from plaid_accounts_contract.client.packages import Parser, parsers
from plaid_accounts_contract.client.recorder import ALL, Recorder, Server
from plaid_accounts_contract.client.type_hints import attribute


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("reading", READINGS)
@guarantee("round-trip")
def test_each_component_is_decoded_without_loss(reading: Reading, parser: Parser) -> None:
    """A response is decoded to a model that matches its annotations and encodes to the same JSON."""
    for body in reading.bodies:
        count("round-trip")
        model = reading.read(body, parser).model
        assert type(model) is getattr(installed(parser).models, reading.name)
        type_hints.check(model)
        comparison.check(reading.name, body, model.to_dict())


@pytest.mark.parametrize("reading", READINGS)
@guarantee("round-trip")
def test_every_property_of_each_component_has_its_name(reading: Reading) -> None:
    """Each property is an attribute of the same name, with a trailing underscore if the name is reserved."""
    body = bodies.complete(reading.name)
    model = reading.read(body).model
    for place in broken_bodies.places(reading.name, body):
        count("round-trip")
        sent = broken_bodies.at(body, place.path)
        if not place.form and not isinstance(sent, (dict, list)):
            assert attribute(model, place.path) == sent, f"{place.name} is in another attribute"


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("method", ALL)
@guarantee("round-trip")
def test_the_examples_of_each_operation_are_decoded_without_loss(method: Method, parser: Parser) -> None:
    """Every response example of the contract is decoded and encoded to the same JSON."""
    for status, body in bodies.examples(method):
        count("round-trip")
        outcome = read(body, status, parser=parser, method=method)
        name = method.success if status == method.status else ERROR
        model = outcome.model if name == method.success else outcome.failure(errors(parser).ApiError).body
        comparison.check(name, body, model.to_dict())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("error-by-type")
def test_each_error_status_of_each_operation_raises(method: Method, style: Style) -> None:
    """An error body with any documented status of the operation raises the class of its error_type, with its fields."""
    for status in method.error_statuses:
        for code in documents.CONTRACT.error_codes.values():
            if code.status != status:
                continue
            count("error-by-type")
            body = bodies.complete(ERROR) | {"error_type": code.type, "error_code": code.code}
            error = read(body, status, style=style, method=method).failure(errors().ApiError)
            assert type(error) is errors().BY_TYPE[code.type]
            assert type(error) is not errors().ApiError
            assert (error.status_code, error.error_code, error.request_id) == (status, code.code, body["request_id"])
            comparison.check(ERROR, body, error.body.to_dict())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("error-tree-only")
def test_a_malformed_response_to_an_operation_is_an_error(method: Method, style: Style) -> None:
    """A page, half a response, and a status that contradicts the body raise documented errors."""
    success, failure = bodies.complete(method.success), bodies.complete(ERROR)
    cases: list[tuple[Any, int, Any]] = [
        (b"<html></html>", 200, errors().MalformedResponseError),
        (json.dumps(success).encode()[:-1], 200, errors().MalformedResponseError),
        (b"", 502, errors().MalformedResponseError),
        (success, 302, errors().MalformedResponseError),
        (success, 400, errors().DecodeError),
        (failure, 200, errors().DecodeError),
        ([success], 200, errors().DecodeError),
    ]
    for body, status, kind in cases:
        count("error-tree-only")
        error = read(body, status, style=style, method=method).failure(kind)
        assert error.status_code == status


@pytest.mark.parametrize("method", ALL)
@guarantee("sync-async-same")
def test_every_style_of_each_operation_gives_the_same(method: Method) -> None:
    """In each of the six styles of calling, success, error and malformed response give the same request and result."""
    responses: list[tuple[Any, int]] = [(body, method.status) for body in bodies.successes(method)[-2:]]
    responses += [(bodies.complete(ERROR), 400), ({"request_id": 1}, 200), (b"{", 200), (b"<html>", 503)]
    given = prepared(method, bodies.complete_request(method))
    for body, status in responses:
        count("sync-async-same", len(STYLES))
        seen = []
        for style in STYLES:
            recorder = Server([responding(body, status)(httpx.Request("POST", "/"))])
            outcome = call(client(recorder), style, method=method, **given)
            (sent,) = recorder.requests
            seen.append((outcome.summary(), sent.method, str(sent.url), sorted(sent.headers.items()), sent.content))
        assert all(repr(one) == repr(seen[0]) for one in seen)


@pytest.mark.parametrize("style", ["api.sync_detailed", "api.asyncio_detailed"])
@pytest.mark.parametrize("method", ALL)
@guarantee("sync-async-same")
def test_a_detailed_call_of_each_operation_has_all(method: Method, style: Style) -> None:
    """A `_detailed` call has status, headers, body, model and request_id."""
    body = bodies.complete(method.success)
    headers = {"Content-Type": "application/json", "X-A": "b"}
    outcome = call(client(responding(body, 203, headers)), style, method=method)
    response = outcome.value
    assert outcome.model
    assert isinstance(response, installed().Response)
    assert (response.status_code, response.headers["x-a"]) == (203, "b")
    assert json.loads(response.content) == body
    assert response.parsed == read(body, method=method).model
    assert response.request_id == body.get("request_id")


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.skipif("orjson" not in parsers(), reason="orjson is not installed: pip install plaid-accounts[orjson]")
@guarantee("json-and-orjson-same")
def test_both_parsers_give_the_same_of_each_component(reading: Reading) -> None:
    """A response, valid or broken, gives the same object or the same error with either parser."""
    complete = bodies.complete(reading.name)
    broken = [case.body for case in broken_bodies.breaks(reading.name, complete)][::3]
    for body in [*reading.bodies, *broken]:
        count("json-and-orjson-same")
        first, second = (reading.read(body, parser).summary() for parser in parsers())
        assert repr(first) == repr(second)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("method", ALL)
@guarantee("timeouts")
def test_a_call_of_each_operation_has_its_time_limit(method: Method, style: Style) -> None:
    """A timeout for a call is valid for that call only, that of the client for every other."""
    limits: list[dict[str, Any]] = [{}, {"timeout": 1.5}, {}]
    for given, expected in ((3, 3), (0.5, 0.5), (httpx.Timeout(9, connect=2), 9)):
        count("timeouts")
        recorder = Recorder(method)
        made = client(recorder, timeout=given)
        for limit in limits:
            assert call(made, style, method=method, **limit).model
        assert [request.extensions["timeout"]["read"] for request in recorder.requests] == [expected, 1.5, expected]


@pytest.mark.parametrize("style", ["sync", "async"])
@pytest.mark.parametrize("method", ALL)
@guarantee("retries")
def test_each_operation_is_retried(method: Method, style: Style, waits: list[float]) -> None:
    """A request that the API has not executed is sent again, and its response is returned."""
    busy = httpx.Response(429, headers={"Retry-After": "7"}, json=bodies.complete(ERROR))
    success = httpx.Response(method.status, json=bodies.complete(method.success))
    recorder = Server([busy, httpx.ConnectError("refused"), success])
    assert call(
        client(recorder, retries=2), style, method=method, **prepared(method, bodies.complete_request(method))
    ).model
    assert len(recorder.requests) == 3
    assert len({request.content for request in recorder.requests}) == 1
    assert waits[0] == 7.0


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("fault", [500, 503, httpx.ReadError("broken")], ids=str)
@pytest.mark.parametrize("method", ALL)
@guarantee("retries")
def test_only_what_reads_is_retried(method: Method, fault: Any, style: Style, waits: list[float]) -> None:
    """A request that the API may have executed is retried for operations that only read."""
    failing = fault if isinstance(fault, Exception) else httpx.Response(fault, json=bodies.complete(ERROR))
    recorder = Server([failing])
    error = call(client(recorder, retries=2), style, method=method).failure(errors().PlaidAccountsError)
    assert len(recorder.requests) == (3 if method.reads else 1)
    assert ("only reads" in str(error)) == (method.reads and isinstance(fault, Exception))
